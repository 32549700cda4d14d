"""Deliveries that a worker left behind, and those of which nobody knows whether they arrived."""

from datetime import datetime

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.orm import Session

from app.core.consequence import Consequence
from app.core.delivery import STRIKES, Delivery, State, must_be_legal
from app.store.deliveries import value
from app.store.outbox import mine, written
from app.store.tables import LEASED, UNCERTAIN, deliveries


def reap(session: Session, now: datetime) -> None:
    """Expired leases: what was claimed is due again, or held after three strikes; what was on the wire
    is uncertain."""
    _give_back(session, deliveries.c.lease_until < now, now)


def settle_all(session: Session, now: datetime) -> None:
    """The worker lock proves that no other worker lives: whatever it held is settled at once."""
    _give_back(session, deliveries.c.lease_until.is_not(None), now)


def abandon(session: Session, worker: str, now: datetime) -> int:
    """A worker gives up: what it has not begun is due again uncounted; how many were on the wire."""
    must_be_legal(State.CLAIMED, State.SCHEDULED)
    its = deliveries.c.worker == worker
    session.execute(
        update(deliveries)
        .where(LEASED, deliveries.c.state == State.CLAIMED, its)
        .values(state=State.SCHEDULED, worker=None, lease_until=None)
    )
    return _doubt(session, its, "the worker was stopped while it was on the wire", now)


def uncertain(session: Session, limit: int) -> list[Delivery]:
    """Deliveries of which nobody knows whether they arrived, oldest doubt first."""
    query = select(deliveries).where(UNCERTAIN).order_by(deliveries.c.uncertain_at, deliveries.c.id)
    return [value(row) for row in session.execute(query.limit(limit))]


def assume(session: Session, one: Delivery, consequence: Consequence, at: datetime) -> None:
    """Taken for sent on the operator's word: through every state a sent delivery has been in."""
    must_be_legal(State.SCHEDULED, State.CLAIMED)
    must_be_legal(State.CLAIMED, State.SENDING)
    must_be_legal(State.SENDING, consequence.state)
    reason = {"reason": "assumed sent by the operator"}
    session.execute(mine(one, State.SCHEDULED).values(written(consequence, at) | reason))


def find_sent(session: Session, one: Delivery, consequence: Consequence, now: datetime) -> None:
    """The provider has it, whatever we thought: sent, by way of every state that an attempt goes through.

    A worker that holds the row is fenced off.
    """
    state = one.state
    for ahead in _ATTEMPT[_ATTEMPT.index(state) + 1 :] if state in _ATTEMPT else ():
        must_be_legal(state, ahead)
        session.execute(mine(one, state).values(state=ahead))
        state = ahead
    must_be_legal(state, consequence.state)
    session.execute(mine(one, state).values(written(consequence, now)))


def resolve(session: Session, one: Delivery, consequence: Consequence, now: datetime) -> None:
    must_be_legal(one.state, consequence.state)
    session.execute(mine(one, one.state).values(written(consequence, now)))


_ATTEMPT = (State.SCHEDULED, State.CLAIMED, State.SENDING)


def _give_back(session: Session, dead: ColumnElement[bool], now: datetime) -> None:
    must_be_legal(State.CLAIMED, State.HELD)
    strikes = case((deliveries.c.alone, deliveries.c.strikes + 1), else_=deliveries.c.strikes)
    struck = strikes >= STRIKES
    session.execute(
        update(deliveries)
        .where(LEASED, deliveries.c.state == State.CLAIMED, dead)
        .values(
            state=case((struck, State.HELD), else_=State.SCHEDULED),
            held_at=case((struck, now), else_=None),
            reason=case((struck, "three workers in a row died on it"), else_=None),
            strikes=strikes,
            alone=True,
            worker=None,
            lease_until=None,
        )
    )
    _doubt(session, dead, "the worker ended while it was on the wire", now)


def _doubt(session: Session, which: ColumnElement[bool], why: str, now: datetime) -> int:
    """Of what is on the wire; how many became uncertain."""
    must_be_legal(State.SENDING, State.UNCERTAIN)
    done = session.execute(
        update(deliveries)
        .where(LEASED, deliveries.c.state == State.SENDING, which)
        .values(state=State.UNCERTAIN, uncertain_at=now, reason=why, worker=None, lease_until=None)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
