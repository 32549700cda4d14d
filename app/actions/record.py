"""Record what became of messages, and write what follows from it (docs/guarantee.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from app.actions.silence import silence
from app.core.breaker import SLOW, Lately, aside_for, reached, slows
from app.core.consequence import what_follows
from app.core.delivery import Delivery
from app.core.enrollment import Enrollment
from app.core.outcome import Meaning, Outcome
from app.store import deliveries, enrollments, outbox, providers
from app.store.enrollments import Lock

log = structlog.get_logger()


@dataclass(frozen=True)
class Ended:
    """A delivery as it was claimed, and what became of its message."""

    delivery: Delivery
    outcome: Outcome


def record(session: Session, provider: str, ended: Sequence[Ended], now: datetime) -> bool:
    """All in this transaction; whether one of them set the provider aside."""
    people = {one.delivery.subscriber_id for one in ended}
    courses = {one.id: one for one in enrollments.of_people(session, people, Lock.UPDATE)}
    recorded = [one for one in ended if _record(session, one, courses, now)]
    return _learn(session, provider, recorded, now)


def _record(session: Session, ended: Ended, courses: dict[int, Enrollment], now: datetime) -> bool:
    """Whether the delivery was still ours; `courses` are locked, and kept as they are then."""
    delivery, outcome = ended.delivery, ended.outcome
    course = courses.get(delivery.enrollment_id)
    consequence = what_follows(delivery, outcome, course, now)
    if not outbox.record(session, delivery, outcome, consequence, now):
        log.warning("fenced off", delivery=delivery.id, meaning=outcome.meaning)
        return False
    if consequence.enrollment is not None and course is not None:
        enrollments.change(session, course, consequence.enrollment)
        courses[course.id] = consequence.enrollment
    if consequence.suppress is not None:
        silence(session, delivery, consequence.suppress, outcome.reply, now)
    deliveries.owe(session, consequence.owed, now)
    log.info("recorded", delivery=delivery.id, kind=delivery.kind, state=consequence.state)
    return True


def _learn(session: Session, provider: str, ended: Sequence[Ended], now: datetime) -> bool:
    """What outcomes say of the provider and of receiving domains; whether it is set aside for it."""
    for one in ended:
        if slows(one.outcome):
            domain = deliveries.domain_of(one.delivery.address)
            providers.slow(session, domain, now, refused=one.outcome.meaning is Meaning.REFUSED)
    if any(reached(one.outcome) for one in ended):
        providers.note_reached(session, provider)
    return sum(_set_aside(session, provider, one.outcome, now) for one in ended) > 0


def _set_aside(session: Session, provider: str, outcome: Outcome, now: datetime) -> bool:
    unreached = outcome.meaning is Meaning.UNREACHED
    lately = Lately(
        providers.refusing(session, now - SLOW) if outcome.meaning is Meaning.REFUSED else (),
        providers.count_unreached(session, provider, now) if unreached else 0,
    )
    aside = aside_for(outcome, lately)
    if aside is not None:
        providers.set_aside(session, provider, now + aside, outcome.reply, now)
        log.error("provider set aside", provider=provider, reply=outcome.reply)
    return aside is not None
