"""Confirm: the second yes starts the course."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.actions.acknowledge import acknowledge
from app.actions.sign_up import ask_to_confirm
from app.core import delivery as occasions
from app.core.consequence import owed_next
from app.core.delivery import Kind, Suppressed
from app.core.enrollment import Company, Enrollment, Status, settle, start
from app.core.schedule import Pace
from app.core.warm_up import first_with_room
from app.store import deliveries, enrollments, subscribers, suppressions
from app.store.enrollments import Lock
from app.store.subscribers import Consent

GOOD_FOR = timedelta(hours=72)


@dataclass(frozen=True)
class Choices:
    """When shall we write? `starts_on` is a local date of the pace's zone."""

    pace: Pace
    starts_on: date
    company: Company = Company.TOGETHER
    discreet: bool = False


def expired(session: Session, course: Enrollment, now: datetime) -> bool:
    """Whether nobody confirmed within 72 hours of the latest request."""
    return course.status is Status.WAITING and now - enrollments.asked_at(session, course.id) > GOOD_FOR


def confirm(
    session: Session, course_id: int, choices: Choices, consent: Consent, now: datetime
) -> Enrollment:
    """The course as it stands; confirming twice changes nothing."""
    course = enrollments.get(session, course_id, Lock.UPDATE)
    if course.status is not Status.WAITING or expired(session, course, now):
        return course
    settled = settle(course, choices.pace, choices.company, discreet=choices.discreet)
    started = start(settled, choices.starts_on)
    enrollments.change(session, course, started)
    person = subscribers.get(session, course.subscriber_id)
    subscribers.confirm(session, person.id, now)
    subscribers.note_consent(session, person.id, consent, now)
    suppressions.lift(session, person.address, _DISPROVED)
    owed = owed_next(started, person.address, now)
    first = owed[0].slot
    acknowledge(session, started, Kind.WELCOME, occasions.once(Kind.WELCOME, course.id), first, now)
    deliveries.owe(session, owed, now)
    return started


_DISPROVED = frozenset({Suppressed.LEFT, Suppressed.ERASED, Suppressed.BOUNCED})
"""By a yes that came from a mail to this address."""


def start_with_room(session: Session, challenge: str, warm_up: int | None, wanted: date) -> date:
    """The first date from `wanted` on that a new sending domain can take."""
    if warm_up is None:
        return wanted
    began = enrollments.first_start(session, challenge) or wanted
    return first_with_room(warm_up, began, wanted, lambda on: enrollments.starting(session, challenge, on))


def send_again(session: Session, course: Enrollment, now: datetime) -> None:
    """The link was too old: another confirmation, within the same limits as any."""
    course = enrollments.get(session, course.id, Lock.UPDATE)
    if course.status is not Status.WAITING:
        return
    person = subscribers.get(session, course.subscriber_id)
    ask_to_confirm(session, person, course, course.pace, now)
