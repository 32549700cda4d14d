"""Leave: at once, from any state; and the way back for a day."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.actions.acknowledge import acknowledge
from app.actions.pause import owe_note
from app.core import delivery as occasions
from app.core import enrollment as core
from app.core.consequence import owed_next
from app.core.delivery import Kind, Suppressed
from app.core.enrollment import Enrollment, Status, asked_lesson, awake, next_lesson
from app.core.schedule import Rhythm, Slot
from app.core.sentence import N_
from app.errors import TransitionError
from app.store import deliveries, enrollments, lessons, subscribers, suppressions
from app.store.enrollments import Lock

LEFT = "left"
SPOKEN = (Kind.WELCOME, Kind.PAUSED, Kind.RESUMED)
"""Letters that are owed again when the leaving is undone; the note before a return is written anew."""


def leave(session: Session, course_id: int, now: datetime, *, goodbye: bool) -> Enrollment:
    """End the course; a goodbye letter follows only a stop on the page, never a one-click one.

    After the last lesson nothing is left to end, but the letter that would follow it is taken back.
    """
    course = enrollments.get(session, course_id, Lock.UPDATE)
    if course.status is Status.LEFT:
        return course
    deliveries.cancel_open(session, course.id, Kind, now, LEFT)
    person = subscribers.get(session, course.subscriber_id)
    suppressions.suppress(session, person.address, Suppressed.LEFT, now)
    if course.status is Status.FINISHED:
        return course
    left = core.leave(course, now)
    enrollments.change(session, course, left)
    if goodbye:
        occasion = occasions.acknowledgement(Kind.GOODBYE, left.id, left.epoch)
        acknowledge(session, left, Kind.GOODBYE, occasion, None, now)
    return left


def come_back(session: Session, course_id: int, now: datetime) -> Enrollment:
    """Undo the leaving: the same next lesson; TransitionError once the day for it has passed."""
    course = enrollments.get(session, course_id, Lock.UPDATE)
    if course.status is not Status.LEFT:
        return course
    if enrollments.find_open(session, course.subscriber_id, course.challenge):
        raise TransitionError(N_("You have signed up again since; that newer month is the one that counts."))
    back = core.come_back(course, now)
    enrollments.change(session, course, back)
    deliveries.cancel_open(session, course.id, [Kind.GOODBYE], now, "the leaving was undone")
    person = subscribers.get(session, course.subscriber_id)
    suppressions.lift(session, person.address, {Suppressed.LEFT})
    deliveries.revive(session, back.id, SPOKEN, LEFT)
    due = _due(session, back, now)
    if lessons.revive(session, back.id, back.day, back.epoch, due):
        _hold_doubtful(session, back, now)
    else:
        deliveries.owe(session, owed_next(back, person.address, now), now)
    owe_note(session, back, due, now)
    return back


def _due(session: Session, back: Enrollment, now: datetime) -> Slot | None:
    """What was asked for before the leaving stays asked for."""
    asked = back.pace.rhythm is Rhythm.ASKED and awake(back, now)
    lesson = lessons.left(session, back.id, back.day) if asked else None
    return asked_lesson(back, now) if lesson and lesson.due_at else next_lesson(back, now)


def _hold_doubtful(session: Session, back: Enrollment, now: datetime) -> None:
    """A lesson of which nobody knows whether it arrived does not go again by coming back."""
    lesson = lessons.open_one(session, back.id)
    if lesson is not None and lesson.uncertain_at is not None:
        lessons.hold(session, back.id, now, "it may or may not have arrived")
