"""What every HTTP provider shares: an endpoint that is posted to, and what it answers.

The last byte of a request goes out by itself. Before it nothing can have been accepted; after it, only a
whole answer can tell.
"""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx

from app.clock import Clock, boottime
from app.core.outcome import Meaning

LARGEST = 1 << 20
"""Octets of an answer that are read."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds. `until_sent` counts from when the message was asked for: an older request is given up."""

    connect: float = 5
    write: float = 30
    read: float = 120
    until_sent: float = 60

    @property
    def lease(self) -> float:
        return self.until_sent + self.read


@dataclass(frozen=True)
class Silence:
    """No answer came: what that means, and why."""

    meaning: Meaning
    text: str


@dataclass(frozen=True)
class Answer:
    """What the provider said; `text` is empty if it broke off, `sent` is False if it did not hear us out."""

    status: int
    text: str
    headers: Mapping[str, str]
    sent: bool = True

    @property
    def fields(self) -> dict[str, object]:
        """The JSON object of the body; empty if it is none."""
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def retry_after(self) -> timedelta | None:
        """Retry-After, from now; a date is compared with the answer's own Date (RFC 9110 §10.2.3)."""
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return timedelta(seconds=int(value[:9]))
        try:
            wait = parsedate_to_datetime(value) - parsedate_to_datetime(self.headers.get("date", ""))
        except (ValueError, TypeError, OverflowError):
            return None
        return max(wait, timedelta(0)) or None

    @property
    def line(self) -> str:
        """For the operator: one printable line of at most 500 characters."""
        words = [str(self.fields[name]) for name in ("name", "code", "message") if name in self.fields]
        said = ": ".join(words) or self.headers.get("location") or self.text or "(no words)"
        return "".join(c if c.isprintable() else "?" for c in f"{self.status} {' '.join(said.split())}")[:500]


class Endpoint:
    """A connection for each request to one place, for many threads: what is left over from one answer, or an
    idle connection that dies, concerns no other letter. Verifies certificates, follows no redirect."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        timeouts: Timeouts,
        context: ssl.SSLContext | None = None,
        clock: Clock = boottime,
    ) -> None:
        self._url = url
        self._headers = {"User-Agent": "Kindling", "Accept-Encoding": "identity", **headers}
        self._timeouts = timeouts
        self._context = context or ssl.create_default_context()
        self._clock = clock
        self._client = self._opened()

    def post(self, path: str, headers: Mapping[str, str], content: bytes, asked: float) -> Answer | Silence:
        """`asked` is when the message was asked for: no later than its intent was committed."""
        body = _Body(content, lambda: self._clock() - asked < self._timeouts.until_sent)
        length = {"Content-Length": str(len(content)), "Content-Type": "application/json"}
        client = self._client
        try:
            with client.stream(
                "POST", self._url + path, headers={**length, **headers}, content=body
            ) as heard:
                text = _text(heard)
                if client.is_closed:
                    # It was closed before this connection was there, and has lost sight of it.
                    heard.extensions["network_stream"].close()
                if text is None and heard.status_code // 100 == 4:
                    return Silence(Meaning.UNREACHED, f"{heard.status_code}, and the reason broke off")
                return Answer(heard.status_code, text or "", heard.headers, body.sent)
        except _OldError:
            return Silence(Meaning.UNSENT, "given up before the last byte: it had grown old")
        except Exception as fault:
            # Whatever went wrong, `sent` tells what can have happened; no kind of exception does.
            meaning = Meaning.UNKNOWN if body.sent else Meaning.UNREACHED
            return Silence(meaning, f"no answer: {type(fault).__name__}: {fault}"[:500])

    def close(self) -> None:
        client, self._client = self._client, self._opened()
        client.close()

    def _opened(self) -> httpx.Client:
        patience = self._timeouts
        return httpx.Client(
            headers=self._headers,
            verify=self._context,
            timeout=httpx.Timeout(patience.connect, write=patience.write, read=patience.read),
            # There are as many as there are threads, and none is kept.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=False,
        )


class _OldError(Exception):
    """Too long on the way: the last byte is kept back."""


class _Body:
    """A request's content; `sent` from when its last byte may be on the wire."""

    def __init__(self, content: bytes, fresh: Callable[[], bool]) -> None:
        self._content = content
        self._fresh = fresh
        self.sent = False

    def __iter__(self) -> Iterator[bytes]:
        yield self._content[:-1]
        if not self._fresh():
            raise _OldError
        self.sent = True
        yield self._content[-1:]


def _text(heard: httpx.Response) -> str | None:
    """The body as far as LARGEST; None if it broke off."""
    octets = bytearray()
    try:
        for chunk in heard.iter_bytes():
            octets += chunk
            if len(octets) > LARGEST:
                break
    except httpx.HTTPError:
        return None
    return octets[:LARGEST].decode("utf-8-sig", errors="replace")
