"""Intend: the answer to "may it go?", given under the lock of the enrollment and written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.consequence import Consequence, reslotted
from app.core.delivery import CALENDAR, Delivery, Kind, Permit, State, may_go
from app.core.enrollment import Enrollment, wake
from app.core.message import Message
from app.core.order import Order, freeze
from app.store import enrollments, outbox, suppressions
from app.store.enrollments import Lock
from app.store.outbox import Intent


@dataclass(frozen=True)
class Ready:
    """A claimed delivery with its order and its composed message."""

    delivery: Delivery
    order: Order
    message: Message

    @property
    def urgent(self) -> bool:
        """Whether somebody waits at the screen for it: what a tenth of every cap is kept for."""
        return self.delivery.kind not in CALENDAR


def intend(session: Session, group: Sequence[Ready], intent: Intent, now: datetime) -> list[Ready]:
    """Those that may go; the others have another slot now, or never go."""
    ids = (one.delivery.enrollment_id for one in group)
    courses = enrollments.get_many(session, ids, Lock.UPDATE)
    silenced = suppressions.find_many(session, {one.delivery.address for one in group})
    going = []
    for one in group:
        course = courses.get(one.delivery.enrollment_id)
        permit = may_go(one.delivery, course, silenced.get(one.delivery.address), now)
        if permit is Permit.GO and course is not None:
            if _intend(session, one, course, intent, now):
                going.append(one)
        else:
            _put_back(session, one.delivery, course if permit is Permit.LATER else None, now)
    return going


def _intend(session: Session, one: Ready, course: Enrollment, intent: Intent, now: datetime) -> bool:
    """Whether its claim is still ours."""
    if one.delivery.kind is Kind.LESSON:
        enrollments.change(session, course, wake(course))
    frozen = freeze(one.order, one.message.fingerprint)
    return outbox.intend(session, one.delivery, intent, frozen, now)


def _put_back(session: Session, delivery: Delivery, course: Enrollment | None, now: datetime) -> None:
    """To its next slot in the course; without one it never goes."""
    stopped = Consequence(State.CANCELLED, reason="stopped before it could go")
    outbox.put_back(session, delivery, reslotted(delivery, course, now) if course else stopped, now)
