"""Resolve: the operator's word on a delivery that waits for it."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.actions.follow import follow
from app.core import delivery as occasions
from app.core.consequence import accepted, owed_lesson, same
from app.core.delivery import Delivery, Kind, State, Suppressed
from app.core.enrollment import Enrollment, Status, asked_lesson, revive
from app.errors import TransitionError
from app.store import deliveries, doubts, enrollments, lessons, subscribers, suppressions
from app.store.enrollments import Lock


class Word(StrEnum):
    """What the operator says about a held delivery: send it, it arrived, or go on without it."""

    SEND = "send"
    ARRIVED = "arrived"
    SKIP = "skip"


def resolve(session: Session, delivery_id: int, word: Word, now: datetime) -> State:
    """The new state of a held delivery, or of a lesson that failed and at which a course stands still;
    TransitionError for any other.

    To go on with a course that stands still lifts the bounce of its address; to skip leaves it where it is.
    """
    one, course = _found(session, delivery_id)
    if one is None or not _waits(one, course):
        raise TransitionError(f"Delivery {delivery_id} is not held; kindling doctor lists what is.")
    if course is not None and _stands_still(one, course):
        if word is Word.SKIP:
            return _set_down(session, one, now)
        course = _set_going(session, course, now)
    if word is Word.SEND:
        return _send(session, one, course, now)
    consequence = accepted(one, course, now)
    follow(session, course, consequence, now)
    if one.state is State.FAILED:
        return State.FAILED
    if word is Word.SKIP:
        consequence = replace(consequence, state=State.CANCELLED, reason="skipped")
    doubts.resolve(session, one, consequence, now)
    return consequence.state


def _found(session: Session, delivery_id: int) -> tuple[Delivery | None, Enrollment | None]:
    """As they are under the lock of the enrollment."""
    one = deliveries.find(session, delivery_id)
    course = enrollments.find(session, one.enrollment_id, Lock.UPDATE) if one else None
    return deliveries.find(session, delivery_id), course


def _waits(one: Delivery, course: Enrollment | None) -> bool:
    """For the operator's word."""
    stranded = course is not None and _stands_still(one, course)
    return one.state is State.HELD or (one.state is State.FAILED and stranded)


def _stands_still(lesson: Delivery, course: Enrollment) -> bool:
    """At this lesson."""
    return course.status is Status.STALLED and course.day == lesson.day


def _set_down(session: Session, one: Delivery, now: datetime) -> State:
    if one.state is State.FAILED:
        return State.FAILED
    doubts.resolve(session, one, replace(same(one), state=State.CANCELLED, reason="skipped"), now)
    return State.CANCELLED


def _set_going(session: Session, course: Enrollment, now: datetime) -> Enrollment:
    going = revive(course)
    enrollments.change(session, course, going)
    person = subscribers.get(session, course.subscriber_id)
    suppressions.lift(session, person.address, {Suppressed.BOUNCED})
    return going


def _send(session: Session, one: Delivery, course: Enrollment | None, now: datetime) -> State:
    """A held one is due again; a lesson that failed is owed anew."""
    if course is None or one.kind is not Kind.LESSON:
        doubts.resolve(session, one, replace(same(one), state=State.SCHEDULED, due_at=now, resent=True), now)
        return State.SCHEDULED
    slot = one.slot if one.state is State.HELD and one.slot else asked_lesson(course, now)
    if one.state is State.FAILED:
        number = lessons.count_of_day(session, course.id, course.day)
        occasion = occasions.resend(course.id, course.day, number)
        deliveries.owe(session, [replace(owed_lesson(course, one.address, slot), occasion=occasion)], now)
    else:
        again = replace(same(one), state=State.SCHEDULED, slot=slot, epoch=course.epoch, resent=True)
        doubts.resolve(session, one, replace(again, due_at=max(now, slot.due_at)), now)
    return State.SCHEDULED
