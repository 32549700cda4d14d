"""Getting in at a mail server: its addresses one by one, TLS with a verified certificate, the opening."""

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from selectors import BaseSelector
from typing import NamedTuple

from app.clock import monotonic
from app.mail.replies import Phase, Reply
from app.mail.smtp_offers import Offers
from app.mail.smtp_opening import Opening, Server
from app.mail.smtp_talk import Timeouts
from app.mail.smtp_wire import Place, Wire, converse


@dataclass(frozen=True)
class Door:
    """Whose door it is, where it is, and how long to stand before it."""

    server: Server
    places: Sequence[Place]
    timeouts: Timeouts
    context: ssl.SSLContext


class _Stage(NamedTuple):
    """What to do when the socket is ready, and when there is trouble or the deadline has passed."""

    go: Callable[[], None]
    fail: Callable[[OSError], None]


class Entry:
    """Never waits. It ends with the wire on which we were `admitted`, or the `reply` that kept us out."""

    def __init__(self, door: Door, selector: BaseSelector, owner: object) -> None:
        self.deadline = inf
        self.admitted: Wire | None = None
        self.reply: Reply | None = None
        self._wire: Wire | None = None
        self._door = door
        self._opening = Opening(door.server, door.timeouts)
        self._steps = -1
        self._wires = (partial(Wire, place, selector, owner) for place in door.places)
        self._knock(ConnectionError("the mail server has no address"))

    @property
    def offers(self) -> Offers:
        return self._opening.offers

    def turn(self) -> None:
        """Goes on as far as the socket allows."""
        try:
            self._stage.go()
        except OSError as fault:
            self._stage.fail(fault)

    def expire(self) -> None:
        self._stage.fail(TimeoutError("no whole answer in time"))

    def hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None

    def _knock(self, fault: OSError) -> None:
        """At the next address; when none is left, `fault` has kept us out."""
        self.hang_up()
        for wire in self._wires:
            try:
                self._wire = wire()
            except OSError as anew:
                fault = anew
            else:
                self._enter(partial(self._connect, self._wire), self._knock, self._door.timeouts.connect)
                return
        self.reply = Reply(Phase.CONNECT, 0, words(fault))

    def _connect(self, wire: Wire) -> None:
        wire.connected()
        self._admit(wire)

    def _admit(self, wire: Wire) -> None:
        """On to whatever the opening asks for."""
        opening = self._opening
        if not opening.open:
            self.reply = opening.verdict
        elif opening.ready:
            self.admitted = wire
        elif opening.bare:
            wire.secure(self._door.context, self._door.server.host)
            self._enter(partial(self._shake_hands, wire), self._distrust, self._door.timeouts.command)
            self._shake_hands(wire)
        elif opening.steps != self._steps:
            self._steps = opening.steps
            self._enter(partial(self._introduce, wire), self._break_off, opening.seconds)

    def _shake_hands(self, wire: Wire) -> None:
        if wire.shake_hands():
            self._opening.secured()
            self._admit(wire)
            self._introduce(wire)

    def _introduce(self, wire: Wire) -> None:
        converse(wire, self._opening)
        self._admit(wire)

    def _distrust(self, fault: OSError) -> None:
        untrusted = "no TLS that can be trusted: " if isinstance(fault, ssl.SSLError) else ""
        self.reply = Reply(Phase.CONNECT, 0, untrusted + words(fault))

    def _break_off(self, fault: OSError) -> None:
        self._opening.lost(words(fault))
        self.reply = self._opening.verdict

    def _enter(self, go: Callable[[], None], fail: Callable[[OSError], None], seconds: float) -> None:
        self._stage = _Stage(go, fail)
        self.deadline = monotonic() + seconds


def words(fault: Exception) -> str:
    return str(fault) or type(fault).__name__
