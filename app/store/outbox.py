"""The way of a delivery to the wire: claim, intent, record. What is left behind is in store.doubts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, TextClause, Update, select, update
from sqlalchemy.orm import Session

from app.core.consequence import Consequence
from app.core.delivery import (
    CLAIM_LEASE,
    PRIORITY,
    Delivery,
    State,
    must_be_legal,
)
from app.core.outcome import Outcome
from app.store.deliveries import slot_columns, value
from app.store.providers import slowed
from app.store.subscribers import held
from app.store.tables import DUE, deliveries

REPLY_LIMIT = 1024
URGENT, OF_A_DATE = sorted(set(PRIORITY.values()))


@dataclass(frozen=True)
class Intent:
    """Who sends, by which provider, for how long that may take, and whether once more without a key."""

    worker: str
    provider: str
    lease: timedelta
    resent: bool = False


@dataclass(frozen=True)
class Claimer:
    """Who claims, and for which of its providers."""

    worker: str
    provider: str
    providers: tuple[str, ...]


def due(session: Session, claimer: Claimer, now: datetime) -> bool:
    """Whether there is anything to claim."""
    query = select(deliveries.c.id).where(*_due(claimer, now), deliveries.c.priority.in_((URGENT, OF_A_DATE)))
    return session.execute(query.limit(1)).first() is not None


def claim(session: Session, claimer: Claimer, most: int, now: datetime) -> list[Delivery]:
    """Due rows become this worker's for a minute, first those that somebody waits for.

    A row that outlived a lease unattempted comes alone, for it may be what killed the worker. What a provider
    made uncertain stays with that provider, as long as there is one of that name.
    """

    def claimed(priority: int, most: int, *, alone: bool = False) -> list[Delivery]:
        which = (*_due(claimer, now), deliveries.c.priority == priority, deliveries.c.alone == alone)
        return _claim(session, claimer, which, most, now) if most else []

    if lone := claimed(URGENT, 1, alone=True):
        return lone
    urgent = claimed(URGENT, most)
    both = urgent + claimed(OF_A_DATE, most - len(urgent))
    return both or claimed(OF_A_DATE, 1, alone=True)


def hand_back(session: Session, claimed: list[Delivery]) -> None:
    """Unattempted rows are due again and nothing is counted against them."""
    must_be_legal(State.CLAIMED, State.SCHEDULED)
    for one in claimed:
        session.execute(mine(one, State.CLAIMED).values(state=State.SCHEDULED, worker=None, lease_until=None))


def intend(session: Session, one: Delivery, intent: Intent, frozen: dict[str, str], now: datetime) -> bool:
    """claimed → sending, if the claim is still ours. The first intent keeps what a repeat must say again."""
    must_be_legal(State.CLAIMED, State.SENDING)
    done = session.execute(
        mine(one, State.CLAIMED).values(
            state=State.SENDING,
            intended_at=now,
            lease_until=now + intent.lease,
            worker=intent.worker,
            provider=intent.provider,
            attempts=deliveries.c.attempts + 1,
            resent=intent.resent,
            frozen=one.frozen or frozen,
        )
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def put_back(session: Session, one: Delivery, consequence: Consequence, now: datetime) -> None:
    """A claimed row that may not go now: another slot, or never."""
    must_be_legal(State.CLAIMED, consequence.state)
    session.execute(mine(one, State.CLAIMED).values(written(consequence, now)))


def record(
    session: Session, one: Delivery, outcome: Outcome, consequence: Consequence, now: datetime
) -> bool:
    """sending → what followed, if we were not fenced off; else the reply is kept as evidence.

    A yes that comes after the lease ran out still settles the doubt, whatever was made of it since.
    """
    must_be_legal(State.SENDING, consequence.state)
    evidence = {"reply": outcome.reply[:REPLY_LIMIT], "provider_id": outcome.provider_id}
    values = written(consequence, now) | evidence
    for state in _DOUBTED if consequence.state is State.SENT else [State.SENDING]:
        if session.execute(mine(one, state).values(values)).rowcount == 1:  # type: ignore[attr-defined]
            return True
    unsent = (deliveries.c.id == one.id) & (deliveries.c.state != State.SENT)
    session.execute(update(deliveries).where(unsent).values(evidence))
    return False


def _due(claimer: Claimer, now: datetime) -> tuple[ColumnElement[bool] | TextClause, ...]:
    theirs = deliveries.c.provider
    return (
        DUE,
        deliveries.c.due_at <= now,
        deliveries.c.uncertain_at.is_(None) | (theirs == claimer.provider) | theirs.not_in(claimer.providers),
        deliveries.c.domain.not_in(slowed(now)),
        deliveries.c.subscriber_id.is_(None) | deliveries.c.subscriber_id.not_in(held()),
    )


def _claim(
    session: Session,
    claimer: Claimer,
    which: tuple[ColumnElement[bool] | TextClause, ...],
    most: int,
    now: datetime,
) -> list[Delivery]:
    due = (
        select(deliveries.c.id)
        .where(*which)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = session.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(select(due.c.id)))
        .values(
            state=State.CLAIMED,
            claim_no=deliveries.c.claim_no + 1,
            worker=claimer.worker,
            claimed_at=now,
            lease_until=now + CLAIM_LEASE,
        )
        .returning(deliveries)
    )
    return sorted(map(value, rows), key=lambda one: (one.due_at, one.id))


def mine(one: Delivery, state: State) -> Update:
    return update(deliveries).where(
        deliveries.c.id == one.id,
        deliveries.c.claim_no == one.claim_no,
        deliveries.c.state == state,
    )


_DOUBTED = (State.SENDING, State.UNCERTAIN, State.HELD, State.SCHEDULED)
"""Where a message can have got to under the same claim since it was on the wire, and not be sent."""

_STAMPS = {
    State.SENT: "sent_at",
    State.FAILED: "failed_at",
    State.UNCERTAIN: "uncertain_at",
    State.HELD: "held_at",
    State.CANCELLED: "cancelled_at",
}


def written(consequence: Consequence, now: datetime) -> dict[str, Any]:
    stamp = {_STAMPS[consequence.state]: now} if consequence.state in _STAMPS else {}
    return {
        "state": consequence.state,
        "due_at": consequence.due_at,
        "slips": consequence.slips,
        "resent": consequence.resent,
        "reason": consequence.reason[:REPLY_LIMIT] or None,
        "epoch": consequence.epoch if consequence.epoch is not None else deliveries.c.epoch,
        "alone": False,
        "worker": None,
        "lease_until": None,
        **slot_columns(consequence.slot),
        **stamp,
    }
