"""The operator's word: hold one person, decide about what waits, put a snapshot back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.actions import hold, pause
from app.actions.assume import assume_sent
from app.actions.examine import examine
from app.actions.resolve import Word, resolve
from app.core.delivery import State, Suppressed
from app.core.enrollment import Status
from app.core.feedback import Fate
from app.core.message import Message
from app.core.outcome import Meaning
from app.core.schedule import Rhythm
from app.errors import TransitionError
from app.store import suppressions
from tests.actions.telling import tell, told
from tests.actions.test_corners import live_on
from tests.actions.test_deliver import due_lesson
from tests.actions.test_engine import SEVEN, release
from tests.world import ADA, BERLIN, World

COURSE = ["lesson 1", "lesson 2", "lesson 3"]


def lessons(world: World) -> list[str]:
    return [subject for subject in world.subjects() if subject.startswith("lesson")]


def test_who_is_held_gets_nothing_that_falls_due_later_either(world: World) -> None:
    due_lesson(world)

    def hold_her(_: Message) -> Meaning:
        world.do_plain(hold.hold_person, ADA)
        world.mailer.answer = lambda _: Meaning.ACCEPTED
        return Meaning.ACCEPTED

    world.mailer.answer = hold_her
    world.worker().tick()
    live_on(world, 2)
    assert lessons(world) == ["lesson 1"]
    release(world)
    live_on(world, 3)
    assert lessons(world) == COURSE


def test_a_pause_that_ends_while_she_is_held_is_not_forgotten(world: World) -> None:
    course = world.start()
    world.do(pause.pause, course.id, None)
    world.do_plain(hold.hold_person, ADA)
    world.do(pause.resume, course.id)
    release(world)
    live_on(world, 9)
    assert lessons(world) == COURSE


def bounced(world: World) -> World:
    """Lesson 1 came back: the course stands still, and lesson 2 waits."""
    world.start()
    world.go_to_next()
    tell(world, told(world.row("lesson"), Fate.BOUNCED))
    assert world.course().status is Status.STALLED
    return world


def refused(world: World) -> World:
    """Lesson 1 failed after five slips."""
    due_lesson(world)
    world.mailer.answer = lambda _: Meaning.REFUSED
    for _ in range(5):
        world.go_to_next()
    world.mailer.answer = lambda _: Meaning.ACCEPTED
    assert world.state("lesson:1:1") is State.FAILED
    return world


def advised(world: World) -> list[str]:
    answers = examine(world.database, "https://letters.example.org")
    return [one.finding for one in answers if not one.good and one.topic.startswith("delivery")]


def test_a_bounce_can_be_lifted_and_the_course_goes_on(world: World) -> None:
    bounced(world)
    assert world.do(resolve, world.row("lesson:1:2").id, Word.SEND) is State.SCHEDULED
    with world.database.reading() as session:
        assert suppressions.find(session, ADA) is None
    live_on(world, 4)
    assert lessons(world) == COURSE
    assert world.course().status is Status.FINISHED


def test_a_bounce_that_is_not_lifted_stays_one(world: World) -> None:
    bounced(world)
    assert world.do(resolve, world.row("lesson:1:2").id, Word.SKIP) is State.CANCELLED
    with world.database.reading() as session:
        assert suppressions.find(session, ADA) is Suppressed.BOUNCED
    live_on(world, 4)
    assert lessons(world) == ["lesson 1"]
    assert advised(world) == []


@pytest.mark.parametrize("word", Word)
def test_another_letter_sets_no_course_going(world: World, word: Word) -> None:
    """Its lesson was set down; of a welcome nobody knew whether it arrived."""
    bounced(world)
    world.do(resolve, world.row("lesson:1:2").id, Word.SKIP)
    with world.database.writing() as session:
        session.execute(text("UPDATE deliveries SET state = 'held' WHERE kind = 'welcome'"))
    world.do(resolve, world.row("welcome").id, word)
    assert world.course().status is Status.STALLED


def test_a_lesson_that_failed_is_told_of_and_can_go_anew(world: World) -> None:
    failed = refused(world).row("lesson")
    assert [f"kindling resolve {failed.id}" in one for one in advised(world)] == [True]
    world.do(resolve, failed.id, Word.SEND)
    live_on(world, 5)
    assert lessons(world) == COURSE
    assert world.row("resend:1:1").state is State.SENT
    assert world.state("lesson:1:1") is State.FAILED


def test_a_course_can_go_on_after_a_lesson_that_failed(world: World) -> None:
    refused(world)
    world.do(resolve, world.row("lesson").id, Word.ARRIVED)
    live_on(world, 5)
    assert lessons(world) == ["lesson 2", "lesson 3"]
    with pytest.raises(TransitionError):
        world.do(resolve, world.row("lesson").id, Word.SEND)


def test_a_lesson_without_a_date_goes_when_the_rules_allow(world: World) -> None:
    world.start(pace=replace(BERLIN, rhythm=Rhythm.ASKED))
    world.go_to_next()
    world.now += timedelta(hours=1)
    second = world.row("lesson:1:2")
    assert second.due_at is None
    with world.database.writing() as session:
        session.execute(text("UPDATE deliveries SET state = 'held' WHERE day = 2"))
    world.do(resolve, second.id, Word.SEND)
    world.worker().tick()
    assert lessons(world) == ["lesson 1"]
    live_on(world, 2)
    assert lessons(world) == ["lesson 1", "lesson 2"]


def test_what_was_due_when_the_snapshot_was_taken_counts_as_sent(world: World) -> None:
    due_lesson(world)
    world.do_plain(hold.hold)
    world.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    with world.database.writing() as session:
        assert assume_sent(session, SEVEN + timedelta(minutes=1), world.now) == 1
        hold.release(session, "here")
    live_on(world, 1)
    assert lessons(world) == ["lesson 2"]


@pytest.mark.parametrize("state", [State.CLAIMED, State.SENDING])
def test_what_was_on_its_way_in_the_snapshot_counts_as_sent(world: World, state: State) -> None:
    due_lesson(world)
    with world.database.writing() as session:
        values = f"state = '{state}', lease_until = '2026-11-24 06:01:00', intended_at = created_at"
        session.execute(text(f"UPDATE deliveries SET {values} WHERE day = 1"))
        assert assume_sent(session, SEVEN, world.now + timedelta(hours=1)) == 1
    assert world.state("lesson:1:1") is State.SENT
    assert world.course().day == 2
