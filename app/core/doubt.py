"""What to do when nobody knows whether a message arrived."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.core.consequence import Consequence, closed, reslotted, retry_delay, same, stopped
from app.core.delivery import RECONCILE_AFTER, Delivery, Kind, State
from app.core.enrollment import Enrollment


@dataclass(frozen=True)
class Doubt:
    """`hold` it, or send it once more. `key_window`: for how long after the first intent the provider removes
    repeats by our key; None without keys."""

    hold: bool = False
    key_window: timedelta | None = None


def unresolved(
    delivery: Delivery, enrollment: Enrollment | None, doubt: Doubt, now: datetime
) -> Consequence | None:
    """With a key soon again; else, after the reconcile time, once more or held. None: wait."""
    if stopped(delivery, enrollment):
        return replace(same(delivery), state=State.CANCELLED, reason="ended while uncertain")
    if _key_lives(delivery, doubt, now) and not _late(delivery, now):
        patient = now - _since(delivery, now) < retry_delay(max(delivery.attempts, 1))
        return None if patient else replace(same(delivery), state=State.SCHEDULED, due_at=now)
    if now < _since(delivery, now) + RECONCILE_AFTER:
        return None
    if doubt.hold or delivery.resent:
        return _held(delivery)
    again = replace(same(delivery), state=State.SCHEDULED, due_at=now)
    if enrollment is not None and _late(delivery, now):
        again = reslotted(delivery, enrollment, now)
    return replace(again, resent=True)


def repeat(delivery: Delivery, fingerprint: str, doubt: Doubt, now: datetime) -> Consequence:
    """At the intent: SENDING, if it goes.

    What was to go again by its key goes so only while the key lives and the letter says the same; else it
    waits for the reconcile time, and then the policy decides.
    """
    goes = replace(same(delivery), state=State.SENDING)
    if delivery.uncertain_at is None or delivery.resent:
        return goes
    if _key_lives(delivery, doubt, now) and fingerprint == (delivery.frozen or {}).get("print"):
        return goes
    if now < delivery.uncertain_at + RECONCILE_AFTER:
        due_at = delivery.uncertain_at + RECONCILE_AFTER
        return replace(same(delivery), state=State.SCHEDULED, due_at=due_at)
    return _held(delivery) if doubt.hold else replace(goes, resent=True)


def _held(delivery: Delivery) -> Consequence:
    return replace(same(delivery), state=State.HELD, reason="it may or may not have arrived")


def _key_lives(delivery: Delivery, doubt: Doubt, now: datetime) -> bool:
    return doubt.key_window is not None and now - _written_at(delivery) < doubt.key_window


def _late(delivery: Delivery, now: datetime) -> bool:
    return delivery.kind is Kind.LESSON and closed(delivery, now)


def _since(delivery: Delivery, now: datetime) -> datetime:
    return delivery.uncertain_at or now


def _written_at(delivery: Delivery) -> datetime:
    """When the message was composed for its first intent."""
    return datetime.fromisoformat(delivery.frozen["at"]) if delivery.frozen else delivery.created_at
