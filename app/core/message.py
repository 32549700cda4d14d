"""Message: a rendered mail, and the headers every one must carry."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256


@dataclass(frozen=True)
class Address:
    """A mailbox with an optional display name."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Sender:
    """Whom all letters of an installation come from."""

    address: Address
    reply_to: Address | None = None


@dataclass(frozen=True)
class Message:
    """One mail to one person. `id` is the delivery's; `date` is UTC; `unsubscribe` is a URL or empty.

    `challenge` is a slug; `day` is that of a lesson, None for every other letter. `return_path` is where a
    bounce goes, empty for the sender's own address.
    """

    id: int
    message_id: str
    sender: Sender
    to: Address
    subject: str
    text: str
    html: str
    date: datetime
    kind: str
    list_id: str
    language: str = "en"
    unsubscribe: str = ""
    challenge: str = ""
    day: int | None = None
    return_path: str = ""
    extra: tuple[tuple[str, str], ...] = field(default=())

    @property
    def fingerprint(self) -> str:
        """The same as long as a repeat says the same; a provider that knows our key refuses another text."""
        said = (self.sender, self.to, self.subject, self.text, self.html, headers(self))
        return sha256(repr(said).encode(errors="replace")).hexdigest()[:32]

    @property
    def key(self) -> str:
        """For a provider that removes repeats: the same for the same letter with the same text."""
        return f"{self.message_id.strip('<>')}.{self.fingerprint}"


def headers(message: Message) -> tuple[tuple[str, str], ...]:
    """What every mail carries besides addresses, subject, date and id (RFC 2919, 2369, 8058, 3834)."""
    unsubscribe: tuple[tuple[str, str], ...] = ()
    if message.unsubscribe:
        unsubscribe = (
            ("List-Unsubscribe", f"<{message.unsubscribe}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        )
    return (
        ("List-ID", message.list_id),
        *unsubscribe,
        ("Auto-Submitted", "auto-generated"),
        ("Feedback-ID", feedback_id(message)),
        *message.extra,
    )


def feedback_id(message: Message) -> str:
    """`day:challenge:kind:sender`, aggregated by large mailbox providers; never one person's.

    The last part names who sends, in 5 to 15 characters that stay the same (Gmail's feedback loop).
    """
    sender = re.sub(r"[^a-z0-9]+", "-", message.sender.address.domain.lower())[:15].ljust(5, "-")
    return f"{message.day or ''}:{message.challenge}:{message.kind}:{sender}"
