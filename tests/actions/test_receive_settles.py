"""Whatever a provider tells of a mail, it has it: what we doubted, or had not recorded yet, is settled."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from app.actions import leave, pause
from app.actions.receive import Heard
from app.actions.resolve import Word, resolve
from app.core.delivery import State
from app.core.enrollment import Status
from app.core.feedback import Fate
from app.core.message import Message
from app.core.outcome import Meaning
from tests.actions.telling import ended, fate, kept, suppressed, tell, told
from tests.actions.test_deliver import claim, due_lesson, send
from tests.world import ADA, BEN, World

SEVEN = datetime(2026, 11, 24, 6, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 25, 6, tzinfo=UTC)

NEXT = {
    Fate.DELIVERED: State.SCHEDULED,
    Fate.DELAYED: State.SCHEDULED,
    Fate.SOFT: State.SCHEDULED,
    Fate.REFUSED: State.SCHEDULED,
    Fate.BOUNCED: State.HELD,
    Fate.COMPLAINED: State.CANCELLED,
}
"""What becomes of the next lesson."""

any_fate = pytest.mark.parametrize("what", list(Fate))


def in_doubt(world: World) -> World:
    """Ada's first lesson went out and nobody heard the answer."""
    due_lesson(world)
    world.mailer.answers = [Meaning.UNKNOWN]
    world.worker().tick()
    return world


def settled(world: World, what: Fate) -> None:
    """It counts as sent, with the fate that was told, and it never goes again."""
    lesson, following = world.row("lesson:1:1"), world.row("lesson:1:2")
    assert (lesson.state, fate(world, lesson)) == (State.SENT, what)
    assert (following.state, following.due_at) == (NEXT[what], TOMORROW)
    attempts = lesson.attempts
    for _ in range(20):
        world.now += timedelta(hours=6)
        world.worker().tick()
    assert world.row("lesson:1:1").attempts == attempts
    kept(world)


@any_fate
def test_an_uncertain_lesson_was_accepted(world: World, what: Fate) -> None:
    in_doubt(world)
    assert tell(world, told(world.row("lesson"), what)) == {Heard.NEWS: 1}
    settled(world, what)


@any_fate
def test_a_lesson_held_in_doubt_was_accepted(world: World, what: Fate) -> None:
    in_doubt(world)
    world.now += timedelta(minutes=16)
    world.worker(hold_uncertain=True).tick()
    assert world.state("lesson:1:1") is State.HELD
    tell(world, told(world.row("lesson"), what))
    settled(world, what)


@any_fate
def test_a_lesson_that_was_to_go_once_more_does_not(world: World, what: Fate) -> None:
    in_doubt(world)
    world.now += timedelta(minutes=16)
    world.worker()._look()
    assert (world.state("lesson:1:1"), world.row("lesson").resent) == (State.SCHEDULED, True)
    tell(world, told(world.row("lesson"), what))
    settled(world, what)


def test_it_is_settled_by_way_of_every_state_of_an_attempt(world: World) -> None:
    in_doubt(world)
    world.now += timedelta(minutes=16)
    world.worker()._look()
    states: list[str] = []

    def watch(*said: Any) -> None:
        if said[2].startswith("UPDATE deliveries SET state"):
            states.append(said[4].compiled_parameters[0]["state"])

    event.listen(world.database.engine, "before_cursor_execute", watch)
    tell(world, told(world.row("lesson"), Fate.DELIVERED))
    event.remove(world.database.engine, "before_cursor_execute", watch)
    assert states == [State.CLAIMED, State.SENDING, State.SENT]


def test_a_worker_that_claimed_it_for_once_more_is_fenced_off(world: World) -> None:
    in_doubt(world)
    world.now += timedelta(minutes=16)
    worker = world.worker()
    worker._look()
    claimed = claim(worker)
    tell(world, told(world.row("lesson"), Fate.DELIVERED))
    send(worker, claimed)
    assert world.subjects()[2:] == []
    settled(world, Fate.DELIVERED)


def test_told_of_the_first_copy_while_the_second_is_on_the_wire(world: World) -> None:
    in_doubt(world)
    world.now += timedelta(minutes=16)
    world.mailer.answer = lambda _: telling(world, Fate.DELIVERED)
    world.worker().tick()
    settled(world, Fate.DELIVERED)


def telling(world: World, what: Fate, address: str = ADA) -> Meaning:
    tell(world, told(world.row("lesson", address), what))
    return Meaning.ACCEPTED


@any_fate
def test_told_before_or_after_our_record_it_ends_the_same(world: World, what: Fate) -> None:
    """A webhook may be quicker than our own commit."""
    world.start(ADA)
    world.start(BEN)
    world.now = SEVEN
    world.mailer.answer = lambda message: before_the_record(world, message, what)
    world.worker().tick()
    telling(world, what, BEN)
    assert ended(world, ADA) == ended(world, BEN)
    settled(world, what)


def before_the_record(world: World, message: Message, what: Fate) -> Meaning:
    return telling(world, what) if message.to.address == ADA else Meaning.ACCEPTED


@pytest.mark.parametrize("answer", [Meaning.UNKNOWN, Meaning.DEFERRED, Meaning.REJECTED, Meaning.UNREACHED])
def test_told_of_it_first_no_answer_undoes_that(world: World, answer: Meaning) -> None:
    due_lesson(world)

    def tells(_: Message) -> Meaning:
        telling(world, Fate.BOUNCED)
        return answer

    world.mailer.answer = tells
    world.worker().tick()
    settled(world, Fate.BOUNCED)


def test_what_is_told_meets_our_record_on_the_lock(world: World) -> None:
    due_lesson(world)
    threads: list[threading.Thread] = []

    def meanwhile(_: Connection) -> None:
        """Our record is about to be committed: the bounce has come, and has to wait."""
        if any(one.state is State.SENDING for one in world.rows()) and not threads:
            threads.append(threading.Thread(target=lambda: telling(world, Fate.BOUNCED)))
            threads[0].start()

    world.mailer.answer = lambda _: listen(world, meanwhile)
    world.worker().tick()
    threads[0].join()
    event.remove(world.database.engine, "commit", meanwhile)
    settled(world, Fate.BOUNCED)


def listen(world: World, at_commit: Callable[[Connection], None]) -> Meaning:
    event.listen(world.database.engine, "commit", at_commit)
    return Meaning.ACCEPTED


def test_the_same_call_in_parallel_is_taken_once(world: World) -> None:
    lesson = in_doubt(world).row("lesson")
    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(lambda _: tell(world, told(lesson, Fate.BOUNCED)), range(4)))
    assert sum(one[Heard.NEWS] for one in heard) == 1
    settled(world, Fate.BOUNCED)


def test_the_last_lesson_in_doubt_finishes_the_course(world: World) -> None:
    world.start()
    world.go_to_next()
    world.go_to_next()
    world.mailer.answers = [Meaning.UNKNOWN]
    world.go_to_next()
    tell(world, told(world.row("lesson:1:3"), Fate.DELIVERED))
    assert world.course().status is Status.FINISHED
    assert world.state("completion") is State.SCHEDULED


@pytest.mark.parametrize("what", [Fate.BOUNCED, Fate.COMPLAINED])
def test_a_lesson_cancelled_in_doubt_stays_so_and_its_address_is_silenced(world: World, what: Fate) -> None:
    in_doubt(world)
    world.do(leave.leave, world.course().id, goodbye=False)
    world.now += timedelta(minutes=16)
    world.worker().tick()
    assert world.state("lesson:1:1") is State.CANCELLED
    tell(world, told(world.row("lesson"), what))
    assert (world.state("lesson:1:1"), fate(world, world.row("lesson"))) == (State.CANCELLED, what)
    assert suppressed(world) == what


def test_another_letter_in_doubt_is_settled_and_owes_nothing(world: World) -> None:
    world.mailer.answers = [Meaning.UNKNOWN]
    world.sign_up()
    world.worker().tick()
    tell(world, told(world.row("confirm"), Fate.DELIVERED))
    assert world.state("confirm") is State.SENT
    assert len(world.rows()) == 1


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_told_whenever_every_promise_holds(world: World, seed: int) -> None:
    """Ada's life at random: answers, feedback of any of her mails, pauses, and time."""
    chance = random.Random(seed)
    world.mailer.answer = lambda _: chance.choice(
        [Meaning.ACCEPTED] * 3 + [Meaning.UNKNOWN, Meaning.DEFERRED]
    )
    world.start()
    for _ in range(40):
        world.now += timedelta(minutes=chance.choice([5, 16, 300, 1440]))
        world.worker(hold_uncertain=chance.random() < 0.3).tick()
        _something_happens(world, chance)
        kept(world)
    lessons = [one for one in world.subjects() if one.startswith("lesson")]
    assert list(dict.fromkeys(lessons)) == [f"lesson {n + 1}" for n in range(len(set(lessons)))]


def _something_happens(world: World, chance: random.Random) -> None:
    course, about = world.course().id, chance.choice(world.rows())
    match chance.randrange(6):
        case 0:
            world.do(pause.pause, course, None)
        case 1 | 2:
            world.do(pause.resume, course)
        case 3 if about.state is State.HELD:
            world.do(resolve, about.id, chance.choice(list(Word)))
        case _:
            often = [Fate.DELIVERED, Fate.DELAYED, Fate.SOFT, Fate.REFUSED] * 5
            what = chance.choice([*often, Fate.BOUNCED, Fate.COMPLAINED])
            tell(world, told(about, what, event=str(chance.random()), at=world.now))
