"""Order: everything one letter is composed from. The first intent keeps it, so a repeat reads the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.core.delivery import Delivery, Kind
from app.core.enrollment import Company, Enrollment
from app.core.schedule import Pace
from app.core.subscriber import Subscriber


@dataclass(frozen=True)
class Reader:
    """Who reads, and how: names may be empty, `language` is what they asked for."""

    name: str = ""
    partner: str = ""
    language: str = "en"
    company: Company = Company.TOGETHER
    discreet: bool = False


@dataclass(frozen=True)
class Order:
    """A letter to compose. `slug` names the lesson of `day`; `at` (UTC) becomes the Date of the mail.

    `facts` hold what the cause knew: "on" (ISO date of the next lesson), "until" (ISO date), "day".
    """

    id: int
    kind: Kind
    to: str
    reader: Reader
    challenge: str
    at: datetime
    pace: Pace
    enrollment_id: int | None = None
    day: int | None = None
    slug: str | None = None
    skill_slug: str | None = None
    length: int = 30
    facts: Mapping[str, str] = field(default_factory=dict)


def order_for(delivery: Delivery, subscriber: Subscriber, enrollment: Enrollment, now: datetime) -> Order:
    """The order of a claimed delivery: as its first intent froze it, else as things are now."""
    frozen = delivery.frozen or {}
    day = delivery.day or enrollment.day
    return Order(
        id=delivery.id,
        kind=delivery.kind,
        to=delivery.address,
        reader=_reader(frozen) if frozen else reader_of(subscriber, enrollment),
        challenge=enrollment.challenge,
        at=datetime.fromisoformat(frozen["at"]) if frozen else now,
        pace=enrollment.pace,
        enrollment_id=delivery.enrollment_id,
        day=day,
        slug=slug_of(enrollment, day),
        skill_slug=slug_of(enrollment, day - 1),
        length=enrollment.length,
        facts=delivery.facts,
    )


def freeze(order: Order, fingerprint: str) -> dict[str, str]:
    """What a repeat of this order must not read anew, and by which it is known for the same."""
    reader = order.reader
    return {
        "print": fingerprint,
        "at": order.at.isoformat(),
        "name": reader.name,
        "partner": reader.partner,
        "language": reader.language,
        "company": reader.company,
        "discreet": "yes" if reader.discreet else "",
    }


def reader_of(subscriber: Subscriber, enrollment: Enrollment) -> Reader:
    return Reader(
        name=subscriber.name,
        partner=subscriber.partner,
        language=subscriber.language,
        company=enrollment.company,
        discreet=enrollment.discreet,
    )


def slug_of(enrollment: Enrollment, day: int) -> str | None:
    """The lesson of a day in the edition the enrollment began with; None outside it."""
    return enrollment.edition[day - 1] if 1 <= day <= enrollment.length else None


def _reader(frozen: Mapping[str, str]) -> Reader:
    return Reader(
        name=frozen["name"],
        partner=frozen["partner"],
        language=frozen["language"],
        company=Company(frozen["company"]),
        discreet=bool(frozen["discreet"]),
    )
