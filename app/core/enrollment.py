"""One subscriber taking one challenge once: waiting → active ⇄ paused → finished, or left / stalled.

Every function returns a new value; the store writes only what differs, guarded by the epoch.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.core.schedule import Last, Pace, Rhythm, Slot, asked_slot, local_date, next_slot, slot
from app.core.sentence import N_
from app.errors import TransitionError

UNDO = timedelta(hours=24)
NOTE_AFTER = timedelta(days=2)


class Status(StrEnum):
    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    LEFT = "left"
    STALLED = "stalled"


RUNNING = frozenset({Status.ACTIVE, Status.PAUSED})
OPEN = frozenset({Status.WAITING, Status.ACTIVE, Status.PAUSED, Status.STALLED})

_LEGAL = {
    Status.WAITING: {Status.ACTIVE, Status.LEFT},
    Status.ACTIVE: {Status.ACTIVE, Status.PAUSED, Status.FINISHED, Status.LEFT, Status.STALLED},
    Status.PAUSED: {Status.ACTIVE, Status.PAUSED, Status.FINISHED, Status.LEFT, Status.STALLED},
    Status.STALLED: {Status.ACTIVE, Status.LEFT},
    Status.LEFT: set(),  # except by `come_back`
    Status.FINISHED: set(),
}


class Company(StrEnum):
    TOGETHER = "together"
    ALONE = "alone"
    APART = "apart"


@dataclass(frozen=True)
class Enrollment:
    """`day` is the next lesson owed, 1..N; `edition` holds the slug of each day; instants are UTC.

    `epoch` counts the changes that a message already claimed must not outlive.
    """

    id: int
    subscriber_id: int
    challenge: str
    edition: tuple[str, ...]
    status: Status
    epoch: int
    pace: Pace
    company: Company = Company.TOGETHER
    discreet: bool = False
    day: int = 1
    last: Last | None = None
    starts_on: date | None = None
    paused_at: datetime | None = None
    resume_on: date | None = None
    ended_at: datetime | None = None
    ended_from: Status | None = None

    @property
    def length(self) -> int:
        return len(self.edition)


def start(one: Enrollment, starts_on: date) -> Enrollment:
    return _become(one, Status.ACTIVE, starts_on=starts_on)


def pause(one: Enrollment, now: datetime, resume_on: date | None) -> Enrollment:
    """Paused until the first slot on or after `resume_on`, or until the person says so (None)."""
    return _become(one, Status.PAUSED, paused_at=now, resume_on=resume_on)


def resume(one: Enrollment) -> Enrollment:
    return _become(one, Status.ACTIVE, paused_at=None, resume_on=None)


def leave(one: Enrollment, now: datetime) -> Enrollment:
    return _become(one, Status.LEFT, ended_at=now, ended_from=one.status)


def come_back(one: Enrollment, now: datetime) -> Enrollment:
    """Undo the leaving, within a day of it."""
    if one.ended_from is None or one.ended_at is None or now - one.ended_at > UNDO:
        raise TransitionError(N_("The time to undo this has passed; signing up again starts a new month."))
    ended_at = now if one.ended_from is Status.STALLED else None
    back = replace(one, status=one.ended_from, epoch=one.epoch + 1, ended_at=ended_at, ended_from=None)
    return _finished_if_read(back, now)


def stall(one: Enrollment, now: datetime) -> Enrollment:
    """It stands still because mail does not arrive; an operator may set it going again."""
    return _become(one, Status.STALLED, ended_at=now)


def revive(one: Enrollment) -> Enrollment:
    """Mail arrives again, on the operator's word: the same next lesson."""
    return _become(one, Status.ACTIVE, ended_at=None, paused_at=None, resume_on=None)


def settle(one: Enrollment, pace: Pace, company: Company, *, discreet: bool) -> Enrollment:
    """New hour, zone, rhythm, company or subjects; the epoch moves only when the calendar does."""
    moved = pace != one.pace
    return replace(one, pace=pace, company=company, discreet=discreet, epoch=one.epoch + moved)


def advance(one: Enrollment, planned: date, accepted_at: datetime, now: datetime) -> Enrollment:
    """The lesson of `day` was accepted: the next one is owed, or the course is finished."""
    return _finished_if_read(replace(one, day=one.day + 1, last=Last(planned, accepted_at)), now)


def wake(one: Enrollment) -> Enrollment:
    """The pause has run its course; nothing the person asked for changes, so the epoch stays."""
    return replace(one, status=Status.ACTIVE, paused_at=None, resume_on=None)


def awake(one: Enrollment, now: datetime) -> bool:
    """Whether a lesson may be written today: active, or paused until a date that has come."""
    if one.status is Status.PAUSED and one.resume_on is not None:
        return local_date(now, one.pace.zone) >= one.resume_on
    return one.status is Status.ACTIVE


def next_lesson(one: Enrollment, now: datetime, *, still_open: bool = False) -> Slot | None:
    """When the lesson of `day` is due; None while nobody has said (an open pause, "when we say next").

    A pause until a date ends with a lesson, in every rhythm: that is what was said when it began.
    """
    if one.status is Status.PAUSED and one.resume_on is None:
        return None
    if one.pace.rhythm is Rhythm.ASKED and one.last is not None and one.resume_on is None:
        return None
    return next_slot(one.pace, one.last, now, not_before=_not_before(one), still_open=still_open)


def asked_lesson(one: Enrollment, now: datetime) -> Slot:
    """When the lesson of `day` goes if the person says "next" now."""
    if one.starts_on is not None and one.last is None and local_date(now, one.pace.zone) < one.starts_on:
        return next_slot(one.pace, None, now, not_before=one.starts_on)
    return asked_slot(one.pace, one.last, now)


def resume_note(one: Enrollment, now: datetime, due: Slot | None) -> datetime | None:
    """When to say that lessons come back tomorrow; None for a short or open-ended pause."""
    if one.status is not Status.PAUSED or one.resume_on is None or due is None:
        return None
    day_before = slot(one.pace, due.on - timedelta(days=1)).due_at
    return day_before if day_before - now >= NOTE_AFTER - timedelta(days=1) else None


def _not_before(one: Enrollment) -> date | None:
    dates = [on for on in (one.starts_on if one.last is None else None, one.resume_on) if on]
    return max(dates, default=None)


def _finished_if_read(one: Enrollment, now: datetime) -> Enrollment:
    if one.day > one.length and one.status in RUNNING:
        return _become(one, Status.FINISHED, ended_at=now, paused_at=None, resume_on=None)
    return one


def _become(one: Enrollment, status: Status, **changes: object) -> Enrollment:
    if status not in _LEGAL[one.status]:
        raise TransitionError(f"A course that is {one.status} cannot become {status}.")
    return replace(one, status=status, epoch=one.epoch + 1, **changes)  # type: ignore[arg-type]
