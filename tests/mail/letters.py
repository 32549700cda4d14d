"""Letters to Ada and Ben."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.core.message import Address, Message, Sender

ADA, BEN = "ada@example.org", "ben@example.net"


def letter(number: int = 1, to: str | Address = ADA, **changes: Any) -> Message:
    plain = Message(
        id=number,
        message_id=f"<{number}@harbour.example>",
        sender=Sender(Address("hello@harbour.example", "Anna at Harbour"), Address("anna@harbour.example")),
        to=Address(to, "Ada") if isinstance(to, str) else to,
        subject="Day one",
        text="Look at each other.\n",
        html="<p>Look at each other.</p>\n",
        date=datetime(2026, 11, 23, 7, 0, tzinfo=UTC),
        kind="lesson",
        list_id="Little <little.harbour.example>",
        unsubscribe="https://harbour.example/unsubscribe/v1.1.abcd." + "0" * 32,
    )
    return replace(plain, **changes)


def letters(count: int) -> list[Message]:
    return [letter(number) for number in range(1, count + 1)]


def addressed(count: int) -> list[Message]:
    """Each to somebody else, so that a server's log tells them apart."""
    return [letter(number, f"reader{number}@example.org") for number in range(1, count + 1)]


class Stream:
    """Hands letters over one by one and remembers how many were taken."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.messages = list(messages)
        self.taken = 0

    def __iter__(self) -> Iterator[Message]:
        for message in self.messages:
            self.taken += 1
            yield message
