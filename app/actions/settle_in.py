"""Settle in: what a worker looks at before it sends anything: is this a copy, are the zones' rules new?"""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from app.core.delivery import Delivery
from app.core.enrollment import Enrollment, next_lesson
from app.core.schedule import REST, Rhythm, Slot, slot
from app.store import deliveries, enrollments, installation, lessons
from app.store.enrollments import Lock

log = structlog.get_logger()


def know_place(session: Session, fingerprint: str) -> None:
    """A database that was recorded elsewhere is a copy: it is held and says what it would send."""
    recorded = installation.read(session).fingerprint
    if recorded is None:
        installation.settle_here(session, fingerprint)
    elif recorded != fingerprint:
        installation.hold(session, f"this database was at home elsewhere: {recorded}"[:255])
        owed = deliveries.count_scheduled(session)
        log.error("held: this is a copy", owed=owed, what_to_do="kindling release")


def know_zones(session: Session, version: str, now: datetime) -> int:
    """New zone rules: every open lesson keeps its date and hour, its instant is new; how many moved."""
    if installation.read(session).tzdata == version:
        return 0
    moved = 0
    for lesson in lessons.scheduled(session):
        course = enrollments.get(session, lesson.enrollment_id, Lock.UPDATE)
        found = _afresh(lesson, course, now)
        if found != lesson.slot:
            lessons.move(session, course.id, course.epoch, found)
            moved += 1
    installation.note_tzdata(session, version)
    return moved


def _afresh(lesson: Delivery, course: Enrollment, now: datetime) -> Slot | None:
    """What was asked for stays asked for, at its instant."""
    if lesson.slot is None or (course.pace.rhythm is Rhythm.ASKED and course.last is not None):
        return lesson.slot
    same = slot(course.pace, lesson.slot.on)
    rested = course.last is None or same.due_at >= course.last.accepted_at + REST
    return same if rested and same.closes_at > now else next_lesson(course, now)
