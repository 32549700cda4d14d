"""Follow: write what a consequence means for a course, and what is owed then."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.consequence import Consequence
from app.core.enrollment import Enrollment
from app.store import deliveries, enrollments


def follow(session: Session, course: Enrollment | None, consequence: Consequence, now: datetime) -> None:
    """`course` is locked, as it was before."""
    if consequence.enrollment is not None and course is not None:
        enrollments.change(session, course, consequence.enrollment)
    deliveries.owe(session, consequence.owed, now)
