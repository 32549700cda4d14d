"""Hold, release, resolve: the operator's word on what is sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.core.consequence import Consequence, accepted
from app.core.delivery import State
from app.core.subscriber import address_key
from app.errors import KindlingError, TransitionError
from app.store import deliveries, doubts, enrollments, installation, subscribers
from app.store.database import clock
from app.store.enrollments import Lock


class Word(StrEnum):
    """What the operator says about a held delivery: send it, it arrived, or go on without it."""

    SEND = "send"
    ARRIVED = "arrived"
    SKIP = "skip"


def hold(session: Session) -> None:
    """Nothing is sent from now on."""
    installation.hold(session, "the operator said so")


def hold_person(session: Session, address: str, now: datetime) -> int:
    """Their open mails wait for the operator's word; how many."""
    return _change_person(session, address, State.SCHEDULED, State.HELD, now)


def release_person(session: Session, address: str, now: datetime) -> int:
    return _change_person(session, address, State.HELD, State.SCHEDULED, now)


def release(session: Session, fingerprint: str) -> None:
    """This database, here, may speak again; what is late goes by the rules of lateness."""
    installation.release(session, fingerprint, clock(session))


def assume_sent(session: Session, since: datetime, now: datetime) -> int:
    """A snapshot was put back: what came due since then went out before; how many were taken for sent."""
    assumed = 0
    while due := deliveries.due_between(session, since, now):
        for one in due:
            course = enrollments.find(session, one.enrollment_id, Lock.UPDATE)
            at = one.due_at or now
            consequence = accepted(one, course, at)
            doubts.assume(session, one, consequence, at)
            if consequence.enrollment is not None and course is not None:
                enrollments.change(session, course, consequence.enrollment)
            deliveries.owe(session, consequence.owed, at)
            assumed += 1
    return assumed


def resolve(session: Session, delivery_id: int, word: Word, now: datetime) -> State:
    """The new state of a held delivery; TransitionError for any other."""
    one = deliveries.find(session, delivery_id)
    if one is None or one.state is not State.HELD:
        raise TransitionError(f"Delivery {delivery_id} is not held; kindling doctor lists what is.")
    course = enrollments.find(session, one.enrollment_id, Lock.UPDATE)
    if word is Word.SEND:
        doubts.resolve(session, one, Consequence(State.SCHEDULED, now, one.slot, one.slips, resent=True), now)
        return State.SCHEDULED
    consequence = accepted(one, course, now)
    if word is Word.SKIP:
        consequence = Consequence(
            State.CANCELLED, enrollment=consequence.enrollment, owed=consequence.owed, reason="skipped"
        )
    doubts.resolve(session, one, consequence, now)
    if consequence.enrollment is not None and course is not None:
        enrollments.change(session, course, consequence.enrollment)
    deliveries.owe(session, consequence.owed, now)
    return consequence.state


def _change_person(session: Session, address: str, before: State, after: State, now: datetime) -> int:
    person = subscribers.find(session, address_key(address))
    if person is None:
        raise KindlingError("Nobody is here under this address.")
    rows = [one for one in deliveries.of_subscriber(session, person.id) if one.state is before]
    for one in rows:
        change = Consequence(
            after, one.due_at, one.slot, one.slips, one.resent, reason="the operator said so"
        )
        doubts.resolve(session, one, change, now)
    return len(rows)
