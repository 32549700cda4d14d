"""Clocks that jump, zones that are flipped, a host whose time is wrong: one lesson at most, never two."""

import ast
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from app.actions import settle
from app.actions.settle import Wishes
from app.core.delivery import Kind, State
from app.core.enrollment import Company
from app.core.schedule import REST, Pace
from app.store import installation
from tests.actions.test_deliver import due_lesson
from tests.world import ADA, World

APP = Path(__file__).parents[2] / "app"
YEAR = timedelta(days=365)
MAY_ASK_THE_HOST = {"scheduler.py", "cli", "mail", "actions/preview.py", "web"}
"""Beats, mail headers and pages. Who is due, and whose lease ran out, goes by the database's clock."""


@pytest.mark.parametrize("jump", [YEAR, -YEAR, timedelta(hours=37), timedelta(hours=-37)])
def test_a_wall_clock_that_jumped_far_holds_everything(world: World, jump: timedelta) -> None:
    worker = due_lesson(world).worker()
    worker.tick()
    assert worker._clocks is not None
    worker._clocks = (worker._clocks[0] - jump, worker._clocks[1])
    world.now += timedelta(days=1)
    worker.tick()
    with world.database.reading() as session:
        assert installation.read(session).held_why == "the clock jumped by more than 36 hours"
    assert world.subjects()[2:] == ["lesson 1"]


@pytest.mark.parametrize("jump", [YEAR, timedelta(hours=1), timedelta(seconds=1)])
def test_even_a_jump_that_nobody_notices_costs_one_lesson_at_most(world: World, jump: timedelta) -> None:
    """There and back again, at every step of the course."""
    due_lesson(world)
    for step in range(12):
        before = len(world.subjects())
        world.now += jump if step % 2 == 0 else -jump
        world.worker().tick()
        assert len(world.subjects()) <= before + 1
        world.now += timedelta(hours=3)
    assert world.subjects()[2:] == sorted(set(world.subjects()[2:]))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_flips_between_the_first_and_the_last_zone_gets_one_lesson_a_day(world: World) -> None:
    world.start(ADA, Pace(time(7), "Pacific/Kiritimati"), date(2026, 11, 23))
    began = world.now
    while world.now < began + timedelta(days=2):
        zone = "Pacific/Niue" if world.course().pace.zone == "Pacific/Kiritimati" else "Pacific/Kiritimati"
        wishes = Wishes(Pace(time(7), zone), Company.TOGETHER, discreet=False)
        world.do(settle.settle, world.course().id, wishes)
        world.worker().tick()
        world.now += timedelta(minutes=15)
    at = [one.due_at for one in world.rows() if one.kind is Kind.LESSON and one.state is State.SENT]
    assert all(after - before >= REST for before, after in pairwise(filter(None, at)))
    assert 1 <= len(at) <= 2


@pytest.mark.parametrize(
    ("zone", "hour", "first"),
    [
        ("Africa/Cairo", time(0, 30), date(2026, 4, 22)),
        ("America/Santiago", time(0, 15), date(2026, 9, 4)),
        ("America/New_York", time(2, 30), date(2026, 3, 7)),
        ("America/New_York", time(1, 30), date(2026, 10, 31)),
        ("Australia/Lord_Howe", time(2, 15), date(2026, 10, 3)),
        ("Antarctica/Troll", time(1, 30), date(2026, 3, 28)),
    ],
)
def test_an_hour_that_is_missing_or_comes_twice_has_one_lesson(
    world: World, zone: str, hour: time, first: date
) -> None:
    world.now = datetime.combine(first - timedelta(days=1), time(12), UTC)
    world.start(ADA, Pace(hour, zone), first)
    for _ in range(3):
        world.go_to_next()
    on = [one.slot.on for one in world.rows() if one.kind is Kind.LESSON and one.slot]
    assert on == [first + timedelta(days=n) for n in range(3)]
    assert world.subjects()[2:] == ["lesson 1", "lesson 2", "lesson 3"]


def test_no_lease_and_no_due_instant_goes_by_the_hosts_clock() -> None:
    """So that a host that is ten minutes ahead takes nothing away from another."""
    asking = [
        f"{file.relative_to(APP)}:{node.lineno}"
        for file in APP.rglob("*.py")
        if not MAY_ASK_THE_HOST & {str(file.relative_to(APP)), file.relative_to(APP).parts[0]}
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow", "time")
        if isinstance(node.value, ast.Name) and node.value.id in ("datetime", "date", "time")
    ]
    assert asking == []
