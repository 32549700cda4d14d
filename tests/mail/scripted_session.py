"""One connection of the scripted server: what it says, and what it takes for accepted."""

import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

PHASES = ("CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "DOT", "RSET", "QUIT")
GOOD = {"CONNECT": "220 ready", "STARTTLS": "220 go on", "AUTH": "235 2.7.0 in", "DATA": "354 go on"}


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


class Script(Protocol):
    """What a session asks of its server."""

    extensions: tuple[str, ...]
    tls: ssl.SSLContext | None
    implicit: bool
    accepted: list[Accepted]
    heard: list[str]
    reads: list[bytes]
    empty: int
    eager: bool

    def step(self, phase: str) -> Step: ...

    def hold(self) -> None: ...

    def holds(self, sock: socket.socket) -> None: ...


class HungUpError(Exception):
    """Either side ended the connection."""


class Session:
    """One connection; as strict as Postfix about the order of commands."""

    def __init__(self, server: Script, sock: socket.socket) -> None:
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
        verb = verb_of(line)
        nobody = self.recipient is None and not self.server.eager
        if (verb == "MAIL" and self.sender is not None) or (verb == "DATA" and nobody):
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
        if body is Act.HANG:
            self.server.hold()
        elif body != "250 2.0.0 fine":
            self.do(body)
        self.buffer = b"\r\n" + self.buffer
        wire = self.until(b"\r\n.\r\n")[2:] + b"\r\n"
        step = self.server.step("DOT")
        if self.sender is None or self.recipient is None:
            self.server.empty += wire == b"\r\n"
        elif step is not Act.DROP and not (isinstance(step, str) and step[0] in "45"):
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
            self.server.reads.append(heard)
            self.buffer += heard
        taken, _, self.buffer = self.buffer.partition(end)
        return taken

    def forget(self) -> None:
        self.sender = self.recipient = None

    def wrap(self) -> None:
        assert self.server.tls is not None
        self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)
        self.server.holds(self.sock)
        self.buffer = b""


def verb_of(line: str) -> str:
    return line.replace(":", " ").split()[0].upper() if line.strip() else ""


def _angle(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
