"""Doors wait for the database in threads, so that nothing ever blocks the loop that hears everybody."""

import inspect

from tests.web.test_shield import walk


def test_no_door_runs_on_the_event_loop() -> None:
    doors = [route.endpoint for route in walk()]
    assert len(doors) > 10
    assert [door.__name__ for door in doors if inspect.iscoroutinefunction(door)] == []
