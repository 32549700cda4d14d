"""Intend: the answer to "may it go?", given under the lock of the enrollment and written down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.consequence import Consequence, reslotted, same
from app.core.delivery import CALENDAR, Delivery, Kind, Permit, State, Suppressed, may_go
from app.core.doubt import Doubt, repeat
from app.core.enrollment import Enrollment, wake
from app.core.message import Message
from app.core.order import Order, freeze
from app.store import deliveries, enrollments, outbox, providers, subscribers, suppressions
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

    @property
    def domain(self) -> str:
        return deliveries.domain_of(self.delivery.address)


def intend(
    session: Session, group: Sequence[Ready], intent: Intent, doubt: Doubt, now: datetime
) -> list[Ready]:
    """Those that may go, as they are then; the others have another slot now, wait, or never go."""
    ids = (one.delivery.enrollment_id for one in group)
    courses = enrollments.get_many(session, ids, Lock.UPDATE)
    silenced = suppressions.find_many(session, {one.delivery.address for one in group})
    slow = providers.slow_among(session, (one.domain for one in group), now)
    held = subscribers.held_among(session, (one.delivery.subscriber_id for one in group))
    going = []
    for one in group:
        if one.domain in slow or one.delivery.subscriber_id in held:
            outbox.hand_back(session, [one.delivery])
            continue
        course = courses.get(one.delivery.enrollment_id)
        ruling = _rule(one, course, silenced.get(one.delivery.address), doubt, now)
        if ruling.state is not State.SENDING:
            outbox.put_back(session, one.delivery, ruling, now)
        elif _intend(session, one, course, replace(intent, resent=ruling.resent), now):
            going.append(replace(one, delivery=replace(one.delivery, resent=ruling.resent)))
    return going


def _rule(
    one: Ready, course: Enrollment | None, suppressed: Suppressed | None, doubt: Doubt, now: datetime
) -> Consequence:
    permit = may_go(one.delivery, course, suppressed, now)
    if permit is Permit.NEVER or course is None:
        return replace(same(one.delivery), state=State.CANCELLED, reason="stopped before it could go")
    if permit is Permit.LATER:
        return reslotted(one.delivery, course, now)
    return repeat(one.delivery, one.message.fingerprint, doubt, now)


def _intend(session: Session, one: Ready, course: Enrollment | None, intent: Intent, now: datetime) -> bool:
    """Whether its claim is still ours."""
    if one.delivery.kind is Kind.LESSON and course is not None:
        enrollments.change(session, course, wake(course))
    frozen = freeze(one.order, one.message.fingerprint)
    return outbox.intend(session, one.delivery, intent, frozen, now)
