"""Bytes to an SMTP server and replies from it, each within a deadline of its own. Trouble is an OSError."""

import re
import socket
import ssl
from contextlib import suppress

from app.clock import monotonic
from app.mail.replies import Phase, Reply

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_LONGEST = 65_536


class Wire:
    """A connected socket. A reply is bounded as a whole: a server that drips cannot hold a message."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._heard = b""
        # The dot is a small write behind large ones: without this it would wait for the other side's ACK.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, octets: bytes, seconds: float) -> None:
        self._sock.settimeout(seconds)
        self._sock.sendall(octets)

    def reply(self, phase: Phase, seconds: float) -> Reply:
        """The next reply, its lines joined by newlines."""
        deadline = monotonic() + seconds
        code, said, more = 0, [], True
        while more:
            code, words, more = self._line(deadline)
            said.append(words)
        return Reply(phase, code, "\n".join(said))

    def silent(self) -> bool:
        """Whether nothing was said that has not been read; OSError when the server hung up."""
        self._sock.settimeout(0)
        with suppress(BlockingIOError, ssl.SSLWantReadError):
            self._listen()
        return not self._heard

    def _line(self, deadline: float) -> tuple[int, str, bool]:
        while b"\n" not in self._heard:
            left = deadline - monotonic()
            if left <= 0 or len(self._heard) > _LONGEST:
                raise TimeoutError("no whole answer in time")
            self._sock.settimeout(left)
            self._listen()
        line, _, self._heard = self._heard.partition(b"\n")
        parts = _LINE.fullmatch(line.rstrip(b"\r"))
        if parts is None:
            raise ConnectionError(f"an answer that is none: {line[:80]!r}")
        return int(parts[1]), (parts[3] or b"").decode(errors="replace"), parts[2] == b"-"

    def _listen(self) -> None:
        heard = self._sock.recv(4096)
        if not heard:
            raise ConnectionError("the server hung up")
        self._heard += heard
