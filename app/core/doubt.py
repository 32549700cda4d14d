"""What to do when nobody knows whether a message arrived."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.core.consequence import Consequence, closed, reslotted, retry_delay, same, stopped
from app.core.delivery import RECONCILE_AFTER, Delivery, Kind, State
from app.core.enrollment import Enrollment


@dataclass(frozen=True)
class Doubt:
    """What to do when nobody knows whether a message arrived.

    `key_window`: how long after its first intent the provider removes repeats by our key; None without keys.
    """

    hold: bool = False
    key_window: timedelta | None = None


def unresolved(
    delivery: Delivery, enrollment: Enrollment | None, doubt: Doubt, now: datetime
) -> Consequence | None:
    """With a key soon again; else, after the reconcile time, once more or held. None: wait."""
    if stopped(delivery, enrollment):
        return replace(same(delivery), state=State.CANCELLED, reason="ended while uncertain")
    doubted_for = now - (delivery.uncertain_at or now)
    if doubt.key_window is not None and now - _written_at(delivery) < doubt.key_window:
        patient = doubted_for < retry_delay(max(delivery.attempts, 1))
        return None if patient else _once_more(delivery, enrollment, now)
    if doubted_for < RECONCILE_AFTER:
        return None
    if doubt.hold or delivery.resent:
        return replace(same(delivery), state=State.HELD, reason="it may or may not have arrived")
    return replace(_once_more(delivery, enrollment, now), resent=True)


def _once_more(delivery: Delivery, enrollment: Enrollment | None, now: datetime) -> Consequence:
    if delivery.kind is Kind.LESSON and enrollment is not None and closed(delivery, now):
        return reslotted(delivery, enrollment, now)
    return replace(same(delivery), state=State.SCHEDULED, due_at=now)


def _written_at(delivery: Delivery) -> datetime:
    """When the message was composed for its first intent."""
    return datetime.fromisoformat(delivery.frozen["at"]) if delivery.frozen else delivery.created_at
