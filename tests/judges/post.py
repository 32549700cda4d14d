"""Every letter of the course, composed and signed as in production, and as it arrives."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from app.actions.preview import lesson_order
from app.compose.letters import Composer
from app.compose.words import heading
from app.core.brand import Brand
from app.core.challenge import LETTERS, Challenge
from app.core.delivery import Kind
from app.core.links import KeyRing
from app.core.message import Address, Message, Sender
from app.core.order import Order, Reader
from app.curriculum import read_challenge
from app.mail.mime import envelope
from tests.mail.dkim_keys import DOMAIN, both

COURSE = read_challenge(Path(__file__).parents[2] / "lessons" / "connection", heading)
BASE = f"https://letters.{DOMAIN}"
SENDER = Sender(Address(f"hello@{DOMAIN}", "Anna at Harbour"), Address(f"anna@{DOMAIN}", "Anna"))
BRAND = Brand("Harbour", legal="Harbour & Sons Ltd", postal_address="12 Quay Street\nBristol BS1 5TY")
READERS = {"en": Reader("Ada", "Ben", "en"), "de": Reader("Änne", "Jörg", "de")}
FACTS, UNTIL = {"on": "2026-12-01", "day": "8"}, {"until": "2027-01-03"}
WITH_AN_END = ("paused", "resuming")

RELAY, RELAY_ADDRESS = f"mail.{DOMAIN}", "198.18.0.25"
RECEIVER = "mx.example.org"


@dataclass(frozen=True)
class Mail:
    """`name` is the language and the day or the kind of letter; `sent` is what left us."""

    name: str
    message: Message
    sent: bytes

    @property
    def arrived(self) -> bytes:
        """With what the receiving server writes on top."""
        ways = envelope(self.message)
        trace = (
            f"Return-Path: <{ways.mail_from}>\r\n"
            f"Received: from {RELAY} ({RELAY} [{RELAY_ADDRESS}])\r\n"
            "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
            f"\tby {RECEIVER} (Postfix) with ESMTPS id 4XyZ1k2m3nz9rxV\r\n"
            f"\tfor <{ways.recipient}>; {format_datetime(self.message.date)}\r\n"
        )
        return trace.encode() + self.sent


def every_mail() -> Iterator[Mail]:
    """Thirty lessons and every kind of letter, in each language the course is written in."""
    signer, compose = both(), _composer(COURSE).compose
    now = datetime.now(UTC).replace(microsecond=0)
    orders = [one for language in COURSE.languages for one in _orders(COURSE, READERS[language])]
    for number, (name, order) in enumerate(orders, 1):
        message = compose(replace(order, id=number, at=now, to="ada@example.org"))
        yield Mail(f"{order.reader.language}-{name}", message, signer.as_bytes(message))


def composed(reader: Reader) -> Iterator[Message]:
    """The same letters to somebody else."""
    compose = _composer(COURSE).compose
    return (compose(order) for _, order in _orders(COURSE, reader))


def _composer(course: Challenge) -> Composer:
    ring, bounces = KeyRing((b"k" * 32,)), f"bounce+{{tag}}@bounces.{DOMAIN}"
    return Composer({course.slug: course}, BRAND, SENDER, BASE, ring, b"installation", bounces)


def _orders(course: Challenge, reader: Reader) -> Iterator[tuple[str, Order]]:
    for day in range(1, len(course.edition) + 1):
        yield f"{day:02}", lesson_order(course, day, reader)
    for letter in sorted(LETTERS):
        yield letter, _letter(course, letter, reader)


def _letter(course: Challenge, name: str, reader: Reader) -> Order:
    """As somebody gets it between the seventh and the eighth lesson."""
    facts = FACTS | (UNTIL if name in WITH_AN_END else {})
    order = replace(lesson_order(course, 8, reader), skill_slug=course.edition[6], facts=facts)
    return replace(order, kind=Kind(name.partition("-")[0]))
