"""The mailbox to which mails bounce, read by IMAP: `imaps://user:password@host/INBOX`.

A mail is handed on first and marked as seen afterwards: whoever dies in between gets it once more. Nothing
is ever moved or deleted; the mailbox is the operator's.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from imaplib import IMAP4, IMAP4_SSL
from typing import Any
from urllib.parse import unquote, urlsplit

from app.errors import MailerError, SettingsError
from app.mail.bounce import LARGEST
from app.mail.smtp_opening import is_loopback

PATIENCE = 30.0
"""Seconds: to connect, and for each next piece of an answer."""

_PORTS = {"imap": 143, "imaps": 993}
_PIECE = f"(BODY.PEEK[]<0.{LARGEST}>)"


@dataclass(frozen=True)
class Place:
    """Where a mailbox is and who reads it; in clear only on this machine."""

    host: str
    port: int
    encrypted: bool
    folder: str
    user: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.encrypted and not is_loopback(self.host):
            raise SettingsError(
                "A password never travels in clear; write KINDLING_BOUNCE_MAILBOX as imaps://…"
            )
        if not (self.folder.isascii() and self.folder.isprintable()):
            raise SettingsError("The folder in KINDLING_BOUNCE_MAILBOX must have a plain name such as INBOX.")


def read_place(url: str) -> Place:
    """From KINDLING_BOUNCE_MAILBOX; SettingsError (never repeating the URL) when it names no mailbox."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise _unusable() from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (host and user and password) or parts.query or parts.fragment:
        raise _unusable()
    return Place(host, port, parts.scheme == "imaps", unquote(parts.path[1:]) or "INBOX", user, password)


class Mailbox:
    """For one thread. Which mails are new the server knows: those that nobody has seen."""

    def __init__(
        self, place: Place, context: ssl.SSLContext | None = None, patience: float = PATIENCE
    ) -> None:
        self._place = place
        self._context = context or ssl.create_default_context()
        self._patience = patience
        self._hard: set[bytes] = set()

    def read(self, take: Callable[[bytes], object], most: int) -> int:
        """Hand on at most so many new mails, the oldest first, each as far as LARGEST; how many there were.

        One at which `take` raises stays new and comes last from then on, so that it keeps nobody waiting.
        MailerError, without a word of any mail, when the server is the trouble.
        """
        count = 0
        with self._opened() as server:
            for number in self._new(server)[:most]:
                mail = _fetched(server, number)
                if mail is not None:
                    self._hard.add(number)
                    take(mail)
                    self._hard.discard(number)
                    _ask(server, "STORE", number.decode(), "+FLAGS.SILENT", r"(\Seen)")
                    count += 1
        return count

    @contextmanager
    def _opened(self) -> Iterator[IMAP4]:
        with _in_words("reached"):
            server = self._connected()
        try:
            with _in_words("opened"):
                self._sign_in(server)
                folder = self._place.folder.replace("\\", "\\\\").replace('"', '\\"')
                _good(server.select(f'"{folder}"'))
            yield server
        finally:
            with suppress(IMAP4.error, OSError):
                server.logout()
            with suppress(OSError):
                server.shutdown()

    def _connected(self) -> IMAP4:
        where = (self._place.host, self._place.port)
        if self._place.encrypted:
            return IMAP4_SSL(*where, ssl_context=self._context, timeout=self._patience)
        return IMAP4(*where, timeout=self._patience)

    def _sign_in(self, server: IMAP4) -> None:
        user, password = self._place.user, self._place.password
        if "AUTH=PLAIN" in server.capabilities:
            server.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        else:
            server.login(user, password)

    def _new(self, server: IMAP4) -> list[bytes]:
        found = _ask(server, "SEARCH", "UNSEEN", "UNDELETED")
        numbers = found[0].split() if found and isinstance(found[0], bytes) else []
        return sorted(numbers, key=self._hard.__contains__)


def _fetched(server: IMAP4, number: bytes) -> bytes | None:
    """None when it has gone meanwhile."""
    parts = _ask(server, "FETCH", number.decode(), _PIECE)
    return next((one[1] for one in parts if isinstance(one, tuple)), None)


def _ask(server: IMAP4, command: str, *words: str) -> list[Any]:
    with _in_words("read"):
        return _good(server.uid(command, *words))


def _good(answer: tuple[str, list[Any]]) -> list[Any]:
    state, said = answer
    if state != "OK":
        raise IMAP4.error(said[-1])
    return said


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    try:
        yield
    except (IMAP4.error, OSError, ValueError) as fault:
        raise MailerError(f"The bounce mailbox cannot be {what}: {_words(fault)}.") from None


def _words(fault: Exception) -> str:
    """The server's own only for a plain no: whatever else it said may be of a mail."""
    if isinstance(fault, IMAP4.abort):
        return "the server fell silent or out of step"
    said = fault.args[-1] if fault.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return "".join(c if c.isprintable() else "?" for c in text)[:200].rstrip(".") or type(fault).__name__


def _unusable() -> SettingsError:
    return SettingsError(
        "Write KINDLING_BOUNCE_MAILBOX as imaps://user:password@host/INBOX, "
        "with /, ?, #, @, : and % in user and password as %2F, %3F, %23, %40, %3A and %25."
    )
