"""A provider that cannot be reached, asks for patience, or is no longer ours; and its standby."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest

from app.actions.deliver import Worker
from app.actions.send import Lane
from app.core.delivery import State
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.mail.providers.memory import Memory
from tests.actions.test_deliver import due_lesson
from tests.actions.test_engine import crowd
from tests.world import World

BEAT = timedelta(seconds=5)


class Throttled(Memory):
    """Answers 429 to everything, with a Retry-After."""

    def __init__(self, asked: timedelta) -> None:
        super().__init__()
        self.asked, self.seen = asked, 0

    def deliver(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        for message in messages:
            self.seen += 1
            yield Outcome(message.id, Meaning.UNREACHED, "429 slow down", self.name, retry_after=self.asked)


def standby(name: str = "standby") -> Memory:
    one = Memory()
    one.name = name
    return one


def with_standby(world: World, other: Memory) -> Worker:
    worker = world.worker()
    worker.lanes = (Lane(world.mailer), Lane(other))
    return worker


def beat(world: World, worker: Worker, times: int) -> None:
    for _ in range(times):
        world.now += BEAT
        worker.tick()


def test_after_five_attempts_in_vain_the_standby_takes_over(world: World) -> None:
    crowd(world, 12)
    world.mailer.answer = lambda _: Meaning.UNREACHED
    other = standby()
    worker = with_standby(world, other)
    beat(world, worker, 4)
    assert other.accepted == []
    beat(world, worker, 1)
    assert len(other.accepted) == 7


def test_who_cannot_be_reached_is_left_alone_for_two_minutes_and_blames_nobody(world: World) -> None:
    crowd(world, 12)
    world.mailer.answer = lambda _: Meaning.UNREACHED
    beat(world, world.worker(), 20)
    attempts = [world.row("lesson", f"person{n}@domain{n}.org").attempts for n in range(12)]
    assert sum(attempts) == 5
    world.mailer.answer = lambda _: Meaning.ACCEPTED
    world.now += timedelta(minutes=2)
    beat(world, world.worker(), 1)
    assert len(world.mailer.accepted) == 12


def test_still_in_vain_after_that_it_takes_one_attempt_and_no_more(world: World) -> None:
    crowd(world, 12)
    world.mailer.answer = lambda _: Meaning.UNREACHED
    worker = world.worker()
    beat(world, worker, 6)
    world.now += timedelta(minutes=2)
    beat(world, worker, 3)
    attempts = [world.row("lesson", f"person{n}@domain{n}.org").attempts for n in range(12)]
    assert sum(attempts) == 6


def test_whoever_was_reached_between_is_not_set_aside(world: World) -> None:
    crowd(world, 12)
    world.mailer.answers = [Meaning.UNREACHED] * 4 + [Meaning.ACCEPTED] + [Meaning.UNREACHED] * 4
    beat(world, world.worker(), 9)
    assert len(world.mailer.accepted) == 12 - 8


def test_attempts_a_quarter_of_an_hour_apart_are_no_row(world: World) -> None:
    due_lesson(world)
    world.mailer.answers = [Meaning.UNREACHED] * 6
    for _ in range(6):
        world.go_to_next()
    world.sign_up("new@example.org")
    world.worker().tick()
    assert world.subjects("new@example.org") == ["confirm"]


@pytest.mark.parametrize(
    ("asked", "rests"),
    [(timedelta(hours=1), timedelta(hours=1)), (timedelta(days=3650), timedelta(hours=1))],
)
def test_a_provider_that_asks_for_patience_gets_it_from_everybody(
    world: World, asked: timedelta, rests: timedelta
) -> None:
    crowd(world, 12)
    world.mailer = throttled = Throttled(asked)
    worker = world.worker()
    beat(world, worker, 3)
    assert throttled.seen == 1
    world.now += rests - 4 * BEAT
    worker.tick()
    assert throttled.seen == 1
    beat(world, worker, 2)
    assert throttled.seen == 2


def test_a_moment_of_patience_sets_nobody_aside(world: World) -> None:
    crowd(world, 2)
    world.mailer = Throttled(timedelta(seconds=1))
    other = standby()
    beat(world, with_standby(world, other), 1)
    assert other.accepted == []


def test_a_doubt_goes_by_the_policy_when_its_provider_is_no_longer_ours(world: World) -> None:
    due_lesson(world)
    world.mailer.answers = [Meaning.UNKNOWN]
    world.worker().tick()
    world.mailer = standby("another")
    world.now += timedelta(minutes=14)
    world.worker().tick()
    assert world.mailer.accepted == []
    world.now += timedelta(minutes=2)
    world.worker().tick()
    assert world.subjects() == ["lesson 1"]
    assert world.state("lesson:1:1") is State.SENT
