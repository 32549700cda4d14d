"""Pause and resume: life first; the same next lesson afterwards."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.actions.acknowledge import acknowledge
from app.core import delivery as occasions
from app.core import enrollment as core
from app.core.delivery import Kind
from app.core.enrollment import Enrollment, Status, next_lesson, resume_note
from app.core.schedule import Slot
from app.store import deliveries, enrollments, lessons
from app.store.enrollments import Lock


def pause(session: Session, course_id: int, resume_on: date | None, now: datetime) -> Enrollment:
    """Until the first slot on or after `resume_on` (a local date), or until the person says so."""
    course = enrollments.get(session, course_id, Lock.UPDATE)
    if course.status not in (Status.ACTIVE, Status.PAUSED):
        return course
    paused = core.pause(course, now, resume_on)
    due = _move(session, course, paused, now)
    _acknowledge(session, paused, Kind.PAUSED, due, now)
    owe_note(session, paused, due, now)
    return paused


def resume(session: Session, course_id: int, now: datetime) -> Enrollment:
    """The same next lesson at its first slot; resuming what runs changes nothing."""
    course = enrollments.get(session, course_id, Lock.UPDATE)
    if course.status is not Status.PAUSED:
        return course
    resumed = core.resume(course)
    due = _move(session, course, resumed, now)
    owe_note(session, resumed, due, now)
    _acknowledge(session, resumed, Kind.RESUMED, due, now)
    return resumed


def owe_note(session: Session, course: Enrollment, due: Slot | None, now: datetime) -> None:
    """The note on the day before lessons come back, where there is to be one, instead of an earlier one."""
    deliveries.cancel_open(session, course.id, [Kind.RESUMING], now, "the pause was changed")
    note_at = resume_note(course, now, due)
    if note_at is not None:
        _acknowledge(session, course, Kind.RESUMING, due, note_at)


def _move(session: Session, before: Enrollment, after: Enrollment, now: datetime) -> Slot | None:
    due = next_lesson(after, now)
    enrollments.change(session, before, after)
    lessons.move(session, after.id, after.epoch, due)
    return due


def _acknowledge(session: Session, course: Enrollment, kind: Kind, due: Slot | None, at: datetime) -> None:
    occasion = occasions.acknowledgement(kind, course.id, course.epoch)
    acknowledge(session, course, kind, occasion, due, at)
