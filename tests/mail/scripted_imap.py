"""A small IMAP server on this machine: a folder of mails, and what it is told to do instead of answering."""

import re
import socket
import ssl
from base64 import b64decode
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from threading import Event, Thread
from typing import BinaryIO, Self


class Act(Enum):
    DROP = "hang up"
    HANG = "say nothing until the end"


@dataclass
class ScriptedMailbox:
    """`with ScriptedMailbox([mail, ...]) as server:`; numbers count from 1, `folder` is as it is quoted."""

    mails: list[bytes] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    capabilities: str = "IMAP4rev1 AUTH=PLAIN"
    folder: str = "INBOX"
    seen: set[int] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._steps: dict[str, deque[str | Act]] = defaultdict(deque)
        self._ended = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[Thread] = []
        self._start(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def at(self, command: str, *steps: str | Act) -> Self:
        """What to do the next times this command comes: a whole answer such as `NO not now`, or an act."""
        self._steps[command].extend(steps)
        return self

    def _start(self, target: Callable[..., None], *args: object) -> None:
        self._threads.append(Thread(target=target, args=args, daemon=True))
        self._threads[-1].start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._start(self._serve, sock)

    def _serve(self, plain: socket.socket) -> None:
        with plain, suppress(OSError, EOFError):
            sock = self.tls.wrap_socket(plain, server_side=True) if self.tls else plain
            with sock, sock.makefile("rb") as lines:
                self._converse(sock, lines)

    def _converse(self, sock: socket.socket, lines: BinaryIO) -> None:
        self._say(sock, "*", "GREETING", "OK ready")
        while line := lines.readline().decode().strip():
            self.heard.append(line.partition(" ")[2])
            tag, command, *rest = line.split(" ", 2)
            name = " ".join([command, *rest]).split()[1] if command == "UID" else command
            if name == "AUTHENTICATE":
                sock.sendall(b"+ \r\n")
                self.secrets.append(b64decode(lines.readline()).decode())
            self._say(sock, tag, name, self._answer(sock, name, " ".join(rest)))

    def _say(self, sock: socket.socket, tag: str, name: str, answer: str) -> None:
        step = self._steps[name].popleft() if self._steps[name] else answer
        if step is Act.HANG:
            self._ended.wait(5)
        if isinstance(step, Act):
            raise EOFError
        sock.sendall(f"{tag} {step}\r\n".encode())

    def _answer(self, sock: socket.socket, name: str, rest: str) -> str:
        if self._steps[name]:
            return ""
        match name:
            case "CAPABILITY":
                sock.sendall(f"* CAPABILITY {self.capabilities}\r\n".encode())
            case "SELECT" if rest != f'"{self.folder}"':
                return "NO no such folder"
            case "SEARCH":
                new = (
                    str(one)
                    for one in range(1, len(self.mails) + 1)
                    if one not in self.seen or "UNSEEN" not in rest
                )
                sock.sendall(f"* SEARCH {' '.join(new)}\r\n".encode())
            case "FETCH":
                number, size = map(int, re.findall(r"FETCH (\d+) .*<0\.(\d+)>", rest)[0])
                mail = self.mails[number - 1][:size]
                head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(mail)}}}\r\n"
                sock.sendall(head.encode() + mail + b")\r\n")
            case "STORE":
                self.seen.add(int(rest.split()[1]))
            case "LOGOUT":
                sock.sendall(b"* BYE\r\n")
        return "OK done"
