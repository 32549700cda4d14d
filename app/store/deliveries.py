"""Deliveries as the doors and the verbs see them: owe, move, cancel, look up. Sending is in store.outbox."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from app.core.delivery import PRIORITY, Delivery, Kind, NewDelivery, State, must_be_legal
from app.core.schedule import Slot
from app.store.tables import DUE, deliveries
from app.store.upsert import insert


def owe(session: Session, owed: Iterable[NewDelivery], now: datetime) -> None:
    """One row per occasion; an occasion that has its row already keeps it."""
    for new in owed:
        session.execute(
            insert(session, deliveries)
            .values(_columns(new, now))
            .on_conflict_do_nothing(index_elements=["occasion"])
        )


def cancel_open(session: Session, enrollment_id: int, kinds: Iterable[Kind], now: datetime, why: str) -> None:
    """Nothing of these kinds goes any more, except what is on the wire already."""
    session.execute(
        update(deliveries)
        .where(
            deliveries.c.enrollment_id == enrollment_id,
            deliveries.c.kind.in_(list(kinds)),
            deliveries.c.state.in_(changing(State.CANCELLED, _STOPPABLE)),
        )
        .values(state=State.CANCELLED, cancelled_at=now, reason=why, worker=None, lease_until=None)
    )


def revive(session: Session, enrollment_id: int, kinds: Iterable[Kind], why: str) -> None:
    """What was cancelled for this reason, and never attempted, is owed again."""
    session.execute(
        update(deliveries)
        .where(
            deliveries.c.enrollment_id == enrollment_id,
            deliveries.c.kind.in_(list(kinds)),
            deliveries.c.state.in_(changing(State.SCHEDULED, {State.CANCELLED})),
            deliveries.c.reason == why,
            deliveries.c.attempts == 0,
        )
        .values(state=State.SCHEDULED, cancelled_at=None, reason=None)
    )


def find(session: Session, delivery_id: int) -> Delivery | None:
    row = session.execute(select(deliveries).where(deliveries.c.id == delivery_id)).one_or_none()
    return value(row) if row else None


def of_subscriber(session: Session, subscriber_id: int) -> list[Delivery]:
    query = select(deliveries).where(deliveries.c.subscriber_id == subscriber_id)
    return [value(row) for row in session.execute(query.order_by(deliveries.c.id))]


def held(session: Session) -> list[Delivery]:
    query = select(deliveries).where(deliveries.c.state == State.HELD)
    return [value(row) for row in session.execute(query.order_by(deliveries.c.id))]


def due_until(session: Session, until: datetime) -> list[Delivery]:
    """Scheduled rows with a due instant until then, first due first."""
    query = select(deliveries).where(DUE, deliveries.c.due_at <= until)
    return [value(row) for row in session.execute(query.order_by(deliveries.c.due_at, deliveries.c.id))]


def count_scheduled(session: Session) -> int:
    return _count(session, deliveries.c.state == State.SCHEDULED)


def count_since(session: Session, kind: Kind, subscriber_id: int, since: datetime) -> int:
    """How many of a kind were owed to somebody at or after `since`."""
    return _count(
        session,
        deliveries.c.kind == kind,
        deliveries.c.subscriber_id == subscriber_id,
        deliveries.c.created_at >= since,
    )


def count(session: Session, kind: Kind, subscriber_id: int) -> int:
    return _count(session, deliveries.c.kind == kind, deliveries.c.subscriber_id == subscriber_id)


def count_states(session: Session) -> dict[State, int]:
    rows = session.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
    return {State(state): n for state, n in rows}


def next_due(session: Session) -> datetime | None:
    """The earliest instant at which anything open is due."""
    query = select(func.min(deliveries.c.due_at)).where(DUE)
    found: datetime | None = session.execute(query).scalar_one()
    return found


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def slot_columns(slot: Slot | None) -> dict[str, Any]:
    return {
        "slot_on": slot.on if slot else None,
        "slot_at": slot.due_at if slot else None,
        "closes_at": slot.closes_at if slot else None,
    }


def value(row: Row[Any]) -> Delivery:
    slot = Slot(row.slot_on, row.slot_at, row.closes_at) if row.slot_on else None
    return Delivery(
        id=row.id,
        occasion=row.occasion,
        kind=Kind(row.kind),
        state=State(row.state),
        address=row.address,
        subscriber_id=row.subscriber_id,
        enrollment_id=row.enrollment_id,
        epoch=row.epoch,
        day=row.day,
        claim_no=row.claim_no,
        due_at=row.due_at,
        slot=slot,
        created_at=row.created_at,
        attempts=row.attempts,
        slips=row.slips,
        strikes=row.strikes,
        resent=row.resent,
        facts=row.facts,
        frozen=row.frozen,
        provider=row.provider,
        uncertain_at=row.uncertain_at,
    )


_STOPPABLE = {State.SCHEDULED, State.CLAIMED, State.HELD}


def changing(after: State, states: set[State]) -> list[State]:
    for before in states:
        must_be_legal(before, after)
    return sorted(states)


def _count(session: Session, *where: Any) -> int:
    found: int = session.execute(select(func.count()).select_from(deliveries).where(*where)).scalar_one()
    return found


def _columns(new: NewDelivery, now: datetime) -> dict[str, Any]:
    return {
        "occasion": new.occasion,
        "kind": new.kind,
        "priority": PRIORITY[new.kind],
        "state": State.SCHEDULED,
        "subscriber_id": new.subscriber_id,
        "enrollment_id": new.enrollment_id,
        "address": new.address,
        "domain": domain_of(new.address),
        "epoch": new.epoch,
        "day": new.day,
        "due_at": new.due_at,
        "facts": dict(new.facts),
        "created_at": now,
        **slot_columns(new.slot),
    }
