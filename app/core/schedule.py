"""When a lesson may go: local dates, wall-clock hours and zones in; instants in UTC out.

A missing local time takes the offset before the gap, a repeated one its first occurrence (RFC 5545 §3.3.5).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

REST = timedelta(hours=16)
LATENESS = timedelta(hours=6)
EVENING = time(22)
LATE_SLOTS = time(21)
DEFAULT_HOUR = time(7)
_A_DAY = timedelta(days=1)
_REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
_SEARCH = 400  # dates; far beyond any rhythm, so that a wrong rule ends as an error and not as a loop


class Rhythm(StrEnum):
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    ALTERNATE = "alternate"
    ASKED = "asked"


@dataclass(frozen=True)
class Pace:
    """How someone wants to be written to: a wall-clock hour, an IANA zone, a rhythm."""

    hour: time
    zone: str
    rhythm: Rhythm = Rhythm.DAILY


@dataclass(frozen=True)
class Last:
    """The lesson before: its planned local date and the instant (UTC) at which it was accepted."""

    on: date
    accepted_at: datetime

    def local_date(self, zone: str) -> date:
        """The later of the planned date and the date of acceptance, so that no date sees two lessons."""
        return max(self.on, local_date(self.accepted_at, zone))


@dataclass(frozen=True)
class Slot:
    """A local date with the instants (UTC) from which and until which a lesson may go."""

    on: date
    due_at: datetime
    closes_at: datetime


@cache
def zones() -> frozenset[str]:
    """The zone names people may choose: real places, no legacy or fixed-offset names."""
    return frozenset(z for z in available_timezones() if z.startswith(_REGIONS)) | {"UTC"}


def instant(on: date, at: time, zone: str) -> datetime:
    """The instant (UTC) of a wall-clock time on a local date."""
    return datetime.combine(on, at, ZoneInfo(zone)).replace(fold=0).astimezone(UTC)


def local_date(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def slot(pace: Pace, on: date) -> Slot:
    """The slot of a local date, with the end of its lateness window."""
    due_at = instant(on, pace.hour, pace.zone)
    if pace.hour >= LATE_SLOTS:
        return Slot(on, due_at, instant(on + _A_DAY, time(0), pace.zone))
    return Slot(on, due_at, min(due_at + LATENESS, instant(on, EVENING, pace.zone)))


def next_slot(
    pace: Pace,
    last: Last | None,
    now: datetime,
    *,
    not_before: date | None = None,
    still_open: bool = False,
) -> Slot:
    """The first chosen slot on a later local date than the last lesson's, at least 16 h after it.

    It begins at or after `now`; with `still_open` (after an outage) one that has not closed will do.
    A rhythm of "asked" is planned like "daily"; whether to plan at all is the enrollment's decision.
    """
    rested = last.accepted_at + REST if last else now
    on = max(_first_date(pace, last), local_date(now, pace.zone) - _A_DAY, not_before or date.min)
    for _ in range(_SEARCH):
        found = slot(pace, on)
        begins = found.closes_at > now if still_open else found.due_at >= now
        exists = (
            found.due_at < found.closes_at
        )  # a late hour that the clocks skip, midnight and all, does not
        if begins and exists and found.due_at >= rested and _chosen(pace.rhythm, on):
            return found
        on += _A_DAY
    raise ValueError(f"no slot within {_SEARCH} days for {pace} after {last}")


def asked_slot(pace: Pace, last: Last | None, now: datetime) -> Slot:
    """The slot for "the next one, please": at once where the rules allow it, else the next daily slot."""
    today = local_date(now, pace.zone)
    closes_at = instant(today + _A_DAY, time(0), pace.zone)
    if last is None or (today > last.local_date(pace.zone) and now >= last.accepted_at + REST):
        return Slot(today, now, closes_at)
    return next_slot(Pace(pace.hour, pace.zone), last, now)


def _first_date(pace: Pace, last: Last | None) -> date:
    if last is None:
        return date.min
    days = 2 if pace.rhythm is Rhythm.ALTERNATE else 1
    return last.local_date(pace.zone) + timedelta(days=days)


def _chosen(rhythm: Rhythm, on: date) -> bool:
    return rhythm is not Rhythm.WEEKDAYS or on.weekday() < 5
