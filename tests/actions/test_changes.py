"""Pause, resume, settle, leave and come back: the same next lesson, nothing doubled, nothing lost."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.actions import leave, pause, settle
from app.actions.confirm import Choices, confirm
from app.actions.settle import Wishes
from app.core.delivery import State
from app.core.enrollment import Company, Status
from app.core.schedule import Pace, Rhythm
from app.errors import TransitionError
from tests.world import BERLIN, CONSENT, World

TUESDAY_SEVEN = datetime(2026, 11, 24, 6, tzinfo=UTC)


def test_confirming_welcomes_and_plans_the_first_lesson(world: World) -> None:
    course = world.start()
    assert world.subjects() == ["confirm", "welcome"]
    assert world.row(f"lesson:{course.id}:1").due_at == TUESDAY_SEVEN


def test_confirming_twice_changes_nothing(world: World) -> None:
    course = world.start()
    again = world.do(confirm, course.id, Choices(BERLIN, date(2026, 12, 24)), CONSENT)
    assert again == course
    assert len(world.rows()) == 3


def test_a_confirmation_is_good_for_three_days(world: World) -> None:
    world.sign_up()
    world.now += timedelta(hours=73)
    late = world.do(confirm, world.course().id, Choices(BERLIN, date(2026, 12, 24)), CONSENT)
    assert late.status is Status.WAITING


def test_an_open_pause_stops_the_clock_until_the_person_says_so(world: World) -> None:
    course = world.start()
    world.do(pause.pause, course.id, None)
    world.now += timedelta(days=40)
    world.worker().tick()
    assert world.row("lesson").due_at is None
    world.do(pause.resume, course.id)
    world.go_to_next()
    world.go_to_next()
    assert world.subjects()[2:] == ["paused", "resumed", "lesson 1"]


def test_a_pause_until_a_date_comes_back_by_itself_with_a_note_before(world: World) -> None:
    course = world.start()
    pause_until = date(2026, 12, 1)
    with world.database.writing() as session:
        pause.pause(session, course.id, pause_until, world.now)
    for _ in range(3):
        world.go_to_next()
    assert world.subjects()[2:] == ["paused", "resuming", "lesson 1"]
    assert world.now == datetime(2026, 12, 1, 6, tzinfo=UTC)
    assert world.course().status is Status.ACTIVE


def test_resuming_early_takes_the_note_back(world: World) -> None:
    course = world.start()
    with world.database.writing() as session:
        pause.pause(session, course.id, date(2026, 12, 24), world.now)
    world.do(pause.resume, course.id)
    assert world.state("resuming") is State.CANCELLED
    assert world.row(f"lesson:{course.id}:1").due_at == TUESDAY_SEVEN


def test_another_hour_and_zone_move_the_open_lesson(world: World) -> None:
    course = world.start()
    tokyo = Pace(time(21, 30), "Asia/Tokyo")
    world.do(settle.settle, course.id, Wishes(tokyo, Company.ALONE, discreet=True))
    assert world.row("lesson").due_at == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    assert world.course().company is Company.ALONE


def test_when_we_say_next_waits_for_the_word(world: World) -> None:
    course = world.start(pace=Pace(time(7), "Europe/Berlin", Rhythm.ASKED))
    world.go_to_next()
    assert world.row(f"lesson:{course.id}:2").due_at is None
    world.now += timedelta(days=3)
    world.do(settle.send_next, course.id)
    world.worker().tick()
    assert world.subjects()[-1] == "lesson 2"


def test_leaving_on_the_page_says_goodbye_and_nothing_else(world: World) -> None:
    course = world.start()
    world.do(leave.leave, course.id, goodbye=True)
    world.now += timedelta(days=3)
    world.worker().tick()
    assert world.subjects()[2:] == ["goodbye"]
    assert world.state("lesson") is State.CANCELLED


def test_one_click_says_nothing_at_all(world: World) -> None:
    course = world.start()
    world.do(leave.leave, course.id, goodbye=False)
    world.now += timedelta(days=3)
    world.worker().tick()
    assert world.subjects()[2:] == []


def test_coming_back_within_a_day_finds_the_same_next_lesson(world: World) -> None:
    course = world.start()
    world.go_to_next()
    world.do(leave.leave, course.id, goodbye=False)
    world.do(leave.come_back, course.id)
    world.go_to_next()
    assert world.subjects()[2:] == ["lesson 1", "lesson 2"]


def test_coming_back_after_a_newer_sign_up_is_refused(world: World) -> None:
    course = world.start()
    world.do(leave.leave, course.id, goodbye=False)
    world.sign_up()
    with pytest.raises(TransitionError):
        world.do(leave.come_back, course.id)
