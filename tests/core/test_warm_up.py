"""A new sending domain takes a few starts a day, doubled every three days."""

from datetime import date, timedelta

import pytest

from app.core.warm_up import first_with_room, read_warm_up, room

MONDAY = date(2026, 11, 23)


def test_room_doubles_every_three_days() -> None:
    days = [room(50, MONDAY, MONDAY + timedelta(days=n)) for n in (0, 2, 3, 6, 9)]
    assert days == [50, 50, 100, 200, 400]


def test_who_finds_no_room_starts_on_the_first_date_that_has_some() -> None:
    taken = {MONDAY: 50, MONDAY + timedelta(days=1): 50}
    found = first_with_room(50, MONDAY, MONDAY, lambda on: taken.get(on, 0))
    assert found == MONDAY + timedelta(days=2)


@pytest.mark.parametrize("text", ["0/d", "50", "50/h", "-1/d", "many"])
def test_refuses_what_is_no_warm_up(text: str) -> None:
    with pytest.raises(ValueError, match="50/d"):
        read_warm_up(text)
