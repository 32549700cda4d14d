"""A Delivery: one message owed. Its row is the schedule and the outbox (docs/guarantee.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.enrollment import RUNNING, Enrollment, Status, awake
from app.core.schedule import Slot, local_date
from app.errors import TransitionError


class Kind(StrEnum):
    CONFIRM = "confirm"
    WELCOME = "welcome"
    LESSON = "lesson"
    PAUSED = "paused"
    RESUMING = "resuming"
    RESUMED = "resumed"
    COMPLETION = "completion"
    GOODBYE = "goodbye"
    NOTICE = "notice"


class State(StrEnum):
    SCHEDULED = "scheduled"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    HELD = "held"
    CANCELLED = "cancelled"


LEGAL: Mapping[State, frozenset[State]] = {
    State.SCHEDULED: frozenset({State.SCHEDULED, State.CLAIMED, State.HELD, State.CANCELLED}),
    State.CLAIMED: frozenset(
        {State.CLAIMED, State.SCHEDULED, State.SENDING, State.HELD, State.CANCELLED, State.FAILED}
    ),
    State.SENDING: frozenset(
        {State.SENT, State.SCHEDULED, State.FAILED, State.UNCERTAIN, State.CANCELLED, State.HELD}
    ),
    State.UNCERTAIN: frozenset({State.SENT, State.SCHEDULED, State.HELD, State.CANCELLED}),
    State.HELD: frozenset({State.SCHEDULED, State.SENT, State.CANCELLED}),
    State.CANCELLED: frozenset({State.SCHEDULED}),
    State.SENT: frozenset(),
    State.FAILED: frozenset(),
}

OPEN = frozenset({State.SCHEDULED, State.CLAIMED, State.SENDING, State.UNCERTAIN, State.HELD})

CALENDAR = frozenset({Kind.LESSON, Kind.RESUMING, Kind.COMPLETION})
"""Owed for a date. Every other letter goes before them: somebody waits at the screen for it."""

PRIORITY: Mapping[Kind, int] = {kind: int(kind in CALENDAR) for kind in Kind}

CLAIM_LEASE = timedelta(seconds=60)
RECONCILE_AFTER = timedelta(minutes=15)
STRIKES = 3


def must_be_legal(before: State, after: State) -> None:
    if after not in LEGAL[before]:
        raise TransitionError(f"A delivery that is {before} cannot become {after}.")


@dataclass(frozen=True)
class NewDelivery:
    """A message owed, before it has a row. `due_at` None waits until somebody says when."""

    occasion: str
    kind: Kind
    address: str
    due_at: datetime | None
    subscriber_id: int
    enrollment_id: int
    epoch: int = 0
    day: int | None = None
    slot: Slot | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """A row. Instants are UTC; `facts` are what its cause knew, `frozen` what its first intent wrote down."""

    id: int
    occasion: str
    kind: Kind
    state: State
    address: str
    subscriber_id: int
    enrollment_id: int
    epoch: int
    day: int | None
    claim_no: int
    due_at: datetime | None
    slot: Slot | None
    created_at: datetime
    attempts: int = 0
    slips: int = 0
    strikes: int = 0
    resent: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    frozen: Mapping[str, str] | None = None
    provider: str | None = None
    uncertain_at: datetime | None = None


class Suppressed(StrEnum):
    """Why an address is not mailed."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    LEFT = "left"
    ERASED = "erased"

    @property
    def silences(self) -> bool:
        """LEFT and ERASED bar imports and invitations only: a person's own sign-up is welcome."""
        return self in (Suppressed.BOUNCED, Suppressed.COMPLAINED)


class Permit(StrEnum):
    """The answer to "may it go?", given under the lock of the enrollment."""

    GO = "go"
    LATER = "later"
    NEVER = "never"


def may_go(
    delivery: Delivery, enrollment: Enrollment | None, suppressed: Suppressed | None, now: datetime
) -> Permit:
    """The table kind × (enrollment, suppression): what may still go to the wire."""
    if suppressed is not None and suppressed.silences:
        return Permit.NEVER
    if delivery.kind is Kind.LESSON:
        return _lesson_may_go(delivery, enrollment, now)
    if delivery.kind is Kind.COMPLETION:
        return _of_its_date(delivery, now)
    if delivery.kind is Kind.RESUMING:
        return Permit.GO if _still_news(delivery, enrollment, now) else Permit.NEVER
    if delivery.kind is Kind.CONFIRM:
        asked = enrollment is not None and enrollment.status is Status.WAITING
        return Permit.GO if asked else Permit.NEVER
    return Permit.GO


def _still_news(delivery: Delivery, enrollment: Enrollment | None, now: datetime) -> bool:
    """That lessons come back: of the pause as it is, and before the date on which they do."""
    if enrollment is None or enrollment.epoch != delivery.epoch:
        return False
    return local_date(now, enrollment.pace.zone).isoformat() < delivery.facts.get("on", "9")


def _lesson_may_go(delivery: Delivery, enrollment: Enrollment | None, now: datetime) -> Permit:
    if enrollment is None or enrollment.day != delivery.day or enrollment.status not in RUNNING:
        return Permit.NEVER
    if not awake(enrollment, now) or enrollment.epoch != delivery.epoch:
        return Permit.LATER
    return _of_its_date(delivery, now)


def _of_its_date(delivery: Delivery, now: datetime) -> Permit:
    on_time = delivery.slot is not None and delivery.slot.due_at <= now < delivery.slot.closes_at
    return Permit.GO if on_time else Permit.LATER


# Occasions: the unique names of what a delivery is for. Nobody else writes one.


def confirm(enrollment_id: int, number: int) -> str:
    return f"confirm:{enrollment_id}:{number}"


def lesson(enrollment_id: int, day: int) -> str:
    return f"lesson:{enrollment_id}:{day}"


def resend(enrollment_id: int, day: int, number: int) -> str:
    """Of a lesson that failed, on the operator's word."""
    return f"resend:{enrollment_id}:{day}:{number}"


def acknowledgement(kind: Kind, enrollment_id: int, epoch: int) -> str:
    """Of one change of an enrollment: paused, resuming, resumed, goodbye."""
    return f"{kind}:{enrollment_id}:{epoch}"


def once(kind: Kind, enrollment_id: int) -> str:
    """What an enrollment sees once: welcome, completion."""
    return f"{kind}:{enrollment_id}"


def notice(subscriber_id: int, number: int) -> str:
    return f"notice:{subscriber_id}:{number}"
