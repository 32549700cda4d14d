"""A provider that cannot be reached, asks for patience, or is no longer ours; and its standby."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.actions.deliver import Worker
from app.actions.lane import Lane
from app.core.delivery import State
from app.core.enrollment import Status
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Stream
from app.mail.http_url import Account
from app.mail.providers.memory import Memory
from app.mail.providers.postmark import Postmark
from app.store import providers
from tests.actions.test_deliver import due_lesson
from tests.actions.test_engine import SEVEN, crowd
from tests.mail.scripted_http import Says, ScriptedHttp
from tests.world import World

BEAT = timedelta(seconds=5)


class Throttled(Memory):
    """Answers 429 to everything, with a Retry-After."""

    def __init__(self, asked: timedelta) -> None:
        super().__init__()
        self.asked, self.seen = asked, 0

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        for message in filter(None, messages):
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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_outage_of_half_an_hour_leaves_nothing_to_the_operator(world: World) -> None:
    """A provider without keys answers 503 to everything, and has accepted nothing."""
    crowd(world, 30)
    with ScriptedHttp() as server:
        server.at(*[Says(503)] * 200)
        world.mailer = mailer = Postmark(Account("token", endpoint=server.url))  # type: ignore[assignment]
        for _ in range(3):
            world.worker().tick()
            world.now += timedelta(minutes=16)
        world.worker().tick()
        mailer.close()
    states = [world.state("lesson", f"person{n}@domain{n}.org") for n in range(30)]
    assert states.count(State.HELD) == 0
    assert states.count(State.SCHEDULED) > 15


def test_in_vain_and_not_in_vain_are_counted_in_their_order(world: World) -> None:
    crowd(world, 6)
    vain = Meaning.UNREACHED
    world.mailer.width = world.mailer.free = 6
    world.mailer.answers = [vain, vain, vain, vain, Meaning.ACCEPTED, vain]
    world.worker().tick()
    with world.database.reading() as session:
        assert providers.aside(session, world.now) == {}


def test_what_our_own_provider_cannot_carry_is_no_refusal_by_anybody(world: World) -> None:
    crowd(world, 4)
    world.mailer.answers = [Meaning.UNFIT] * 3
    world.worker().tick()
    assert world.subjects("person3@domain3.org") == ["lesson 1"]
    held = world.row("lesson", "person0@domain0.org")
    assert (held.state, held.slips) == (State.HELD, 0)
    assert world.course("person0@domain0.org").status is Status.ACTIVE


def test_the_standby_is_not_set_aside_for_what_was_said_of_the_first(world: World) -> None:
    crowd(world, 8)
    world.mailer.answer = lambda _: Meaning.REFUSED
    other = standby()
    other.answers = [Meaning.REFUSED]
    with_standby(world, other).tick()
    assert len(other.accepted) == 4


def test_addresses_of_strangers_are_no_witnesses(world: World) -> None:
    due_lesson(world)
    world.mailer.answer = lambda one: Meaning.REFUSED if "evil" in one.to.address else Meaning.ACCEPTED
    for n in range(3):
        world.sign_up(f"x@evil{n}.org")
    world.worker().tick()
    assert world.subjects()[2:] == ["lesson 1"]


class Exchange(Memory):
    """Says 5.4.1 of an unknown mailbox."""

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        for message in filter(None, messages):
            if message.to.address.startswith("nobody"):
                yield Outcome(message.id, Meaning.REFUSED, "rcpt: 550 5.4.1 Access denied", self.name)
            else:
                yield from super().deliver([message])


def test_one_unknown_mailbox_slows_nobody_elses_letters_there(world: World) -> None:
    people = [f"person{n}@hotmail.example" for n in range(20)]
    world.start_all(people)
    world.now, world.mailer = SEVEN, Exchange()
    world.sign_up("nobody@hotmail.example")
    world.worker().tick()
    assert len(world.mailer.accepted) == 20


def test_a_domain_that_refuses_gets_no_more_of_the_same_batch(world: World) -> None:
    world.start_all([f"person{n}@slow.org" for n in range(6)])
    world.now = SEVEN
    world.mailer.answer = lambda _: Meaning.REFUSED
    world.worker().tick()
    assert sum(world.row("lesson", f"person{n}@slow.org").attempts for n in range(6)) == 1
