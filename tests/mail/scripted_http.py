"""A loopback HTTP provider that does as it is told, logs what it accepts, and honours keys as Resend does.

`server.at(Says(500))` answers the next request so; what was not told is answered well. By itself, for other
processes: `python -m tests.mail.scripted_http PORT LOGFILE [STEP ...]` prints its port (0 chooses one) and
writes a line of JSON for each acceptance. The steps come round again and again: `good`, a status, or a name
of Act in lower case.
"""

import json
import socket
import ssl
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Self

from .scripted_http_session import ANOTHER, AT_WORK, Act, Heard, Listener, Says, Session, Step

__all__ = ["ANOTHER", "Accepted", "Act", "Heard", "Says", "ScriptedHttp"]


@dataclass(frozen=True)
class Accepted:
    """One acceptance, logged before it is answered."""

    id: str
    key: str
    letter: Mapping[str, Any]


@dataclass
class ScriptedHttp:
    """`with ScriptedHttp() as server:`; any number of connections, one thread each."""

    port: int = 0
    log: Path | None = None
    steps: Iterable[Step] = ()
    tls: ssl.SSLContext | None = None
    accepted: list[Accepted] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0
    hanging: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        self._told: deque[Step] = deque()
        self._rest: Iterator[Step] = iter(self.steps)
        self._lock, self._released = Lock(), Event()
        self._keys: dict[str, Accepted] = {}
        self._at_work: set[str] = set()
        self._open: set[socket.socket] = set()
        self._listener = Listener(("127.0.0.1", self.port), Session)
        if self.tls is not None:
            self._listener.socket = self.tls.wrap_socket(self._listener.socket, server_side=True)
        self._listener.script = self
        self.port = self._listener.server_port
        self._thread = Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._listener.shutdown()
        self._thread.join(5)
        self.hang_up()
        self._listener.server_close()

    @property
    def url(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"

    def at(self, *steps: Step) -> Self:
        """What to do with the next requests."""
        self._told.extend(steps)
        return self

    def release(self) -> None:
        """Whoever hangs goes on, and nobody hangs any more."""
        self._released.set()

    def hold(self, seconds: float | None = 30) -> bool:
        self.hanging.set()
        return self._released.wait(seconds)

    def hang_up(self) -> None:
        """As an idle server does: every connection is closed, new ones are welcome."""
        for sock in list(self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def opened(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.add(sock)
            self.connections += 1

    def closed(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.discard(sock)

    def step(self) -> Step:
        with self._lock:
            return self._told.popleft() if self._told else next(self._rest, None)

    def take(self, heard: Heard) -> Says:
        """Accepts one letter a key; the key is at work until it is answered."""
        with self._lock:
            if heard.key in self._at_work:
                return AT_WORK
            self._at_work.add(heard.key)
            first = self._keys.get(heard.key) or self._accept(heard)
        return Says(200, {"id": first.id}) if first.letter == heard.letter else ANOTHER

    def answered(self, key: str) -> None:
        with self._lock:
            self._at_work.discard(key)

    def _accept(self, heard: Heard) -> Accepted:
        one = Accepted(f"re-{len(self.accepted) + 1}", heard.key, heard.letter)
        self._keys[one.key] = one
        self.accepted.append(one)
        if self.log is not None:
            line = {
                "id": one.id,
                "key": one.key,
                **{name: one.letter[name] for name in ("to", "subject", "tags")},
            }
            with self.log.open("a") as opened:
                opened.write(json.dumps(line) + "\n")
        return one


def step_of(word: str) -> Step:
    if word == "good":
        return None
    return Says(int(word)) if word.isdigit() else Act[word.upper()]


if __name__ == "__main__":
    told = cycle([step_of(word) for word in sys.argv[3:]])
    with ScriptedHttp(int(sys.argv[1]), Path(sys.argv[2]), told) as server:
        print(server.port, flush=True)
        server.hold(None)
