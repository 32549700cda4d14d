"""Caps smaller than a provider's width: the pace is kept, not lost, and the kept tenth stays kept."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from app.core.rate import Caps
from app.mail.providers.memory import Memory
from app.store import providers
from tests.actions.test_engine import crowd, with_caps
from tests.world import World, challenge


class Wide(Memory):
    width = 10


@dataclass
class Waiting:
    """Stands where a worker waits: time runs while it does."""

    world: World
    waits: list[timedelta] = field(default_factory=list)

    def wait(self, seconds: float) -> bool:
        if seconds > 0:
            self.waits.append(timedelta(seconds=seconds))
            self.world.now += self.waits[-1]
        return False

    def is_set(self) -> bool:
        return False


def wide(world: World, size: int) -> World:
    world.mailer = Wide()
    return crowd(world, size)


def tick(world: World) -> Waiting:
    """One beat, in which waiting takes no real time."""
    waiting = Waiting(world)
    worker = world.worker(stopping=waiting)
    worker.tick()
    return waiting


def test_a_pace_below_the_width_is_kept_within_one_tick(world: World) -> None:
    wide(world, 12)
    with_caps(world, second=2)
    assert sum(tick(world).waits, timedelta()) == timedelta(seconds=5.5)
    assert len(world.mailer.accepted) == 12


def test_whoever_signs_up_during_a_paced_crowd_waits_for_ten_seconds_of_it_at_most(world: World) -> None:
    wide(world, 40)
    world.mailer.answer = signing_up_at_once(world)
    with_caps(world, second=1)
    tick(world)
    sent = [one.to.address for one in world.mailer.accepted]
    assert sent.index("late@example.org") <= 10
    assert len(sent) == 41


def test_lessons_in_the_company_of_a_confirmation_leave_the_tenth_alone(world: World) -> None:
    wide(world, 30)
    with_caps(world, hour=20)
    world.sign_up("late@example.org")
    tick(world)
    assert len(world.mailer.accepted) == 18
    assert world.subjects("late@example.org") == ["confirm"]


def test_one_cap_a_second_does_not_stand_in_the_way_of_another(world: World) -> None:
    wide(world, 8)
    world.caps = Caps(second=3, hour=5)
    tick(world)
    assert len(world.mailer.accepted) == 4


def test_what_has_missed_its_slot_takes_nothing_from_the_cap(world: World) -> None:
    wide(world, 30)
    world.now += timedelta(hours=10)
    with_caps(world, hour=40)
    tick(world)
    for n in range(20):
        world.sign_up(f"new{n}@example.org")
    tick(world)
    assert len(world.mailer.accepted) == 20


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_day_over_the_cap_leaves_the_cap_of_the_next_alone(world: World) -> None:
    world.challenge = challenge(30)
    wide(world, 12)
    with_caps(world, day=11)
    for _ in range(8 * 12):
        world.worker().tick()
        world.now += timedelta(hours=2)
    assert len(world.mailer.accepted) >= 8 * 8


def test_told_to_stop_while_it_waits_for_the_pace_it_begins_nothing(world: World) -> None:
    wide(world, 1)
    with_caps(world, second=1)
    worker = world.worker(stopping=Stopped(world))
    for _ in range(3):
        world.do_plain(lambda s: providers.take(s, "memory", world.caps, 1, world.now, urgent=True))
    worker.tick()
    assert world.mailer.accepted == []


def test_who_has_waited_long_for_the_pace_goes_all_the_same(world: World) -> None:
    wide(world, 1)
    with_caps(world, second=1)
    for _ in range(30):
        world.do_plain(lambda s: providers.take(s, "memory", world.caps, 1, world.now, urgent=True))

    def clock() -> float:
        return world.now.timestamp()

    world.worker(stopping=Waiting(world), clock=clock).tick()
    assert len(world.mailer.accepted) == 1


class Stopped(Waiting):
    """Whoever waits here has been told to stop after it."""

    def is_set(self) -> bool:
        return bool(self.waits)


def test_a_clock_that_was_ahead_makes_nobody_wait(world: World) -> None:
    wide(world, 1)
    with_caps(world, second=1)
    ahead = world.now + timedelta(hours=1)
    world.do_plain(lambda s: providers.take(s, "memory", world.caps, 1, ahead, urgent=True))
    assert tick(world).waits == []
    assert len(world.mailer.accepted) == 1


def signing_up_at_once(world: World):  # type: ignore[no-untyped-def]
    """The first letter is followed by somebody who signs up."""
    always = world.mailer.answer

    def answer(message):  # type: ignore[no-untyped-def]
        world.mailer.answer = always
        world.sign_up("late@example.org")
        return always(message)

    return answer
