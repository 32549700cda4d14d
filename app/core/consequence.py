"""What follows from an outcome: the next state of a delivery, of its enrollment, and what is owed then."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.core import delivery as deliveries
from app.core.delivery import Delivery, Kind, NewDelivery, State, Suppressed
from app.core.enrollment import RUNNING, Enrollment, Status, advance, next_lesson, stall
from app.core.outcome import Meaning, Outcome
from app.core.schedule import Rhythm, Slot, next_slot


@dataclass(frozen=True)
class Consequence:
    """The new state of a delivery, of its enrollment, and what is owed next: one transaction's worth."""

    state: State
    due_at: datetime | None = None
    slot: Slot | None = None
    slips: int = 0
    resent: bool = False
    epoch: int | None = None
    reason: str = ""
    suppress: Suppressed | None = None
    enrollment: Enrollment | None = None
    owed: tuple[NewDelivery, ...] = ()


RETRIES = tuple(timedelta(minutes=m) for m in (2, 5, 10, 30))
HOURLY = timedelta(hours=1)
LETTER_LIFE, OUR_OWN_FAULT = timedelta(hours=24), timedelta(days=5)
"""For how long a letter is tried again, and for how long where only we or our provider are in the way."""
SLIPS = 5


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after the n-th attempt (n ≥ 1): 2, 5, 10, 30 minutes, then hourly."""
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else HOURLY


def what_follows(
    delivery: Delivery, outcome: Outcome, enrollment: Enrollment | None, now: datetime
) -> Consequence:
    """From one outcome, the enrollment as locked, and now, to everything that must be written.

    `delivery` is the row as it was claimed: its `attempts` do not count the one that this outcome ends.
    """
    match outcome.meaning:
        case Meaning.ACCEPTED:
            return accepted(delivery, enrollment, now)
        case Meaning.UNKNOWN:
            return replace(same(delivery), state=State.UNCERTAIN, reason=outcome.reply)
        case Meaning.REJECTED:
            return replace(
                same(delivery),
                state=State.FAILED,
                reason=outcome.reply,
                suppress=Suppressed.BOUNCED,
                enrollment=_stalled(enrollment, now),
            )
        case Meaning.UNFIT if not stopped(delivery, enrollment):
            return replace(same(delivery), state=State.HELD, reason=outcome.reply)
        case _:
            return _again(delivery, outcome, enrollment, now)


def accepted(delivery: Delivery, enrollment: Enrollment | None, now: datetime) -> Consequence:
    """It was taken: for a lesson, the next day is owed in the same breath."""
    done = replace(same(delivery), state=State.SENT, due_at=delivery.due_at)
    if delivery.kind is not Kind.LESSON or enrollment is None or enrollment.day != delivery.day:
        return done
    planned = delivery.slot.on if delivery.slot else now.date()
    after = advance(enrollment, planned, now, now)
    return replace(done, enrollment=after, owed=owed_next(after, delivery.address, now))


def owed_next(one: Enrollment, address: str, now: datetime) -> tuple[NewDelivery, ...]:
    """The lesson of the enrollment's day, or the completion letter at the slot after the last lesson."""
    if one.status is Status.FINISHED:
        slot = next_slot(one.pace, one.last, now)
        occasion = deliveries.once(Kind.COMPLETION, one.id)
        return (_owed(one, address, occasion, Kind.COMPLETION, slot),)
    if one.status in RUNNING:
        return (owed_lesson(one, address, next_lesson(one, now)),)
    return ()


def owed_lesson(one: Enrollment, address: str, slot: Slot | None) -> NewDelivery:
    occasion = deliveries.lesson(one.id, one.day)
    return replace(_owed(one, address, occasion, Kind.LESSON, slot), day=one.day)


def reslotted(delivery: Delivery, enrollment: Enrollment, now: datetime) -> Consequence:
    """The slot closed before it could go: the next one that has not."""
    if delivery.kind is Kind.COMPLETION:
        slot: Slot | None = next_slot(enrollment.pace, enrollment.last, now, still_open=True)
    else:
        slot = _slot_again(delivery, enrollment, now, still_open=True)
    due_at = slot.due_at if slot else None
    return replace(same(delivery), state=State.SCHEDULED, due_at=due_at, slot=slot, epoch=enrollment.epoch)


def _again(delivery: Delivery, outcome: Outcome, enrollment: Enrollment | None, now: datetime) -> Consequence:
    if stopped(delivery, enrollment):
        return replace(same(delivery), state=State.CANCELLED, reason="ended before it could go")
    if outcome.meaning is Meaning.UNSENT:
        return replace(same(delivery), state=State.SCHEDULED)
    delay = max(retry_delay(delivery.attempts + 1), min(outcome.retry_after or timedelta(0), HOURLY))
    if delivery.kind is Kind.LESSON and enrollment is not None:
        return _lesson_again(delivery, outcome, enrollment, now, delay)
    owed_since = delivery.slot.due_at if delivery.slot else delivery.created_at
    ours = outcome.meaning in (Meaning.UNREACHED, Meaning.OURS)
    if now + delay > owed_since + (OUR_OWN_FAULT if ours else LETTER_LIFE):
        return replace(same(delivery), state=State.FAILED, reason=outcome.reply)
    return replace(same(delivery), state=State.SCHEDULED, due_at=now + delay, reason=outcome.reply)


def _lesson_again(
    delivery: Delivery, outcome: Outcome, enrollment: Enrollment, now: datetime, delay: timedelta
) -> Consequence:
    """Inside the lateness window soon, then at the next slot; only the recipient's own refusals count."""
    again = replace(same(delivery), state=State.SCHEDULED, reason=outcome.reply)
    moved = enrollment.epoch != delivery.epoch
    if not moved and outcome.meaning is not Meaning.REFUSED and not closed(delivery, now + delay):
        return replace(again, due_at=now + delay)
    after = now if moved or delivery.slot is None else max(now, delivery.slot.closes_at)
    slot = _slot_again(delivery, enrollment, after)
    again = replace(again, due_at=slot.due_at if slot else None, slot=slot, epoch=enrollment.epoch)
    if outcome.meaning not in (Meaning.DEFERRED, Meaning.REFUSED):
        return again
    slips = delivery.slips + 1
    if slips < SLIPS:
        return replace(again, slips=slips)
    return replace(
        again,
        state=State.FAILED,
        slips=slips,
        due_at=None,
        enrollment=_stalled(enrollment, now),
    )


def same(delivery: Delivery) -> Consequence:
    return Consequence(
        state=delivery.state,
        due_at=delivery.due_at,
        slot=delivery.slot,
        slips=delivery.slips,
        resent=delivery.resent,
    )


def _owed(one: Enrollment, address: str, occasion: str, kind: Kind, slot: Slot | None) -> NewDelivery:
    return NewDelivery(
        occasion=occasion,
        kind=kind,
        address=address,
        due_at=slot.due_at if slot else None,
        subscriber_id=one.subscriber_id,
        enrollment_id=one.id,
        epoch=one.epoch,
        slot=slot,
    )


def closed(delivery: Delivery, at: datetime) -> bool:
    return delivery.slot is not None and at >= delivery.slot.closes_at


def _stalled(enrollment: Enrollment | None, now: datetime) -> Enrollment | None:
    return stall(enrollment, now) if enrollment and _runs(enrollment) else None


def _runs(enrollment: Enrollment | None) -> bool:
    return enrollment is not None and enrollment.status in RUNNING


def stopped(delivery: Delivery, enrollment: Enrollment | None) -> bool:
    """After the end of a course nothing of it is tried again, except the goodbye."""
    if delivery.kind is Kind.LESSON:
        return not _runs(enrollment)
    left = enrollment is not None and enrollment.status is Status.LEFT
    return left and delivery.kind is not Kind.GOODBYE


def _slot_again(
    delivery: Delivery, one: Enrollment, after: datetime, *, still_open: bool = False
) -> Slot | None:
    """Another slot for a lesson that had one; what was asked for stays asked for."""
    asked = delivery.slot is not None and one.pace.rhythm is Rhythm.ASKED
    daily = replace(one, pace=replace(one.pace, rhythm=Rhythm.DAILY)) if asked else one
    return next_lesson(daily, after, still_open=still_open)
