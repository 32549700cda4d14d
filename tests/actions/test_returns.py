"""Coming back, pausing in one's own rhythm, letters that come too late: nothing lost, nothing stale."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.actions import forget, leave, pause, settle
from app.actions.confirm import Choices, confirm, send_again
from app.actions.settle import Wishes
from app.core.enrollment import Company
from app.core.message import Message
from app.core.outcome import Meaning
from app.core.schedule import Rhythm
from app.store import subscribers
from tests.actions.test_corners import live_on
from tests.actions.test_operator import lessons
from tests.world import ADA, BERLIN, CONSENT, WEEKDAYS, World

ASKED = replace(BERLIN, rhythm=Rhythm.ASKED)


def came_back(world: World) -> None:
    world.do(leave.leave, 1, goodbye=False)
    world.do(leave.come_back, 1)


def test_a_dated_pause_of_who_says_next_ends_on_its_date(world: World) -> None:
    course = world.start(pace=ASKED)
    world.go_to_next()
    world.do(pause.pause, course.id, date(2026, 12, 1))
    live_on(world, 6)
    assert lessons(world) == ["lesson 1"]
    live_on(world, 2)
    assert lessons(world) == ["lesson 1", "lesson 2"]


def test_who_says_next_on_the_day_a_pause_ends_is_heard(world: World) -> None:
    course = world.start(pace=ASKED)
    world.go_to_next()
    world.do(pause.pause, course.id, date(2026, 12, 1))
    world.now = datetime(2026, 12, 1, 3, tzinfo=UTC)
    world.do(settle.send_next, course.id)
    world.worker().tick()
    assert lessons(world) == ["lesson 1", "lesson 2"]


def test_another_hour_forgets_no_lesson_that_was_asked_for(world: World) -> None:
    course = world.start(pace=ASKED)
    world.go_to_next()
    world.do(settle.send_next, course.id)
    later = Wishes(replace(ASKED, hour=time(8)), Company.ALONE, discreet=False)
    world.do(settle.settle, course.id, later)
    live_on(world, 2)
    assert lessons(world) == ["lesson 1", "lesson 2"]


def test_coming_back_brings_the_welcome_back(world: World) -> None:
    world.sign_up()
    world.worker().tick()
    world.do(lambda s, now: confirm(s, 1, Choices(BERLIN, date(2026, 11, 24)), CONSENT, now))
    came_back(world)
    live_on(world, 1)
    assert world.subjects()[:3] == ["confirm", "welcome", "lesson 1"]


def test_coming_back_into_a_pause_brings_its_note_back(world: World) -> None:
    course = world.start()
    world.do(pause.pause, course.id, date(2026, 12, 24))
    world.worker().tick()
    came_back(world)
    live_on(world, 33)
    assert world.subjects()[2:5] == ["paused", "resuming", "lesson 1"]


def test_coming_back_keeps_the_lesson_that_was_asked_for(world: World) -> None:
    course = world.start(pace=ASKED)
    world.go_to_next()
    world.do(settle.send_next, course.id)
    came_back(world)
    live_on(world, 2)
    assert lessons(world) == ["lesson 1", "lesson 2"]


@pytest.mark.parametrize("answer", [Meaning.DEFERRED, Meaning.UNKNOWN])
def test_no_notice_comes_again_to_who_left_while_it_was_on_the_wire(world: World, answer: Meaning) -> None:
    world.start()
    world.sign_up()  # a stranger typed her address
    world.mailer.answer = leaving(world, answer)
    world.worker().tick()
    live_on(world, 2)
    assert world.subjects() == ["confirm", "welcome"]


def leaving(world: World, answer: Meaning) -> Callable[[Message], Meaning]:
    def one_click(_: Message) -> Meaning:
        world.do(leave.leave, world.course().id, goodbye=False)
        world.mailer.answer = lambda _: Meaning.ACCEPTED
        return answer

    return one_click


def test_an_old_page_asks_no_confirmation_of_who_left(world: World) -> None:
    course = world.start()
    world.do(leave.leave, course.id, goodbye=False)
    world.now += timedelta(minutes=20)
    world.do(send_again, course)
    world.worker().tick()
    assert world.subjects() == ["confirm", "welcome"]


def test_a_second_confirmation_is_not_sent_to_who_has_confirmed(world: World) -> None:
    world.sign_up()
    world.worker().tick()
    world.now += timedelta(minutes=20)
    world.sign_up()
    world.do(lambda s, now: confirm(s, 1, Choices(BERLIN, date(2026, 11, 24)), CONSENT, now))
    world.worker().tick()
    assert world.subjects() == ["confirm", "welcome"]


def test_the_letter_after_the_last_lesson_comes_at_its_hour_even_late(world: World) -> None:
    world.start()
    for _ in range(3):
        world.go_to_next()
    world.now = datetime(2026, 11, 28, 2, tzinfo=UTC)
    world.worker().tick()
    assert "completion" not in world.subjects()
    world.go_to_next()
    assert world.subjects()[-1] == "completion"
    assert world.now == datetime(2026, 11, 28, 6, tzinfo=UTC)


def test_nobody_hears_that_lessons_come_back_when_they_have(world: World) -> None:
    course = world.start()
    world.do(pause.pause, course.id, date(2026, 12, 1))
    world.worker().tick()
    world.now = datetime(2026, 12, 1, 7, tzinfo=UTC)
    world.worker().tick()
    assert world.subjects()[2:] == ["paused", "lesson 1"]


def test_a_letter_that_waited_out_our_own_outage_has_more_than_one_try(world: World) -> None:
    world.sign_up()
    world.now += timedelta(hours=25)
    world.mailer.answers = [Meaning.UNREACHED]
    world.worker().tick()
    live_on(world, 1)
    assert world.subjects() == ["confirm"]


def pruned(world: World, keep: timedelta) -> None:
    world.do_plain(lambda session: forget.prune(session, keep, world.now))


def test_a_stranger_who_types_an_address_keeps_nobody_for_ever(world: World) -> None:
    world.start()
    for _ in range(4):
        world.go_to_next()
    world.sign_up()
    world.worker().tick()
    world.now += timedelta(days=800)
    pruned(world, timedelta(days=365))
    with world.database.reading() as session:
        assert subscribers.find(session, ADA) is None


def test_a_course_that_stands_still_is_forgotten_in_its_time(world: World) -> None:
    world.start()
    world.mailer.answer = lambda _: Meaning.REJECTED
    world.go_to_next()
    world.now += timedelta(days=400)
    pruned(world, timedelta(days=365))
    with world.database.reading() as session:
        assert subscribers.find(session, ADA) is None


def test_nobody_is_forgotten_who_is_still_owed_a_letter(world: World) -> None:
    world.start(pace=WEEKDAYS, starts_on=date(2026, 11, 25))
    for _ in range(3):
        world.go_to_next()
    while world.now < datetime(2026, 12, 1, tzinfo=UTC):
        world.now += timedelta(hours=1)
        world.worker().tick()
        pruned(world, timedelta(days=1))
    assert "completion" in world.subjects()
