"""Local hours in every zone, through every change of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.schedule import (
    REST,
    Last,
    Pace,
    Rhythm,
    Slot,
    asked_slot,
    instant,
    local_date,
    next_slot,
    slot,
    zones,
)
from tests.proof import FULL

ZONES = st.sampled_from(sorted(zones()))
EVERY_QUARTER = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
QUARTERS = st.sampled_from(EVERY_QUARTER)
FIRST, LAST, A_DAY = date(2026, 1, 1), date(2028, 12, 30), timedelta(days=1)
DATES = st.dates(FIRST, LAST)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
PACES = st.builds(Pace, QUARTERS, ZONES, st.sampled_from(Rhythm))
BERLIN = Pace(time(7), "Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "on", "at", "expected"),
    [
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30"),  # missing: as 02:30 EST
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),  # repeated: the first
        ("America/New_York", "2026-11-02", "07:00", "2026-11-02T12:00"),
        ("Europe/London", "2026-03-29", "01:15", "2026-03-29T01:15"),
        ("Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T22:30"),
        ("America/Santiago", "2026-09-06", "00:15", "2026-09-06T04:15"),
        ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-28T22:00"),
        ("America/Havana", "2026-03-08", "00:15", "2026-03-08T05:15"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45"),
        ("Antarctica/Troll", "2026-03-29", "01:30", "2026-03-29T01:30"),
        ("Pacific/Chatham", "2026-09-27", "02:45", "2026-09-26T14:00"),
        ("America/Nuuk", "2026-03-28", "22:30", "2026-03-29T00:30"),
        ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T01:30"),
        ("Asia/Almaty", "2024-02-29", "23:45", "2024-02-29T17:45"),
        ("Pacific/Apia", "2011-12-30", "07:00", "2011-12-30T17:00"),
        ("Pacific/Kwajalein", "1993-08-21", "07:00", "1993-08-21T19:00"),
    ],
)
def test_names_the_instant_of_a_local_hour(zone: str, on: str, at: str, expected: str) -> None:
    assert instant(date.fromisoformat(on), time.fromisoformat(at), zone) == utc(expected)


def follow_a_day_apart(first: Slot, second: Slot) -> bool:
    return timedelta(hours=22) <= second.due_at - first.due_at <= timedelta(hours=26)


def closes_after_it_opens_and_on_its_own_date(found: Slot, zone: str) -> bool:
    if local_date(found.due_at, zone) != found.on:
        return found.due_at >= found.closes_at  # the clocks skipped this hour and the rest of the date
    last = found.closes_at - timedelta(seconds=1)
    return found.due_at <= last < found.due_at + timedelta(hours=6) and local_date(last, zone) == found.on


@settings(max_examples=400)
@given(DATES, PACES)
def test_slots_follow_each_other_a_day_apart_and_close_on_their_own_date(on: date, pace: Pace) -> None:
    found = slot(pace, on)
    assert follow_a_day_apart(found, slot(pace, on + A_DAY))
    assert closes_after_it_opens_and_on_its_own_date(found, pace.zone)


def by_rules() -> dict[bytes, list[str]]:
    """Names of zones whose rules are the same, octet for octet."""
    found: dict[bytes, list[str]] = {}
    for zone in sorted(zones()):
        with resources.files("tzdata").joinpath("zoneinfo", zone).open("rb") as rules:
            found.setdefault(rules.read(), []).append(zone)
    return found


@pytest.mark.skipif(not FULL, reason="the whole calendar takes minutes; PROOF=full")
@pytest.mark.parametrize("names", by_rules().values(), ids=",".join)
def test_so_it_is_in_every_zone_at_every_quarter_hour_of_three_years(names: list[str]) -> None:
    """And somebody who gets a lesson at each slot gets one on every date that has this hour."""
    zone = names[0]
    for at in EVERY_QUARTER:
        pace = Pace(at, zone)
        before = slot(pace, FIRST)
        while before.on < LAST:
            found = next_slot(pace, Last(before.on, before.due_at), before.due_at)
            for on in range(1, (found.on - before.on).days):
                skipped = slot(pace, before.on + on * A_DAY)
                assert skipped.due_at >= skipped.closes_at
            assert found.on - before.on > A_DAY or follow_a_day_apart(before, found)
            assert closes_after_it_opens_and_on_its_own_date(found, zone)
            before = found


@pytest.mark.parametrize(
    ("hour", "closes"),
    [("07:00", "12:00"), ("15:45", "20:45"), ("18:30", "21:00"), ("21:00", "23:00"), ("23:45", "23:00")],
)
def test_lateness_ends_after_six_hours_or_in_the_evening(hour: str, closes: str) -> None:
    found = slot(Pace(time.fromisoformat(hour), "Europe/Berlin"), date(2026, 12, 1))
    assert found.closes_at == utc(f"2026-12-01T{closes}")


@settings(max_examples=400)
@given(PACES, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=40)), st.booleans())
def test_the_next_slot_rests_and_takes_a_later_date(
    pace: Pace, accepted: datetime, later: timedelta, still_open: bool
) -> None:
    last = Last(local_date(accepted, pace.zone), accepted)
    found = next_slot(pace, last, accepted + later, still_open=still_open)
    assert found.on > last.on
    assert found.due_at >= accepted + REST
    assert found.closes_at > accepted + later
    assert still_open or found.due_at >= accepted + later


@settings(max_examples=200)
@given(
    st.lists(st.tuples(PACES, st.timedeltas(timedelta(0), timedelta(days=3))), min_size=2, max_size=12),
    INSTANTS,
)
def test_no_change_of_pace_ever_gives_two_lessons_on_one_date(
    changes: list[tuple[Pace, timedelta]], now: datetime
) -> None:
    last: Last | None = None
    for pace, idle in changes:
        found = next_slot(pace, last, now + idle)
        if last is not None:
            assert found.on > last.on
            assert found.on > local_date(last.accepted_at, pace.zone)
            assert found.due_at - last.accepted_at >= REST
        now = found.due_at
        last = Last(found.on, now)


def test_weekdays_skip_the_weekend() -> None:
    friday = Last(date(2026, 11, 27), utc("2026-11-27T06:00"))
    pace = Pace(time(7), "Europe/Berlin", Rhythm.WEEKDAYS)
    assert next_slot(pace, friday, friday.accepted_at).on == date(2026, 11, 30)


def test_every_other_day_leaves_one_out() -> None:
    last = Last(date(2026, 11, 27), utc("2026-11-27T06:00"))
    pace = Pace(time(7), "Europe/Berlin", Rhythm.ALTERNATE)
    assert next_slot(pace, last, last.accepted_at).on == date(2026, 11, 29)


def test_after_a_pause_lessons_return_on_the_chosen_date() -> None:
    last = Last(date(2026, 11, 27), utc("2026-11-27T06:00"))
    found = next_slot(BERLIN, last, last.accepted_at, not_before=date(2026, 12, 24))
    assert found.due_at == utc("2026-12-24T06:00")


def test_a_day_that_was_skipped_by_law_gives_one_lesson() -> None:
    apia = Pace(time(7), "Pacific/Apia")
    first = slot(apia, date(2011, 12, 30))
    second = next_slot(apia, Last(first.on, first.due_at), first.due_at)
    assert slot(apia, date(2011, 12, 31)).due_at == first.due_at
    assert second.on == date(2012, 1, 1)


def test_an_hour_that_the_clocks_skip_with_the_rest_of_its_date_is_no_slot() -> None:
    nuuk = Pace(time(23, 30), "America/Nuuk")
    last = Last(date(2026, 3, 27), utc("2026-03-28T01:30"))
    assert next_slot(nuuk, last, last.accepted_at).on == date(2026, 3, 29)


def test_an_outage_of_an_hour_goes_late_and_of_a_day_a_day_later() -> None:
    last = Last(date(2026, 11, 27), utc("2026-11-27T06:00"))
    assert next_slot(BERLIN, last, utc("2026-11-28T07:00"), still_open=True).on == date(2026, 11, 28)
    assert next_slot(BERLIN, last, utc("2026-11-28T20:00"), still_open=True).on == date(2026, 11, 29)


def test_asking_for_the_next_lesson_gives_it_at_once_if_today_had_none() -> None:
    last = Last(date(2026, 11, 27), utc("2026-11-27T06:00"))
    evening = utc("2026-11-28T19:00")
    assert asked_slot(BERLIN, last, evening).due_at == evening
    assert asked_slot(BERLIN, last, utc("2026-11-27T19:00")).due_at == utc("2026-11-28T06:00")


def test_legacy_and_fixed_zones_are_not_offered() -> None:
    assert not zones() & {"EST5EDT", "Etc/GMT+5", "Mars/Phobos", "posixrules"}
    assert {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"} <= zones()
