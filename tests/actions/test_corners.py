"""Corners where two changes meet: stopping at the very end, coming back in doubt, bouncing and leaving."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest

from app.actions import leave, pause, settle
from app.actions.confirm import Choices, confirm
from app.actions.resolve import Word, resolve
from app.actions.settle import Wishes
from app.core.delivery import State, Suppressed
from app.core.enrollment import Company, Status
from app.core.message import Message
from app.core.order import Order
from app.core.outcome import Meaning
from app.core.schedule import Pace, Rhythm
from app.store import suppressions
from tests.actions.test_deliver import due_lesson
from tests.world import ADA, BERLIN, CONSENT, World, compose

CHRISTMAS = date(2026, 12, 24)
QUARTER = timedelta(minutes=16)


def unsubscribing(world: World, answer: Meaning) -> World:
    """Whoever is written to next unsubscribes while the message is on the wire, which then says `answer`."""

    def one_click(_: Message) -> Meaning:
        world.do(leave.leave, world.course().id, goodbye=False)
        world.mailer.answer = lambda _: Meaning.ACCEPTED
        return answer

    world.mailer.answer = one_click
    return world


def live_on(world: World, days: int) -> None:
    for _ in range(4 * days):
        world.now += timedelta(hours=6)
        world.worker().tick()


def test_a_lesson_that_was_deferred_after_one_click_is_never_tried_again(world: World) -> None:
    due_lesson(world)
    unsubscribing(world, Meaning.DEFERRED).worker().tick()
    live_on(world, days=3)
    assert world.subjects()[2:] == []


def test_any_letter_that_was_deferred_after_one_click_is_never_tried_again(world: World) -> None:
    world.sign_up()
    world.worker().tick()
    world.do(lambda s, now: confirm(s, 1, Choices(BERLIN, CHRISTMAS), CONSENT, now))
    unsubscribing(world, Meaning.DEFERRED).worker().tick()
    live_on(world, days=3)
    assert world.subjects() == ["confirm"]


def test_whoever_stops_after_the_last_lesson_gets_no_letter_after_it(world: World) -> None:
    world.start()
    for _ in range(3):
        world.go_to_next()
    world.do(leave.leave, world.course().id, goodbye=True)
    live_on(world, days=3)
    assert world.subjects()[2:] == ["lesson 1", "lesson 2", "lesson 3"]
    assert world.course().status is Status.FINISHED


def test_whoever_comes_back_after_the_last_lesson_has_finished(world: World) -> None:
    world.start()
    for _ in range(2):
        world.go_to_next()
    unsubscribing(world, Meaning.ACCEPTED).go_to_next()
    world.do(leave.come_back, world.course().id)
    live_on(world, days=3)
    assert world.subjects()[2:] == ["lesson 1", "lesson 2", "lesson 3", "completion"]
    assert world.course().status is Status.FINISHED


@pytest.mark.parametrize("doubts", [1, 2])
def test_coming_back_sends_nothing_again_that_may_have_arrived(world: World, doubts: int) -> None:
    due_lesson(world)
    world.mailer.answers = [Meaning.UNKNOWN] * doubts
    for _ in range(doubts):
        world.worker().tick()
        world.now += QUARTER
    world.do(leave.leave, world.course().id, goodbye=False)
    world.worker().tick()
    world.do(leave.come_back, world.course().id)
    live_on(world, days=2)
    assert world.row("lesson").attempts == doubts
    assert world.state("lesson:1:1") is State.HELD


def test_leaving_does_not_leave_a_bounce_behind(world: World) -> None:
    world.mailer.answers = [Meaning.ACCEPTED, Meaning.REJECTED]
    course = world.start()
    world.do(leave.leave, course.id, goodbye=True)
    world.worker().tick()
    world.do(leave.come_back, course.id)
    with world.database.reading() as session:
        assert suppressions.find(session, ADA) is Suppressed.BOUNCED
    live_on(world, days=2)
    assert world.subjects() == ["confirm"]


def test_a_bounce_ends_every_course_of_its_address(world: World) -> None:
    world.start()
    for _ in range(3):
        world.go_to_next()
    world.start()
    world.mailer.answers = [Meaning.REJECTED]
    live_on(world, days=2)
    assert world.state("completion") is State.FAILED
    assert world.course().status is Status.STALLED
    assert world.state("lesson:2:") is State.HELD


def test_who_confirms_by_one_mail_is_written_to_though_another_bounced(world: World) -> None:
    world.mailer.answers = [Meaning.ACCEPTED, Meaning.REJECTED]
    world.sign_up()
    world.worker().tick()
    world.now += QUARTER
    world.sign_up()
    world.worker().tick()
    world.do(lambda s, now: confirm(s, 1, Choices(BERLIN, date(2026, 11, 24)), CONSENT, now))
    live_on(world, days=1)
    assert world.subjects() == ["confirm", "welcome", "lesson 1"]


def test_a_lesson_that_was_asked_for_is_not_forgotten_in_an_outage(world: World) -> None:
    world.start(pace=Pace(time(7), "Europe/Berlin", Rhythm.ASKED))
    world.go_to_next()
    world.now = datetime(2026, 11, 25, 21, tzinfo=UTC)
    world.do(settle.send_next, world.course().id)
    world.mailer.answer = lambda _: Meaning.UNREACHED
    live_on(world, days=1)
    world.mailer.answer = lambda _: Meaning.ACCEPTED
    live_on(world, days=1)
    assert world.subjects()[-1] == "lesson 2"


def test_another_hour_during_a_pause_keeps_the_note_before_the_return(world: World) -> None:
    course = world.start()
    world.do(pause.pause, course.id, CHRISTMAS)
    world.do(settle.settle, course.id, Wishes(Pace(time(8), "Europe/Berlin"), Company.ALONE, discreet=False))
    for _ in range(3):
        world.go_to_next()
    assert world.subjects()[2:] == ["paused", "resuming", "lesson 1"]
    assert world.now == datetime(2026, 12, 24, 7, tzinfo=UTC)


def test_what_the_operator_sends_once_more_is_not_sent_yet_again_by_itself(world: World) -> None:
    due_lesson(world)
    world.mailer.answers = [Meaning.UNKNOWN] * 4
    for _ in range(3):
        world.worker().tick()
        world.now += QUARTER
    world.do(resolve, world.row("lesson").id, Word.SEND)
    for _ in range(3):
        world.worker().tick()
        world.now += QUARTER
    assert world.state("lesson:1:1") is State.HELD
    assert world.row("lesson").attempts == 3


def test_a_stalled_course_whose_bounce_was_lifted_keeps_no_worker_busy(world: World) -> None:
    world.mailer.answers = [Meaning.ACCEPTED, Meaning.REJECTED]
    world.start()
    world.do_plain(suppressions.lift, ADA, {Suppressed.BOUNCED})
    composed = count()

    def at_most_ten_times(order: Order) -> Message:
        assert next(composed) < 10
        return compose(order)

    world.now = datetime(2026, 11, 24, 6, tzinfo=UTC)
    worker = world.worker()
    worker.compose = at_most_ten_times
    worker.tick()
    assert next(composed) < 10
