"""Acknowledge: the letter that says what was changed, written down with the change itself."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.delivery import Kind, NewDelivery
from app.core.enrollment import Enrollment
from app.core.schedule import Slot
from app.store import deliveries, subscribers


def acknowledge(
    session: Session,
    course: Enrollment,
    kind: Kind,
    occasion: str,
    next_lesson: Slot | None,
    due_at: datetime,
) -> None:
    """Owe a letter whose facts are the next lesson as it is planned now."""
    person = subscribers.get(session, course.subscriber_id)
    owed = NewDelivery(
        occasion=occasion,
        kind=kind,
        address=person.address,
        due_at=due_at,
        subscriber_id=person.id,
        enrollment_id=course.id,
        epoch=course.epoch,
        facts=_facts(course, next_lesson),
    )
    deliveries.owe(session, [owed], due_at)


def _facts(course: Enrollment, next_lesson: Slot | None) -> Mapping[str, str]:
    facts = {"day": str(course.day)}
    if next_lesson is not None:
        facts["on"] = next_lesson.on.isoformat()
    if course.resume_on is not None:
        facts["until"] = course.resume_on.isoformat()
    return facts
