"""A loopback SMTP server that does as it is told and keeps a log of what it accepted.

`server.at("RCPT", "550 5.1.1 nobody")` answers the next RCPT so; what was not told is answered well. Besides
a reply, a step may be one of Act. DOT is the answer to the final dot, BODY what happens right after the 354.
"""

import re
import socket
import ssl
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from threading import Event, Thread
from typing import Self

PHASES = ("CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "DOT", "RSET", "QUIT")
GOOD = {"CONNECT": "220 ready", "STARTTLS": "220 go on", "AUTH": "235 2.7.0 in", "DATA": "354 go on"}
EXTENSIONS = ("PIPELINING", "8BITMIME", "SIZE 10485760", "SMTPUTF8", "ENHANCEDSTATUSCODES")


class Act(Enum):
    DROP = "hang up; at DOT nothing is accepted"
    HANG = "say nothing until release(), then go on well"
    TAKE_AND_DROP = "at DOT: accept, and hang up without a word"


Step = str | Act


@dataclass(frozen=True)
class Accepted:
    """One acceptance, logged before it is answered. `wire` is the content as it travelled, dots doubled."""

    sender: str
    recipient: str
    wire: bytes

    @property
    def content(self) -> bytes:
        return re.sub(rb"^\.", b"", self.wire, flags=re.MULTILINE)


@dataclass
class ScriptedServer:
    """`with ScriptedServer() as server:`; any number of connections, one thread each."""

    extensions: tuple[str, ...] = EXTENSIONS
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    accepted: list[Accepted] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    connections: int = 0

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
        return [line.split(":")[0].split()[0] for line in self.heard]

    def hang_up(self) -> None:
        """As an idle server does: every connection is closed, new ones are welcome."""
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def step(self, phase: str) -> Step:
        told = self._steps[phase]
        return told.popleft() if told else GOOD.get(phase, "250 2.0.0 fine")

    def hold(self) -> None:
        self._released.wait(30)

    def _start(self, target: object, *args: object) -> None:
        thread = Thread(target=target, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._open.append(sock)
                self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        session = Session(self, sock)
        with suppress(OSError, HungUpError):
            session.run()
        session.close()


class HungUpError(Exception):
    """Either side ended the connection."""


class Session:
    """One connection; as strict as Postfix about the order of commands."""

    def __init__(self, server: ScriptedServer, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self.buffer = b""
        self.sender: str | None = None
        self.recipient: str | None = None

    def run(self) -> None:
        if self.server.implicit:
            self.wrap()
        self.answer("CONNECT")
        while True:
            line = self.until(b"\r\n").decode()
            self.server.heard.append(line)
            self.obey(line)

    def close(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def obey(self, line: str) -> None:
        verb = line.replace(":", " ").split()[0].upper()
        if (verb == "MAIL" and self.sender is not None) or (verb == "DATA" and self.recipient is None):
            self.say("503 5.5.1 out of order")
        elif verb == "EHLO":
            self.ehlo()
        elif verb not in PHASES or (verb == "STARTTLS" and self.server.tls is None):
            self.say("502 5.5.2 what?")
        elif self.answer(verb):
            self.after(verb, line)

    def after(self, verb: str, line: str) -> None:
        match verb:
            case "STARTTLS":
                self.wrap()
            case "MAIL":
                self.sender = _angle(line)
            case "RCPT":
                self.recipient = _angle(line)
            case "DATA":
                self.content()
            case "RSET":
                self.forget()
            case "QUIT":
                raise HungUpError

    def ehlo(self) -> None:
        told = self.server.step("EHLO")
        if told != "250 2.0.0 fine":
            self.do(told)
            return
        offered = (*self.server.extensions, *(("STARTTLS",) if self.server.tls else ()))
        lines = ["hello", *offered]
        self.say("\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines))

    def content(self) -> None:
        body = self.server.step("BODY")
        if body != "250 2.0.0 fine":
            self.do(body)
        wire = self.until(b"\r\n.\r\n") + b"\r\n"
        step = self.server.step("DOT")
        if step is not Act.DROP and not (isinstance(step, str) and step[0] in "45"):
            assert self.sender is not None
            assert self.recipient is not None
            self.server.accepted.append(Accepted(self.sender, self.recipient, wire))
        self.do(step)
        self.forget()

    def answer(self, phase: str) -> bool:
        return self.do(self.server.step(phase), GOOD.get(phase, "250 2.0.0 fine"))

    def do(self, step: Step, good: str = "250 2.0.0 fine") -> bool:
        """Whether it was a good answer."""
        if step is Act.HANG:
            self.server.hold()
            step = good
        if isinstance(step, Act):
            raise HungUpError
        self.say(step)
        if step.startswith("421"):
            raise HungUpError
        return step[0] in "23"

    def say(self, text: str) -> None:
        self.sock.sendall(text.encode() + b"\r\n")

    def until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            heard = self.sock.recv(65_536)
            if not heard:
                raise HungUpError
            self.buffer += heard
        taken, _, self.buffer = self.buffer.partition(end)
        return taken

    def forget(self) -> None:
        self.sender = self.recipient = None

    def wrap(self) -> None:
        assert self.server.tls is not None
        self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)
        self.buffer = b""


def _angle(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
