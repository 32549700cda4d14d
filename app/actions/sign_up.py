"""Sign up: the same answer whatever the address; the truth goes to its owner by mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core import delivery as occasions
from app.core.challenge import Challenge
from app.core.delivery import Kind, NewDelivery
from app.core.enrollment import Enrollment, Status
from app.core.schedule import Pace
from app.core.subscriber import Standing, Subscriber, address_key
from app.store import deliveries, enrollments, subscribers, suppressions
from app.store.enrollments import NewEnrollment
from app.store.subscribers import Consent

AGAIN_AFTER = timedelta(minutes=15)
A_DAY = timedelta(hours=24)
CONFIRMATIONS_A_DAY = 3


@dataclass(frozen=True)
class Request:
    """A sign-up as it was typed and found acceptable."""

    address: str
    language: str
    pace: Pace
    name: str = ""
    partner: str = ""


def sign_up(
    session: Session, request: Request, challenge: Challenge, consent: Consent, now: datetime
) -> None:
    """Owe the mail that fits: a confirmation, a notice to someone who takes part already, or none."""
    suppressed = suppressions.find(session, request.address)
    if suppressed is not None and suppressed.silences:
        return
    person = subscribers.add(session, request.address, address_key(request.address), request.language, now)
    if person.standing is Standing.UNCONFIRMED:
        subscribers.rename(session, person.id, request.name, request.partner, request.language)
    subscribers.note_consent(session, person.id, consent, now)
    course = enrollments.find_open(session, person.id, challenge.slug)
    if course is None:
        new = NewEnrollment(person.id, challenge.slug, challenge.edition, request.pace)
        course = enrollments.begin(session, new, now)
    if course.status is Status.WAITING:
        ask_to_confirm(session, person, course, request.pace, now)
    else:
        _tell_owner(session, person, course, now)


def ask_to_confirm(
    session: Session, person: Subscriber, course: Enrollment, pace: Pace, now: datetime
) -> None:
    """Owe a confirmation: at most one in fifteen minutes, three a day."""
    recent = deliveries.count_since(session, Kind.CONFIRM, person.id, now - AGAIN_AFTER)
    today = deliveries.count_since(session, Kind.CONFIRM, person.id, now - A_DAY)
    if recent or today >= CONFIRMATIONS_A_DAY:
        return
    enrollments.asked_again(session, course.id, pace, now)
    number = deliveries.count(session, Kind.CONFIRM, person.id) + 1
    _owe(session, person, course, Kind.CONFIRM, occasions.confirm(course.id, number), now)


def _tell_owner(session: Session, person: Subscriber, course: Enrollment, now: datetime) -> None:
    """Somebody signed up an address that takes part already: its owner hears of it once a day at most."""
    if deliveries.count_since(session, Kind.NOTICE, person.id, now - A_DAY):
        return
    number = deliveries.count(session, Kind.NOTICE, person.id) + 1
    _owe(session, person, course, Kind.NOTICE, occasions.notice(person.id, number), now)


def _owe(
    session: Session, person: Subscriber, course: Enrollment, kind: Kind, occasion: str, now: datetime
) -> None:
    owed = NewDelivery(occasion, kind, person.address, now, person.id, course.id, epoch=course.epoch)
    deliveries.owe(session, [owed], now)
