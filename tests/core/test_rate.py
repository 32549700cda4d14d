"""Caps are never exceeded, never starved, and a tenth is kept for those who wait at the screen."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.rate import Caps, fresh, grant, read_caps

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_reads_caps() -> None:
    assert read_caps("10/s, 200/h, 5000/d") == Caps(10, 200, 5000)
    assert read_caps("0/d") == Caps(day=0)


@pytest.mark.parametrize("text", ["5/sec", "-1/h", "1e9", "ten/h", "10/h, 20/h", "1.5/s"])
def test_refuses_what_is_no_cap(text: str) -> None:
    with pytest.raises(ValueError, match="10/s, 200/h"):
        read_caps(text)


def test_a_zero_stops_everything() -> None:
    assert grant(Caps(day=0), fresh(NOON), 5, NOON, urgent=True).count == 0


def test_lessons_leave_a_tenth_to_confirmations() -> None:
    first = grant(Caps(hour=20), fresh(NOON), 100, NOON, urgent=False)
    assert first.count == 18
    assert grant(Caps(hour=20), first.spent, 100, NOON, urgent=False).count == 0
    assert grant(Caps(hour=20), first.spent, 100, NOON, urgent=True).count == 2


def test_a_new_hour_gives_new_room_but_the_day_counts_on() -> None:
    caps = Caps(hour=10, day=15)
    first = grant(caps, fresh(NOON), 100, NOON, urgent=True)
    second = grant(caps, first.spent, 100, NOON + timedelta(hours=1), urgent=True)
    assert (first.count, second.count) == (10, 5)


@given(
    st.integers(1, 50), st.lists(st.tuples(st.integers(1, 20), st.integers(0, 3000)), min_size=1, max_size=60)
)
def test_the_pace_is_never_exceeded_in_any_second(per_second: int, demands: list[tuple[int, int]]) -> None:
    spent, now, sent = fresh(NOON), NOON, []
    for wanted, pause in demands:
        given_now = grant(Caps(second=per_second), spent, wanted, now, urgent=False)
        spent, now = given_now.spent, now + given_now.wait
        step = timedelta(seconds=1) / per_second
        sent += [now + step * n for n in range(given_now.count)]
        now += timedelta(milliseconds=pause)
    for at in sent:
        within = [one for one in sent if at <= one < at + timedelta(seconds=1) - timedelta(milliseconds=1)]
        assert len(within) <= per_second + 1


@given(st.integers(1, 200), st.lists(st.integers(1, 30), max_size=50))
def test_an_hours_cap_is_never_exceeded_and_never_starved(cap: int, demands: list[int]) -> None:
    spent, total = fresh(NOON), 0
    for wanted in demands:
        granted = grant(Caps(hour=cap), spent, wanted, NOON, urgent=True)
        spent, total = granted.spent, total + granted.count
    assert total == min(cap, sum(demands))
