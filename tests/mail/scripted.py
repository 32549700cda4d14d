"""A loopback SMTP server that does as it is told and keeps a log of what it accepted.

`server.at("RCPT", "550 5.1.1 nobody")` answers the next RCPT so; what was not told is answered well. Besides
a reply, a step may be one of Act. DOT is the answer to the final dot, BODY what happens right after the 354.
An `eager` server says 354 also where nobody is to have the mail; `empty` counts what it then gets.
"""

import socket
import ssl
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Self

from .scripted_session import GOOD, PHASES, Accepted, Act, HungUpError, Session, Step, verb_of

__all__ = ["EXTENSIONS", "LOCKSTEP", "Accepted", "Act", "ScriptedServer"]

LOCKSTEP = ("8BITMIME", "SIZE 10485760", "SMTPUTF8", "ENHANCEDSTATUSCODES")
EXTENSIONS = ("PIPELINING", *LOCKSTEP)


@dataclass
class ScriptedServer:
    """`with ScriptedServer() as server:`; any number of connections, one thread each."""

    extensions: tuple[str, ...] = EXTENSIONS
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    accepted: list[Accepted] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    reads: list[bytes] = field(default_factory=list)
    connections: int = 0
    eager: bool = False
    empty: int = 0

    def __enter__(self) -> Self:
        self._steps: dict[str, deque[Step]] = defaultdict(deque)
        self._released = Event()
        self._threads: list[Thread] = []
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        for sock in (self._listener, *self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def at(self, phase: str, *steps: Step) -> Self:
        """What to do the next times this phase comes."""
        assert phase in PHASES, phase
        self._steps[phase].extend(steps)
        return self

    def release(self) -> None:
        """Whoever hangs goes on, and nobody hangs any more."""
        self._released.set()

    def verbs(self) -> list[str]:
        return [verb_of(line) for line in self.heard]

    def hang_up(self) -> None:
        """As an idle server does: every connection is closed, new ones are welcome."""
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def holds(self, sock: socket.socket) -> None:
        self._open.append(sock)

    def step(self, phase: str) -> Step:
        told = self._steps[phase]
        return told.popleft() if told else GOOD.get(phase, "250 2.0.0 fine")

    def hold(self) -> None:
        self._released.wait(30)

    def _start(self, target: object, *args: object) -> None:
        thread = Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                self.holds(sock)
                self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        session = Session(self, sock)
        with suppress(OSError, HungUpError):
            session.run()
        session.close()
