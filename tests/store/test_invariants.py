"""The doctor's checks: quiet while all is well, and each of them sees what it is there to see."""

import pytest
from sqlalchemy import text

from app.actions import leave, pause
from app.actions.resolve import Word, resolve
from app.core.enrollment import Status
from app.store import invariants
from app.store.invariants import CHECKS
from tests.world import BEN, World

BREAKS = {
    "lessons without a gap": "day = 7 WHERE day = 2",
    "every running course has its next lesson": "state = 'cancelled' WHERE day = 3",
    "lessons in order": "state = 'scheduled' WHERE day = 1",
    "one lesson a local date": "slot_on = '2026-11-24' WHERE day = 2",
    "every next lesson has its hour": "due_at = NULL WHERE day = 3",
    "nothing overdue by 26 hours": "due_at = '2026-11-20 06:00:00' WHERE day = 3",
    "nothing uncertain for an hour": (
        "state = 'uncertain', uncertain_at = '2026-11-24 06:00:00' WHERE day = 3"
    ),
    "nothing held": "state = 'held' WHERE day = 3",
    "sixteen hours between lessons": "intended_at = '2026-11-24 21:59:00' WHERE day = 2",
    "every state has its time": "state = 'failed' WHERE day = 3",
}
ENDS = {
    "ended courses are silent": "status = 'left'",
    "nothing went out after a stop": "status = 'left', ended_at = '2026-11-24 06:00:00'",
    "finished courses had every lesson": "status = 'finished'",
}


def found(world: World) -> set[str]:
    with world.database.reading() as session:
        return {name for name, count in invariants.broken(session, world.now).items() if count}


def two_days_in(world: World) -> World:
    world.start()
    world.go_to_next()
    world.go_to_next()
    return world


def test_a_course_that_goes_well_breaks_nothing(world: World) -> None:
    assert found(two_days_in(world)) == set()


def test_a_course_that_was_stopped_and_one_that_was_finished_break_nothing(world: World) -> None:
    two_days_in(world)
    world.start(BEN)
    for _ in range(4):
        world.go_to_next()
    world.do(leave.leave, world.course(BEN).id, goodbye=True)
    assert world.course().status is Status.FINISHED
    assert found(world) == set()


@pytest.mark.parametrize("check", ENDS)
def test_an_ended_course_that_did_not_end_well_is_seen(world: World, check: str) -> None:
    two_days_in(world)
    with world.database.writing() as session:
        session.execute(text(f"UPDATE enrollments SET {ENDS[check]}"))
    assert check in found(world)


def test_every_check_is_tried() -> None:
    assert {*BREAKS, *ENDS} == set(CHECKS)


@pytest.mark.parametrize("check", BREAKS)
def test_each_check_sees_what_it_is_there_for(world: World, check: str) -> None:
    two_days_in(world)
    with world.database.writing() as session:
        session.execute(text(f"UPDATE deliveries SET {BREAKS[check]}"))
    assert check in found(world)


def test_lessons_that_arrived_without_a_date_are_no_two_on_one(world: World) -> None:
    world.do(pause.pause, world.start().id, None)
    for day in (1, 2):
        with world.database.writing() as session:
            session.execute(
                text(f"UPDATE deliveries SET state = 'held', held_at = created_at WHERE day = {day}")
            )
        world.do(resolve, world.row(f"lesson:1:{day}").id, Word.ARRIVED)
    assert "one lesson a local date" not in found(world)
