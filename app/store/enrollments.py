"""Enrollments, and the editions they began with. Status changes only by values that core made."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.orm import Session

from app.core.enrollment import OPEN, Company, Enrollment, Status
from app.core.schedule import Last, Pace, Rhythm
from app.core.sentence import N_
from app.errors import TransitionError
from app.store.tables import editions, enrollments
from app.store.upsert import insert


class Lock(StrEnum):
    """How a row is held until the commit; SQLite's writing session holds everything."""

    NONE = "none"
    SHARE = "share"
    UPDATE = "update"


@dataclass(frozen=True)
class NewEnrollment:
    subscriber_id: int
    challenge: str
    edition: tuple[str, ...]
    pace: Pace


def begin(session: Session, new: NewEnrollment, now: datetime) -> Enrollment:
    """A waiting enrollment, asked for at `now`."""
    values = {
        "subscriber_id": new.subscriber_id,
        "challenge": new.challenge,
        "edition_id": _edition(session, new.challenge, new.edition),
        "status": Status.WAITING,
        "epoch": 0,
        "company": Company.TOGETHER,
        "discreet": False,
        "day": 1,
        "created_at": now,
        **_pace(new.pace),
    }
    inserted = session.execute(enrollments.insert().values(values).returning(enrollments.c.id))
    return get(session, inserted.scalar_one())


def get(session: Session, enrollment_id: int, lock: Lock = Lock.NONE) -> Enrollment:
    row = session.execute(_locked(_query().where(enrollments.c.id == enrollment_id), lock)).one()
    return _value(row)


def find(session: Session, enrollment_id: int, lock: Lock = Lock.NONE) -> Enrollment | None:
    row = session.execute(_locked(_query().where(enrollments.c.id == enrollment_id), lock)).one_or_none()
    return _value(row) if row else None


def find_open(session: Session, subscriber_id: int, challenge: str) -> Enrollment | None:
    """The one enrollment of this challenge that has not ended, locked."""
    query = _query().where(
        enrollments.c.subscriber_id == subscriber_id,
        enrollments.c.challenge == challenge,
        enrollments.c.status.in_(OPEN),
    )
    row = session.execute(_locked(query, Lock.UPDATE)).one_or_none()
    return _value(row) if row else None


def get_many(session: Session, ids: Iterable[int], lock: Lock = Lock.NONE) -> dict[int, Enrollment]:
    """Locked in the order of their ids, so that two workers never wait for each other in a ring."""
    query = _query().where(enrollments.c.id.in_(sorted(set(ids)))).order_by(enrollments.c.id)
    return {row.id: _value(row) for row in session.execute(_locked(query, lock))}


def of_people(session: Session, subscriber_ids: Iterable[int], lock: Lock = Lock.NONE) -> list[Enrollment]:
    """Every course of these subscribers, ended ones too; locked in the order of their ids."""
    query = _query().where(enrollments.c.subscriber_id.in_(sorted(set(subscriber_ids))))
    return [_value(row) for row in session.execute(_locked(query.order_by(enrollments.c.id), lock))]


def change(session: Session, before: Enrollment, after: Enrollment) -> None:
    """Write what differs, guarded by the epoch that was read."""
    if before == after:
        return
    done = session.execute(
        update(enrollments)
        .where(enrollments.c.id == before.id, enrollments.c.epoch == before.epoch)
        .values(_columns(after))
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise TransitionError(N_("Someone else changed this course at the same moment; please try again."))


def asked_again(session: Session, enrollment_id: int, pace: Pace, now: datetime) -> None:
    """A pending sign-up was repeated: the newer guess counts and its 72 hours begin again."""
    values = {"created_at": now, **_pace(pace)}
    session.execute(update(enrollments).where(enrollments.c.id == enrollment_id).values(values))


def asked_at(session: Session, enrollment_id: int) -> datetime:
    query = select(enrollments.c.created_at).where(enrollments.c.id == enrollment_id)
    at: datetime = session.execute(query).scalar_one()
    return at


def starting(session: Session, challenge: str, on: date) -> int:
    """How many begin on a date."""
    query = select(func.count()).select_from(enrollments)
    found: int = session.execute(
        query.where(enrollments.c.challenge == challenge, enrollments.c.starts_on == on)
    ).scalar_one()
    return found


def first_start(session: Session, challenge: str) -> date | None:
    """The earliest date on which anybody began."""
    query = select(func.min(enrollments.c.starts_on)).where(enrollments.c.challenge == challenge)
    found: date | None = session.execute(query).scalar_one()
    return found


def open_editions(session: Session, challenge: str) -> dict[tuple[str, ...], int]:
    """Each edition that somebody is still in, with how many."""
    counts: dict[tuple[str, ...], int] = {}
    query = _query().where(enrollments.c.challenge == challenge, enrollments.c.status.in_(OPEN))
    for row in session.execute(query):
        counts[tuple(row.slugs)] = counts.get(tuple(row.slugs), 0) + 1
    return counts


def _query() -> Select[Any]:
    return select(enrollments, editions.c.slugs).join(editions, editions.c.id == enrollments.c.edition_id)


def _locked(query: Select[Any], lock: Lock) -> Select[Any]:
    if lock is Lock.NONE:
        return query
    return query.with_for_update(read=lock is Lock.SHARE, of=enrollments)


def _edition(session: Session, challenge: str, slugs: tuple[str, ...]) -> int:
    digest = hashlib.sha256(json.dumps([challenge, *slugs]).encode()).hexdigest()
    session.execute(
        insert(session, editions)
        .values(challenge=challenge, digest=digest, slugs=list(slugs))
        .on_conflict_do_nothing(index_elements=["digest"])
    )
    found: int = session.execute(select(editions.c.id).where(editions.c.digest == digest)).scalar_one()
    return found


def _pace(pace: Pace) -> dict[str, Any]:
    return {"hour": f"{pace.hour:%H:%M}", "zone": pace.zone, "rhythm": pace.rhythm}


def _columns(one: Enrollment) -> dict[str, Any]:
    return {
        "status": one.status,
        "epoch": one.epoch,
        "company": one.company,
        "discreet": one.discreet,
        "day": one.day,
        "last_on": one.last.on if one.last else None,
        "last_at": one.last.accepted_at if one.last else None,
        "starts_on": one.starts_on,
        "paused_at": one.paused_at,
        "resume_on": one.resume_on,
        "ended_at": one.ended_at,
        "ended_from": one.ended_from,
        **_pace(one.pace),
    }


def _value(row: Row[Any]) -> Enrollment:
    return Enrollment(
        id=row.id,
        subscriber_id=row.subscriber_id,
        challenge=row.challenge,
        edition=tuple(row.slugs),
        status=Status(row.status),
        epoch=row.epoch,
        pace=Pace(time.fromisoformat(row.hour), row.zone, Rhythm(row.rhythm)),
        company=Company(row.company),
        discreet=row.discreet,
        day=row.day,
        last=Last(row.last_on, row.last_at) if row.last_on else None,
        starts_on=row.starts_on,
        paused_at=row.paused_at,
        resume_on=row.resume_on,
        ended_at=row.ended_at,
        ended_from=Status(row.ended_from) if row.ended_from else None,
    )
