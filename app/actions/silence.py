"""Silence: an address is mailed no more; whatever its owner takes part in ends, or waits for the operator."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.delivery import Delivery, Kind, Suppressed
from app.core.verdict import silenced
from app.store import deliveries, enrollments, lessons, suppressions


def silence(session: Session, delivery: Delivery, why: Suppressed, words: str, now: datetime) -> None:
    """`delivery` is the one that was told of. The enrollments of its subscriber are locked already."""
    suppressions.suppress(session, delivery.address, why, now)
    for course in enrollments.of_people(session, [delivery.subscriber_id]):
        enrollments.change(session, course, silenced(course, why, now))
        if why is Suppressed.COMPLAINED:
            deliveries.cancel_open(session, course.id, Kind, now, "complained")
        else:
            lessons.hold(session, course.id, now, f"the address bounced: {words}"[:1024])
