"""Letters that sit for a portrait, and are measured: every kind, every phase, and those hard to set."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from app.actions.preview import Workshop, lesson_order
from app.compose import words
from app.core.brand import Brand
from app.core.challenge import Challenge
from app.core.delivery import Kind
from app.core.enrollment import Company
from app.core.message import Address, Message, Sender
from app.core.order import Order, Reader
from app.core.persona import READERS, Persona
from app.curriculum import read_challenge

COURSE = Path(__file__).parents[2] / "lessons" / "connection"
HARBOUR = Brand(
    name="Harbour", postal_address="Harbour, 12 Quay Street, Bristol BS1 4RN", legal="Harbour Ltd"
)
SENDER = Sender(Address("hello@harbour.example", "Anna at Harbour"))
FACTS = {"on": "2026-11-24", "until": "2027-01-03", "day": "9"}
ADA = READERS[Persona.TOGETHER]
LONG = replace(READERS[Persona.THIRTY_LETTERS], company=Company.ALONE)


def sitters(brand: Brand = HARBOUR) -> dict[str, Message]:
    """By name, in the order in which somebody would get them."""
    challenge = read_challenge(COURSE, words.heading, unready=True)
    compose = Workshop(brand, SENDER, "https://letters.harbour.example").compose(challenge)
    return {name: compose(order) for name, order in _orders(challenge)}


def _orders(challenge: Challenge) -> Iterator[tuple[str, Order]]:
    def lesson(day: int, reader: Reader = ADA) -> Order:
        return lesson_order(challenge, day, reader)

    yield "confirm", _about(lesson(1), Kind.CONFIRM)
    yield "welcome", _about(lesson(1), Kind.WELCOME)
    for phase in challenge.phases:
        yield f"lesson-{phase.key}", lesson(phase.first + 2)
    for kind in (Kind.PAUSED, Kind.RESUMING, Kind.RESUMED):
        yield kind.value, _about(lesson(9), kind)
    yield "paused-open", replace(_about(lesson(9), Kind.PAUSED), facts={"day": "9"})
    for kind in (Kind.COMPLETION, Kind.GOODBYE, Kind.NOTICE):
        yield kind.value, _about(lesson(30), kind)
    yield "alone", lesson(9, READERS[Persona.ALONE])
    yield "apart", lesson(9, READERS[Persona.APART])
    yield "discreet", lesson(9, replace(ADA, discreet=True))
    yield "arabic-names", lesson(9, READERS[Persona.ARABIC])
    yield "hebrew-names", _about(lesson(1, READERS[Persona.HEBREW]), Kind.WELCOME)
    yield "long-names", lesson(9, LONG)
    yield "german-lesson", lesson(9, replace(ADA, language="de"))
    yield "german-long-names", lesson(22, replace(LONG, language="de"))
    yield "german-welcome", _about(lesson(1, replace(ADA, language="de")), Kind.WELCOME)
    yield "german-confirm", _about(lesson(1, replace(ADA, language="de")), Kind.CONFIRM)


def _about(order: Order, kind: Kind) -> Order:
    """Another letter about the course, where that lesson stands in it."""
    before = order.slug if order.day == 1 else None
    return replace(order, kind=kind, facts=FACTS, skill_slug=before or order.slug)
