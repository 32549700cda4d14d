"""The drum beats on, whatever the wall clock does."""

from datetime import UTC, datetime, timedelta

from app.scheduler import Beat

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_jump_of_ten_years_is_one_beat() -> None:
    beat = Beat(seconds=5, timezone=UTC)
    assert beat.get_next_fire_time(NOW - timedelta(days=3650), NOW) == NOW + timedelta(seconds=5)


def test_a_step_back_waits_no_longer_than_a_beat() -> None:
    beat = Beat(seconds=5, timezone=UTC)
    assert beat.get_next_fire_time(NOW + timedelta(hours=1), NOW) == NOW + timedelta(seconds=5)
