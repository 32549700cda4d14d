"""The contract of a Mailer, and how one is opened: the scheme of the URL is the file name of the provider."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from app.core.message import Message
from app.core.outcome import Outcome
from app.errors import MailerError


class Mailer(Protocol):
    """Sends a stream of messages and says what became of each."""

    name: str
    """The provider's file name."""

    width: int
    """How many messages can be on the wire at once."""

    lease: float
    """Seconds after which a message on the wire has certainly ended, one way or the other."""

    smtputf8: bool
    """Whether an address with letters beyond ASCII in its local part can be reached."""

    def deliver(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        """One Outcome for each message, in any order.

        The next message is taken only when it can go to the wire now: whoever feeds the stream commits the
        intent as it hands one over. Never raises for one message; what it cannot tell is `UNKNOWN`.
        """
        ...

    def close(self) -> None:
        """Let go of connections. A closed mailer may be used again."""
        ...


PROVIDERS = Path(__file__).parent / "providers"


def open_mailer(url: str) -> Mailer:
    """The Mailer of `KINDLING_MAIL_URL`; MailerError (never holding the URL's secrets) when it names none."""
    parts = urlsplit(url)
    name = ALIASES.get(parts.scheme, parts.scheme)
    if name not in provider_names():
        known = ", ".join(sorted(provider_names() | ALIASES.keys()))
        raise MailerError(f"There is no mail provider “{parts.scheme}”; use one of {known}.")
    mailer: Mailer = import_module(f"app.mail.providers.{name}").open_mailer(parts)
    return mailer


ALIASES = {"smtps": "smtp"}


def provider_names() -> frozenset[str]:
    return frozenset(file.stem for file in PROVIDERS.glob("[a-z]*.py"))


def masked(parts: SplitResult) -> str:
    """The URL as it may be shown: no user, no password, no query."""
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
