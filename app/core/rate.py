"""Caps of a provider: how many messages a second, an hour and a day, and what is kept for confirmations."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

KEPT_SHARE = 0.1
"""Of every cap, kept for those who wait at the screen."""

LONGEST_WAIT = timedelta(minutes=1)
"""So far ahead no pace is spoken for: a clock was, when it was written."""

_PART = re.compile(r"\s*(\d{1,9})\s*/\s*([shd])\s*")
_SPANS = {"s": timedelta(seconds=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True)
class Caps:
    """Messages per second, per clock hour and per UTC day; None is without a cap, 0 stops everything."""

    second: int | None = None
    hour: int | None = None
    day: int | None = None


@dataclass(frozen=True)
class Spent:
    """What a provider's row remembers: counts of its hour and day; `paced_until` is spoken for."""

    hour: datetime
    hour_count: int
    day: datetime
    day_count: int
    paced_until: datetime


@dataclass(frozen=True)
class Grant:
    """`count` messages may go after `wait`; `spent` is the row as it is then."""

    count: int
    wait: timedelta
    spent: Spent


def read_caps(text: str) -> Caps:
    """`10/s, 200/h, 5000/d`; ValueError with a sentence for anything else."""
    found: dict[str, int] = {}
    for part in filter(str.strip, text.split(",")):
        form = _PART.fullmatch(part)
        if form is None or form[2] in found:
            raise ValueError("write caps such as 10/s, 200/h, 5000/d; 0 stops all mail")
        found[form[2]] = int(form[1])
    return Caps(found.get("s"), found.get("h"), found.get("d"))


def fresh(now: datetime) -> Spent:
    return Spent(_floor(now, "h"), 0, _floor(now, "d"), 0, now)


def grant(caps: Caps, spent: Spent, wanted: int, now: datetime, *, urgent: bool) -> Grant:
    """How many of `wanted` messages may go: lessons leave a tenth of every cap to the urgent ones."""
    spent = _rolled(spent, now)
    count = min(
        wanted,
        _room(caps.hour, spent.hour_count, urgent=urgent),
        _room(caps.day, spent.day_count, urgent=urgent),
        wanted if caps.second is None else caps.second,
    )
    ahead = spent.paced_until - now
    begins = spent.paced_until if caps.second and timedelta(0) < ahead < LONGEST_WAIT else now
    lasts = timedelta(seconds=count / caps.second) if caps.second else timedelta(0)
    after = replace(
        spent,
        hour_count=spent.hour_count + count,
        day_count=spent.day_count + count,
        paced_until=begins + lasts,
    )
    return Grant(count, begins - now, after)


def _rolled(spent: Spent, now: datetime) -> Spent:
    hour, day = _floor(now, "h"), _floor(now, "d")
    return replace(
        spent,
        hour=hour,
        hour_count=spent.hour_count if spent.hour == hour else 0,
        day=day,
        day_count=spent.day_count if spent.day == day else 0,
    )


def _room(cap: int | None, used: int, *, urgent: bool) -> int:
    if cap is None:
        return 1_000_000_000
    kept = 0 if urgent else -int(-cap * KEPT_SHARE // 1)
    return max(0, cap - kept - used)


def _floor(at: datetime, unit: str) -> datetime:
    epoch = datetime(2000, 1, 1, tzinfo=at.tzinfo)
    return at - (at - epoch) % _SPANS[unit]
