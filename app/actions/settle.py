"""Settle: another hour, zone or rhythm, company, subjects or language; and "the next one, please"."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.actions.pause import owe_note
from app.core import enrollment as core
from app.core.enrollment import Company, Enrollment, asked_lesson, next_lesson
from app.core.schedule import Pace, Rhythm, Slot
from app.store import enrollments, lessons, subscribers
from app.store.enrollments import Lock


@dataclass(frozen=True)
class Wishes:
    pace: Pace
    company: Company
    discreet: bool
    language: str | None = None
    """None leaves it as it is."""


def settle(session: Session, course_id: int, wishes: Wishes, now: datetime) -> Enrollment:
    """The course with its new pace; the open lesson moves only when the pace did."""
    course = enrollments.get(session, course_id, Lock.UPDATE)
    settled = core.settle(course, wishes.pace, wishes.company, discreet=wishes.discreet)
    enrollments.change(session, course, settled)
    if wishes.language:
        subscribers.set_language(session, course.subscriber_id, wishes.language)
    if settled.epoch != course.epoch:
        due = _due(session, settled, now)
        lessons.move(session, course.id, settled.epoch, due)
        owe_note(session, settled, due, now)
    return settled


def send_next(session: Session, course_id: int, now: datetime) -> Enrollment:
    """For the rhythm "when we say next": the open lesson goes as soon as the rules allow."""
    course = enrollments.get(session, course_id, Lock.UPDATE)
    if core.awake(course, now):
        lessons.move(session, course.id, course.epoch, asked_lesson(course, now))
    return course


def _due(session: Session, course: Enrollment, now: datetime) -> Slot | None:
    """What was asked for stays asked for."""
    lesson = lessons.open_one(session, course.id)
    asked = course.pace.rhythm is Rhythm.ASKED and lesson is not None and lesson.due_at is not None
    return asked_lesson(course, now) if asked and core.awake(course, now) else next_lesson(course, now)
