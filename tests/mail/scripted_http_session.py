"""One connection of the scripted HTTP provider: what it does with a request."""

import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol


class Act(Enum):
    DROP_UNREAD = "hang up before the content is read"
    DROP = "read it, accept nothing, hang up"
    TAKE_AND_DROP = "accept, and hang up without a word"
    TAKE_AND_BREAK = "accept, and hang up amid the answer"
    TAKE_AND_TRICKLE = "accept, and answer with a header that has no end before release()"
    TAKE_AND_HANG = "accept, and say nothing before release(), then answer well"


@dataclass(frozen=True)
class Says:
    """An answer; `takes` if the letter is accepted nevertheless."""

    status: int
    content: str | Mapping[str, object] = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    takes: bool = False


Step = Act | Says | None
"""None: as the letter and its key deserve."""

AT_WORK = Says(409, {"name": "concurrent_idempotent_requests", "message": "the first is at work"})
ANOTHER = Says(409, {"name": "invalid_idempotent_request", "message": "another letter had this key"})


@dataclass(frozen=True)
class Heard:
    """One request whose content was read; the names of its headers are in lower case."""

    path: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")

    @property
    def letter(self) -> dict[str, Any]:
        return json.loads(self.content)  # type: ignore[no-any-return]


class Script(Protocol):
    """What a session asks of its server."""

    heard: list[Heard]

    def step(self) -> Step: ...

    def take(self, heard: Heard) -> Says: ...

    def answered(self, key: str) -> None: ...

    def hold(self, seconds: float | None = 30) -> bool: ...

    def opened(self, sock: socket.socket) -> None: ...

    def closed(self, sock: socket.socket) -> None: ...


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    script: Script

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up on us is no news."""


class Session(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def setup(self) -> None:
        super().setup()
        self.server.script.opened(self.connection)

    def finish(self) -> None:
        self.server.script.closed(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        script = self.server.script
        step = script.step()
        if step is Act.DROP_UNREAD:
            return self.drop()
        length = int(self.headers["Content-Length"])
        content = self.rfile.read(length)
        if len(content) < length:
            return self.drop()
        heard = Heard(self.path, {name.lower(): value for name, value in self.headers.items()}, content)
        script.heard.append(heard)
        if step is Act.DROP:
            return self.drop()
        if isinstance(step, Says) and not step.takes:
            return self.say(step)
        return self.take(heard, step)

    def take(self, heard: Heard, step: Step) -> None:
        good = self.server.script.take(heard)
        try:
            self.say(step) if isinstance(step, Says) else self.end(step, good)
        finally:
            if good is not AT_WORK:
                self.server.script.answered(heard.key)

    def end(self, step: Act | None, good: Says) -> None:
        script = self.server.script
        match step:
            case Act.TAKE_AND_DROP:
                self.drop()
            case Act.TAKE_AND_BREAK:
                self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"id": "re-1"}')
                self.drop()
            case Act.TAKE_AND_TRICKLE:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not script.hold(0.02):
                    self.wfile.write(b".")
                self.drop()
            case Act.TAKE_AND_HANG:
                script.hold()
                self.say(good)
            case _:
                self.say(good)

    def say(self, answer: Says) -> None:
        text = answer.content if isinstance(answer.content, str) else json.dumps(answer.content)
        self.send_response_only(answer.status)
        for name, value in {"Content-Length": str(len(text.encode())), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
