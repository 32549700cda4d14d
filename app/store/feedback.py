"""What providers told, each thing once; and the deliveries that it is about."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.core.delivery import Delivery, State
from app.core.feedback import WORDS_LIMIT, Fate, Feedback, occurrence, told_at
from app.core.subscriber import address_key
from app.store import installation
from app.store.deliveries import value
from app.store.tables import deliveries, feedback
from app.store.upsert import insert

LATELY = 200
_BEFORE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Subject:
    """A delivery that something is told of, and what was told of it before."""

    delivery: Delivery
    fate: Fate | None
    sent_at: datetime | None


def subjects(
    session: Session, provider: str, told: Sequence[Feedback], *, lock: bool = False
) -> list[Subject]:
    """The deliveries that a provider's words are about, locked by id; only such as went to this provider."""
    numbers = {one.delivery for one in told if one.delivery is not None}
    names = {one.provider_id for one in told if one.provider_id is not None and one.provider_id.isprintable()}
    ways = [deliveries.c.id.in_(sorted(numbers))] if numbers else []
    ways += [deliveries.c.provider_id.in_(sorted(names))] if names else []
    if not ways:
        return []
    query = select(deliveries).where(deliveries.c.provider == provider, or_(*ways)).order_by(deliveries.c.id)
    rows = session.execute(query.with_for_update() if lock else query)
    return [Subject(value(row), Fate(row.fate) if row.fate else None, row.sent_at) for row in rows]


def subject(session: Session, provider: str, told: Feedback) -> Subject | None:
    """The one delivery that it is about: by our number, else the newest of the provider's name."""
    found = subjects(session, provider, [told])
    numbered = [one for one in found if one.delivery.id == told.delivery]
    return next(reversed(numbered or found), None)


def note(session: Session, provider: str, told: Feedback, about: Delivery | None, now: datetime) -> bool:
    """Write down what was told; False if it was there already.

    Of what is about no delivery of ours neither recipient nor words are kept.
    """
    key = installation.read(session).key
    noted = session.execute(
        insert(session, feedback)
        .values(
            provider=provider,
            event=_hash(key, "event", provider, told.event),
            occurrence=_hash(key, "occurrence", provider, *occurrence(told)),
            delivery_id=about.id if about else None,
            fate=told.fate,
            recipient=_recipient(key, about.address) if about else None,
            words=_printable(told.words) if about else "",
            at=told_at(told, now),
            heard_at=now,
        )
        .on_conflict_do_nothing()
        .returning(feedback.c.id)
    )
    return noted.one_or_none() is not None


def write_fate(session: Session, delivery_id: int, fate: Fate, at: datetime) -> None:
    values = {"fate": fate, "fate_at": at}
    session.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(values))


def softs(session: Session, address: str) -> int:
    """How many letters to this address bounced softly since one was delivered."""
    whose = feedback.c.recipient == _recipient(installation.read(session).key, address)
    delivered = select(func.max(feedback.c.at)).where(whose, feedback.c.fate == Fate.DELIVERED)
    since = session.execute(delivered).scalar_one() or _BEFORE
    letters = select(func.count(feedback.c.delivery_id.distinct()))
    counted = letters.where(whose, feedback.c.fate == Fate.SOFT, feedback.c.at > since)
    return int(session.execute(counted).scalar_one())


def bounces(session: Session, provider: str, until: datetime, *, but: str) -> tuple[int, int]:
    """Of the last 200 mails that a provider had accepted by then: to how many addresses besides `but` they
    bounced, and how many mails there are."""
    query = (
        select(deliveries.c.address, deliveries.c.fate)
        .where(
            deliveries.c.provider == provider,
            deliveries.c.state == State.SENT,
            deliveries.c.sent_at <= until,
        )
        .order_by(deliveries.c.sent_at.desc(), deliveries.c.id.desc())
        .limit(LATELY)
    )
    lately = session.execute(query).all()
    return len({row.address for row in lately if row.fate == Fate.BOUNCED} - {but}), len(lately)


def prune(session: Session, before: datetime) -> None:
    session.execute(delete(feedback).where(feedback.c.heard_at < before))


def _printable(words: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in words[:WORDS_LIMIT])


def _recipient(key: bytes, address: str) -> bytes:
    return _hash(key, "recipient", address_key(address))


def _hash(key: bytes, *parts: str) -> bytes:
    return hmac.digest(key, b"feedback:" + json.dumps(parts).encode(), "sha256")
