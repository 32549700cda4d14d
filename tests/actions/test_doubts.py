"""A doubt that outlives what it was to be settled by: its key, its slot, its worker."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.actions.resolve import Word, resolve
from app.core.delivery import State
from app.core.message import Message
from app.core.order import Order
from app.core.outcome import Meaning, Outcome
from app.core.schedule import Pace
from tests.actions.test_corners import live_on
from tests.actions.test_deliver import claim, due_lesson, sending
from tests.actions.test_engine import SEVEN
from tests.world import ADA, BEN, World, compose

TWELVE = timedelta(minutes=12)
QUARTER = timedelta(minutes=16)
NEARLY_CLOSED = datetime(2026, 11, 24, 11, 55, tzinfo=UTC)


def keyed(world: World, *answers: Meaning) -> World:
    """Ada's lesson is due, at a provider that knows repeats by their key for twelve minutes."""
    due_lesson(world)
    world.mailer.key_window = TWELVE
    world.mailer.answers = list(answers)
    return world


def test_a_repeat_whose_key_has_run_out_meanwhile_is_held_where_doubts_are(world: World) -> None:
    keyed(world, Meaning.UNKNOWN).worker(hold_uncertain=True).tick()
    world.now += timedelta(minutes=3)
    world.worker(hold_uncertain=True)._look()  # it is due again by its key; then the provider is away
    world.now += timedelta(hours=2)
    world.worker(hold_uncertain=True).tick()
    assert world.row("lesson").attempts == 1
    assert world.state("lesson:1:1") is State.HELD


def test_a_repeat_whose_key_has_run_out_meanwhile_is_the_one_that_was_promised(world: World) -> None:
    keyed(world, Meaning.UNKNOWN, Meaning.UNKNOWN).worker().tick()
    world.now += timedelta(minutes=3)
    world.worker()._look()
    world.now += timedelta(hours=2)
    for _ in range(3):
        world.worker().tick()
        world.now += QUARTER
    assert world.row("lesson").attempts == 2
    assert world.state("lesson:1:1") is State.HELD


def test_no_repeat_by_a_key_waits_for_the_slot_of_tomorrow(world: World) -> None:
    keyed(world)
    world.now = NEARLY_CLOSED
    world.mailer.answers = [Meaning.UNKNOWN]
    world.worker(hold_uncertain=True).tick()
    world.now += timedelta(minutes=6)
    world.worker(hold_uncertain=True).tick()
    for _ in range(8):
        world.now += timedelta(hours=6)
        world.worker(hold_uncertain=True).tick()
    assert world.row("lesson").attempts == 1


def test_a_late_yes_counts_although_it_was_to_go_once_more_tomorrow(world: World) -> None:
    due_lesson(world)
    world.now = NEARLY_CLOSED
    frozen = world.worker("frozen")
    at_work = sending(frozen, claim(frozen))
    message = next(at_work._feed())
    assert message is not None
    world.mailer.accepted.append(message)
    for minutes in (2, 16):
        world.now += timedelta(minutes=minutes)
        world.worker().tick()
    assert world.state("lesson:1:1") is State.SCHEDULED
    at_work._recorder.note(at_work._on_wire.pop(message.id), Outcome(message.id, Meaning.ACCEPTED, "250 ok"))
    at_work._record()
    live_on(world, 1)
    assert world.subjects()[2:] == ["lesson 1", "lesson 2"]


class KilledError(BaseException):
    """The process ends."""


def killing(address: str) -> Callable[[Order], Message]:
    def compose_or_die(order: Order) -> Message:
        if order.to == address:
            raise KilledError
        return compose(order)

    return compose_or_die


def test_a_doubtful_letter_that_kills_whoever_composes_it_stops_nobody_else(world: World) -> None:
    keyed(world, Meaning.UNKNOWN).worker().tick()
    world.start(BEN, Pace(SEVEN.time(), "UTC"))
    for _ in range(110):
        worker = world.worker()
        worker.compose = killing(ADA)
        try:
            worker.tick()
        except KilledError:
            world.now += timedelta(minutes=2)
        world.now += timedelta(minutes=14)
    assert "lesson 1" in world.subjects(BEN)
    assert world.state("lesson:1:1", ADA) is State.HELD


def test_a_letter_that_went_once_more_and_cannot_be_composed_is_not_sent_a_third_time(world: World) -> None:
    due_lesson(world)
    world.mailer.answers = [Meaning.UNKNOWN] * 3
    world.worker().tick()
    world.now += QUARTER
    broken = world.worker()
    broken.compose = refusing
    broken.tick()
    world.do(resolve, world.row("lesson").id, Word.SEND)
    for _ in range(4):
        world.worker().tick()
        world.now += QUARTER
    assert world.row("lesson").attempts <= 2


def refusing(order: Order) -> Message:
    raise RuntimeError("a template has a mistake")
