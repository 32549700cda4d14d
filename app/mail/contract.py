"""The contract of a Mailer, and how one is opened: the scheme of the URL is the file name of the provider."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from app.core.feedback import Feedback
from app.core.message import Message
from app.core.outcome import Outcome
from app.errors import MailerError
from app.mail.hook import Call

Stream = Iterable[Message | None]
"""Messages to send, as they are asked for."""


class Mailer(Protocol):
    """Sends a stream of messages and says what became of each."""

    name: str
    """The provider's file name."""

    width: int
    """How many messages can be on the wire at once."""

    @property
    def free(self) -> int:
        """How many messages could go to the wire this very moment, as far as is known."""
        ...

    lease: float
    """Seconds after which a message on the wire has certainly ended, one way or the other."""

    key_window: timedelta | None
    """For how long the provider removes repeats by the key of a Message; None if it knows no key."""

    smtputf8: bool
    """Whether an address with letters beyond ASCII in its local part can be reached."""

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        """One Outcome for each message taken, in any order.

        The next message is taken only when it can go to the wire now: whoever feeds the stream commits the
        intent as it hands one over, and ends the stream rather than raise or let the mailer wait. While
        something is on the wire it may give None: nothing for now, ask again within a second. The lease
        counts from the moment a message was asked for. Never raises for one message; what it cannot tell is
        `UNKNOWN`. It may stop early when nobody can be reached: what it did not take, it has not touched.
        """
        ...

    def close(self) -> None:
        """Let go of connections. A closed mailer may be used again."""
        ...


@runtime_checkable
class Hearing(Protocol):
    """The other face of a provider: what it tells by webhook."""

    def hear(self, call: Call, now: datetime) -> tuple[Feedback, ...]:
        """What a call says; events that say nothing to us are left out, an unknown one is no error.

        ForgedError unless the provider's signature is there, right and fresh; also when the URL lacks the
        secret to check it with (a provider without signatures relies on the secret in the hook's path,
        which was checked before). UnreadableError for a signed call that makes no sense.
        """
        ...


@runtime_checkable
class Carrier(Protocol):
    """A provider that carries our very octets to the recipient's side, so that we can sign them."""

    as_bytes: Callable[[Message], bytes]
    """`mime.as_bytes`, until one that signs is put in its place."""


PROVIDERS = Path(__file__).parent / "providers"


def open_mailer(url: str) -> Mailer:
    """The Mailer of `KINDLING_MAIL_URL`; MailerError (never holding the URL's secrets) when it names none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise MailerError("KINDLING_MAIL_URL is no URL; write it as smtp://user:password@host:587.") from None
    name = ALIASES.get(parts.scheme, parts.scheme)
    if name not in provider_names():
        known = ", ".join(sorted(provider_names() | ALIASES.keys()))
        raise MailerError(f"KINDLING_MAIL_URL names no mail provider we know; it begins with one of {known}.")
    mailer: Mailer = import_module(f"app.mail.providers.{name}").open_mailer(parts)
    return mailer


ALIASES = {"smtps": "smtp"}


def provider_names() -> frozenset[str]:
    """Each file in providers/: it has `open_mailer(parts)` and an `EXAMPLE` of its URL."""
    return frozenset(file.stem for file in PROVIDERS.glob("[a-z]*.py"))


def masked(url: str) -> str:
    """The URL as it may be shown: no user, no password, no query, nothing of one that cannot be read."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(a URL that cannot be read)"
    if "@" in parts.path + parts.query + parts.fragment:
        return f"{parts.scheme}://(a password with characters that must be written as %XX)"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{'' if parts.netloc else parts.path}"
