"""Subscribers and the consents they gave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from app.core.enrollment import Status
from app.core.subscriber import Standing, Subscriber
from app.store.tables import DUE, HELD, consents, deliveries, enrollments, subscribers
from app.store.upsert import insert


@dataclass(frozen=True)
class Consent:
    """What somebody agreed to: `wording` is the hash of the text they saw, `origin` the door."""

    what: str
    wording: str
    origin: str


def find(session: Session, key: str, *, lock: bool = False) -> Subscriber | None:
    """By the compare key of the address."""
    query = select(subscribers).where(subscribers.c.key == key)
    row = session.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
    return _value(row) if row else None


def get(session: Session, subscriber_id: int) -> Subscriber:
    return _value(session.execute(select(subscribers).where(subscribers.c.id == subscriber_id)).one())


def get_many(session: Session, ids: Iterable[int]) -> dict[int, Subscriber]:
    rows = session.execute(select(subscribers).where(subscribers.c.id.in_(sorted(set(ids)))))
    return {row.id: _value(row) for row in rows}


def add(session: Session, address: str, key: str, language: str, now: datetime) -> Subscriber:
    """The subscriber of this key, new and unconfirmed if there was none; locked either way."""
    session.execute(
        insert(session, subscribers)
        .values(address=address, key=key, standing=Standing.UNCONFIRMED, language=language, created_at=now)
        .on_conflict_do_nothing(index_elements=["key"])
    )
    found = find(session, key, lock=True)
    assert found is not None  # noqa: S101
    return found


def rename(session: Session, subscriber_id: int, name: str, partner: str, language: str) -> None:
    values = {"name": name, "partner": partner, "language": language}
    session.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(values))


def set_language(session: Session, subscriber_id: int, language: str) -> None:
    session.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(language=language))


def confirm(session: Session, subscriber_id: int, now: datetime) -> None:
    values = {"standing": Standing.CONFIRMED, "confirmed_at": now}
    session.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(values))


def set_held(session: Session, subscriber_id: int, *, held: bool) -> None:
    session.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(held=held))


def held() -> Select[Any]:
    """The ids of those to whom nothing is sent, by the operator's word."""
    return select(subscribers.c.id).where(HELD)


def held_among(session: Session, ids: Iterable[int]) -> set[int]:
    return set(session.execute(held().where(subscribers.c.id.in_(sorted(set(ids))))).scalars())


def count_held(session: Session) -> int:
    found: int = session.execute(select(func.count()).select_from(held().subquery())).scalar_one()
    return found


def note_consent(session: Session, subscriber_id: int, consent: Consent, now: datetime) -> None:
    session.execute(
        consents.insert().values(
            subscriber_id=subscriber_id,
            what=consent.what,
            wording=consent.wording,
            origin=consent.origin,
            at=now,
        )
    )


def prune_unconfirmed(session: Session, before: datetime) -> int:
    """Forget those who never confirmed and whose last request is older than `before`; how many."""
    fresh = select(enrollments.c.subscriber_id).where(enrollments.c.created_at >= before)
    gone = session.execute(
        delete(subscribers).where(
            subscribers.c.standing == Standing.UNCONFIRMED,
            subscribers.c.created_at < before,
            subscribers.c.id.not_in(fresh),
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def prune_ended(session: Session, before: datetime) -> int:
    """Forget those whose every course ended before `before`, and who are owed nothing any more; how many.

    A sign-up that nobody confirmed since then is no course.
    """
    waiting = (enrollments.c.status == Status.WAITING) & (enrollments.c.created_at < before)
    running = select(enrollments.c.subscriber_id).where(
        (enrollments.c.ended_at.is_(None) & ~waiting) | (enrollments.c.ended_at >= before)
    )
    owed = select(deliveries.c.subscriber_id).where(DUE, deliveries.c.subscriber_id.is_not(None))
    gone = session.execute(
        delete(subscribers).where(
            subscribers.c.standing == Standing.CONFIRMED,
            subscribers.c.confirmed_at < before,
            subscribers.c.id.not_in(running),
            subscribers.c.id.not_in(owed),
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _value(row: Any) -> Subscriber:
    return Subscriber(
        id=row.id,
        address=row.address,
        key=row.key,
        standing=Standing(row.standing),
        language=row.language,
        name=row.name,
        partner=row.partner,
        created_at=row.created_at,
    )
