"""The deliveries of lessons: of one enrollment one is open, those before it are behind it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.delivery import OPEN, Delivery, Kind, State
from app.core.enrollment import Status
from app.core.schedule import Slot
from app.store.deliveries import changing, slot_columns, value
from app.store.tables import deliveries, enrollments


def move(session: Session, enrollment_id: int, epoch: int, slot: Slot | None) -> None:
    """The open lesson gets a new slot; a worker that claimed it is fenced off."""
    session.execute(
        update(deliveries)
        .where(_lesson_of(enrollment_id), deliveries.c.state.in_(changing(State.SCHEDULED, _MOVABLE)))
        .values(
            state=State.SCHEDULED,
            epoch=epoch,
            claim_no=deliveries.c.claim_no + 1,
            worker=None,
            lease_until=None,
            due_at=slot.due_at if slot else None,
            **slot_columns(slot),
        )
    )


def hold(session: Session, enrollment_id: int, now: datetime, why: str) -> None:
    """The open lesson waits for the operator's word; a worker that claimed it is fenced off."""
    session.execute(
        update(deliveries)
        .where(_lesson_of(enrollment_id), deliveries.c.state.in_(changing(State.HELD, _MOVABLE)))
        .values(state=State.HELD, held_at=now, reason=why, worker=None, lease_until=None)
    )


def revive(session: Session, enrollment_id: int, day: int, epoch: int, slot: Slot | None) -> bool:
    """The leaving was undone: the cancelled lesson of `day` is owed again. Whether there was one."""
    done = session.execute(
        update(deliveries)
        .where(
            _lesson_of(enrollment_id),
            deliveries.c.day == day,
            deliveries.c.state.in_(changing(State.SCHEDULED, {State.CANCELLED})),
        )
        .values(
            state=State.SCHEDULED,
            epoch=epoch,
            cancelled_at=None,
            reason=None,
            due_at=slot.due_at if slot else None,
            **slot_columns(slot),
        )
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def open_one(session: Session, enrollment_id: int) -> Delivery | None:
    query = select(deliveries).where(_lesson_of(enrollment_id), deliveries.c.state.in_(OPEN))
    row = session.execute(query).one_or_none()
    return value(row) if row else None


def left(session: Session, enrollment_id: int, day: int) -> Delivery | None:
    """The lesson of a day that a leaving cancelled."""
    query = select(deliveries).where(
        _lesson_of(enrollment_id), deliveries.c.day == day, deliveries.c.state == State.CANCELLED
    )
    row = session.execute(query.order_by(deliveries.c.id.desc()).limit(1)).one_or_none()
    return value(row) if row else None


def sent(session: Session, enrollment_id: int) -> list[Delivery]:
    """The lessons somebody has, first day first."""
    query = select(deliveries).where(_lesson_of(enrollment_id), deliveries.c.state == State.SENT)
    return [value(row) for row in session.execute(query.order_by(deliveries.c.day))]


def stranded(session: Session, since: datetime) -> list[Delivery]:
    """Lessons that failed since then, and at which a course stands still."""
    query = (
        select(deliveries)
        .join(enrollments, enrollments.c.id == deliveries.c.enrollment_id)
        .where(_lesson(), deliveries.c.state == State.FAILED, deliveries.c.failed_at >= since)
        .where(enrollments.c.status == Status.STALLED, enrollments.c.day == deliveries.c.day)
    )
    return [value(row) for row in session.execute(query.order_by(deliveries.c.id))]


def count_of_day(session: Session, enrollment_id: int, day: int) -> int:
    """How many rows the lesson of a day has had."""
    query = select(func.count()).where(_lesson_of(enrollment_id), deliveries.c.day == day)
    found: int = session.execute(query).scalar_one()
    return found


def scheduled(session: Session) -> list[Delivery]:
    """Every lesson that has a slot and is not on its way."""
    query = select(deliveries).where(
        deliveries.c.kind == Kind.LESSON,
        deliveries.c.state == State.SCHEDULED,
        deliveries.c.slot_on.is_not(None),
    )
    return [value(row) for row in session.execute(query.order_by(deliveries.c.enrollment_id))]


_MOVABLE = {State.SCHEDULED, State.CLAIMED}


def _lesson_of(enrollment_id: int) -> Any:
    return (deliveries.c.enrollment_id == enrollment_id) & _lesson()


def _lesson() -> Any:
    return deliveries.c.kind == Kind.LESSON
