"""Workers that race, are told to stop, beat three times at once, or wait for a slow provider."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import time, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.actions.lane import Lane
from app.core.delivery import State
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.core.schedule import Pace
from app.mail.contract import Stream
from app.mail.providers.memory import Memory
from app.store import outbox
from tests.actions.test_deliver import NINE, claim, due_lesson, send
from tests.chaos.conftest import NewPost
from tests.chaos.far_end import PATIENCE
from tests.proof import FULL
from tests.world import World

RACES = 1000 if FULL else 60


Done = TypeVar("Done")


def together(*acts: Callable[[], Done]) -> list[Done]:
    """All at the same moment, each in a thread of its own."""
    barrier = threading.Barrier(len(acts))

    def at_once(act: Callable[[], Done]) -> Done:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(at_once, acts))


def people(world: World, count: int) -> list[str]:
    """So many first lessons are due at nine."""
    addresses = [f"person{n}@example.org" for n in range(count)]
    world.start_all(addresses)
    world.now = NINE
    world.mailer.accepted.clear()
    return addresses


def test_of_two_workers_who_race_for_a_row_one_gets_it(world: World) -> None:
    due_lesson(world)
    one, other = world.worker("one"), world.worker("other")
    for _ in range(RACES):
        got = [claimed for claimed in together(lambda: claim(one), lambda: claim(other)) if claimed]
        assert len(got) == 1
        with world.database.writing() as session:
            outbox.hand_back(session, [claimed.delivery for claimed in got[0]])
    world.worker().tick()
    assert world.subjects()[2:] == ["lesson 1"]


def test_three_beats_at_once_are_one_after_the_other(world: World) -> None:
    people(world, 5)
    worker = world.worker()
    assert sum(together(worker.tick, worker.tick, worker.tick)) == 5
    assert len(world.mailer.accepted) == 5


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_is_told_to_stop_hears_what_is_on_the_wire_and_begins_nothing(
    world: World, new_post: NewPost
) -> None:
    addresses = people(world, 50)
    post = new_post()
    post.far.width = post.far.free = 10
    with post.tick(post.far):
        assert post.far.reached()
        with ThreadPoolExecutor(1) as pool:
            ended = pool.submit(post.worker.stop, 25)
            assert post.worker.shift.stopping.wait(PATIENCE)
            post.far.let_go()
            assert ended.result() == 0
    states = Counter(world.state("lesson", one) for one in addresses)
    assert states == {State.SENT: 10, State.SCHEDULED: 40}
    assert len(post.far.arrived) == 10


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_is_not_heard_of_in_time_is_in_doubt_at_once_and_counted(
    world: World, new_post: NewPost
) -> None:
    addresses = people(world, 8)
    post = new_post()
    post.far.width = post.far.free = 3
    with post.tick(post.far):
        assert post.far.reached()
        assert post.worker.stop(0) == 3
        states = Counter(world.state("lesson", one) for one in addresses)
        assert states == {State.UNCERTAIN: 3, State.SCHEDULED: 5}
        post.far.let_go()
    states = Counter(world.state("lesson", one) for one in addresses)
    assert states == {State.SENT: 3, State.SCHEDULED: 5}
    assert {world.row("lesson", one).strikes for one in addresses} == {0}


def test_an_answer_in_hand_is_written_down_although_the_database_stumbles_at_the_end(world: World) -> None:
    due_lesson(world)
    worker, left = world.worker(), [2]

    def stumble(*_: object) -> None:
        if worker.shift.stopping.is_set() and left[0]:
            left[0] -= 1
            raise OperationalError("gone", {}, Exception("injected"))

    def told_to_stop(_: Message) -> Meaning:
        worker.shift.stopping.set()
        return Meaning.ACCEPTED

    world.mailer.answer = told_to_stop
    event.listen(world.database.engine, "before_cursor_execute", stumble)
    worker.tick()
    event.remove(world.database.engine, "before_cursor_execute", stumble)
    assert world.state("lesson:1:1") is State.SENT


def test_however_many_answers_are_in_hand_they_wait_for_the_database_no_longer_than_one(world: World) -> None:
    people(world, 3)
    world.mailer = Three()
    tried = [0]

    def clock() -> float:
        return 20.0 * tried[0]

    def gone(*call: Any) -> None:
        if call[2].startswith("UPDATE deliveries") and "sent_at" in call[2]:
            tried[0] += 1
            raise OperationalError("gone", {}, Exception("injected"))

    event.listen(world.database.engine, "before_cursor_execute", gone)
    world.worker(clock=clock).tick()
    event.remove(world.database.engine, "before_cursor_execute", gone)
    assert tried[0] < 10


class Three(Memory):
    """Takes three letters before it says anything."""

    width = free = 3

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        stream = iter(messages)
        yield from super().deliver([next(stream) for _ in range(3)])


class Slow(Memory):
    """Half a minute for each message, by every clock there is."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        for outcome in super().deliver(messages):
            self.world.now += timedelta(seconds=30)
            yield outcome


def test_behind_a_slow_provider_no_claim_runs_out_and_nobody_is_blamed(world: World) -> None:
    """What it has not begun when the claim grows old is handed back, for others to take over."""

    def clock() -> float:
        return world.now.timestamp()

    addresses = people(world, 8)
    slow = world.worker("slow", clock=clock)
    slow.lanes = (Lane(Slow(world)),)
    send(slow, claim(slow))
    assert [world.state("lesson", one) for one in addresses].count(State.SENT) == 1
    world.worker("quick").tick()
    assert len(world.mailer.accepted) == 7
    rows = [world.row("lesson", one) for one in addresses]
    assert {(row.strikes, row.attempts) for row in rows} == {(0, 1)}


class Hasty(Memory):
    """Takes two letters, answers for the first and falls over."""

    width = free = 2

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        stream = iter(messages)
        both = [next(stream), next(stream)]
        yield from super().deliver(both[:1])
        raise RuntimeError("a provider's file has a mistake")


def test_what_a_mailer_said_before_it_fell_over_is_not_forgotten(world: World) -> None:
    one, other = people(world, 2)
    world.mailer = Hasty()
    with suppress(RuntimeError):
        world.worker().tick()
    assert world.state("lesson", one) is State.SENT
    assert world.state("lesson", other) is State.SENDING


def test_the_oldest_go_first(world: World) -> None:
    for minute in (30, 0, 45, 15):
        world.start(f"at{minute}@example.org", Pace(time(7, minute), "Europe/Berlin"))
    world.now = NINE
    world.mailer.accepted.clear()
    world.worker().tick()
    served = [one.to.address for one in world.mailer.accepted]
    assert served == [f"at{minute}@example.org" for minute in (0, 15, 30, 45)]
