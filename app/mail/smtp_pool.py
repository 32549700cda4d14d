"""Lasting connections to one mail server, driven by one loop in one thread."""

import socket
import ssl
from math import inf
from selectors import DefaultSelector

from app.clock import monotonic
from app.mail.replies import Phase, Reply
from app.mail.smtp_connection import Connection, Ended
from app.mail.smtp_entry import Door, words
from app.mail.smtp_opening import Server
from app.mail.smtp_talk import Timeouts


class Pool:
    """At most `width` connections, opened one by one as they are wanted.

    Fewer once the server says that they are a crowd, and one more each time that it was woken since. `many`
    tells whether there was more than one at the last turn.
    """

    def __init__(self, server: Server, timeouts: Timeouts, context: ssl.SSLContext, width: int) -> None:
        self._server = server
        self._timeouts = timeouts
        self._context = context
        self._most = self._width = width
        self._selector = DefaultSelector()
        self._connections: list[Connection] = []
        self._ended: list[Ended] = []
        self._full = False
        self._quiet = False
        self.many = False
        self._opened_at = 0.0

    @property
    def ready(self) -> list[Connection]:
        """Those that can take a parcel now."""
        return [one for one in self._connections if one.ready]

    @property
    def busy(self) -> bool:
        """Whether a parcel is on its way."""
        return any(one.busy for one in self._connections)

    @property
    def empty(self) -> bool:
        return not self._connections

    def wake(self) -> None:
        """After a while without a turn: who hung up meanwhile is let go."""
        for one in self._connections:
            one.waited = True
        self._wait(0)
        self._collect()
        self._full = self._quiet = False
        self._width = min(self._most, self._width + 1)

    def grow(self, taken: int) -> None:
        """Opens one more when all are at work; `taken` is how many parcels there have been."""
        if self.empty:
            self._look_up()
        elif self._wants_more(taken):
            self._open(self._connections[0].door)

    def turn(self) -> list[Ended]:
        """What has ended by the next event; nothing when it does not come soon."""
        self.many = len(self._connections) > 1
        ended = self._collect()
        if not ended:
            self._wait(self._timeouts.lull)
            ended = self._collect()
        self._full = self._full or any(one.kept_out for one in ended)
        if any(one.crowded for one in ended):
            self._width = max(1, len(self._connections))
        return ended

    def drop_busy(self) -> None:
        """Nobody wants to know any more what becomes of their parcels."""
        for one in self._connections:
            if one.busy:
                one.break_off()
        self._collect()

    def close(self) -> None:
        """QUIT everywhere, at once."""
        for one in self._connections:
            one.leave()
        self._collect()
        while self._connections:
            self.turn()
        self._selector.close()

    def _wants_more(self, taken: int) -> bool:
        """They double at most, as long as those before get in: who wants fewer of us shows it soon."""
        size, established = len(self._connections), sum(one.established for one in self._connections)
        if self._full or size >= self._width or not established or self.ready:
            return False
        settled = size < 2 * established or monotonic() - self._opened_at > self._timeouts.lull
        return self._quiet or (settled and taken >= max(size, 2))

    def _look_up(self) -> None:
        """Only while nobody's parcel is on its way: it may take long."""
        try:
            places = socket.getaddrinfo(self._server.host, self._server.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as fault:
            self._ended.append(Ended(None, Reply(Phase.CONNECT, 0, words(fault))))
        else:
            self._open(Door(self._server, places, self._timeouts, self._context))

    def _open(self, door: Door) -> None:
        self._opened_at = monotonic()
        self._connections.append(Connection(door, self._selector))

    def _wait(self, patience: float) -> None:
        soonest = min((one.deadline for one in self._connections), default=inf)
        events = self._selector.select(max(0.0, min(patience, soonest - monotonic())))
        for key, _ in events:
            key.data.turn()
        now = monotonic()
        for one in self._connections:
            if one.deadline <= now:
                one.expire()
        self._quiet = not events

    def _collect(self) -> list[Ended]:
        ended, self._ended = self._ended, []
        ended += (one for connection in self._connections if (one := connection.collect()) is not None)
        if any(one.gone for one in self._connections):
            self._connections = [one for one in self._connections if not one.gone]
        return ended
