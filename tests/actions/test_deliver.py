"""One row per mail, one acceptance per row, and the right consequence of every answer."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.actions import leave, pause
from app.actions.deliver import Worker
from app.actions.gather import Ordered
from app.actions.lane import Lane
from app.actions.send import Sending
from app.core.delivery import State, Suppressed
from app.core.enrollment import Status
from app.core.message import Message
from app.core.order import Order
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Stream
from app.mail.providers.memory import Memory
from app.store import outbox, suppressions
from tests.world import ADA, BEN, World, compose

NINE = datetime(2026, 11, 24, 8, tzinfo=UTC)


def due_lesson(world: World) -> World:
    """Ada's first lesson is due now."""
    world.start()
    world.now = datetime(2026, 11, 24, 6, tzinfo=UTC)
    return world


def claim(worker: Worker) -> list[Ordered]:
    return worker._claim(worker.lanes[0])


def sending(worker: Worker, claimed: list[Ordered]) -> Sending:
    """Of what it has claimed, and no more."""
    batches = iter([[ready for one in claimed if (ready := worker._compose(one))]])
    return Sending(worker.shift, worker.lanes[0], lambda: next(batches, []))


def send(worker: Worker, claimed: list[Ordered]) -> None:
    sending(worker, claimed).run()


def answering(world: World, *meanings: Meaning) -> None:
    world.mailer.answers = list(meanings)


def test_an_accepted_lesson_owes_the_next_in_the_same_breath(world: World) -> None:
    due_lesson(world).worker().tick()
    assert world.state("lesson:1:1") is State.SENT
    assert world.row("lesson:1:2").due_at == datetime(2026, 11, 25, 6, tzinfo=UTC)
    assert world.course().day == 2


def test_the_last_lesson_finishes_and_the_completion_letter_comes_a_day_later(world: World) -> None:
    world.start()
    for _ in range(4):
        world.go_to_next()
    assert world.subjects()[2:] == ["lesson 1", "lesson 2", "lesson 3", "completion"]
    assert world.now == datetime(2026, 11, 27, 6, tzinfo=UTC)
    assert world.course().status is Status.FINISHED


def test_what_was_not_accepted_is_tried_again_soon(world: World) -> None:
    due_lesson(world)
    answering(world, Meaning.DEFERRED)
    world.worker().tick()
    assert world.row("lesson").due_at == world.now + timedelta(minutes=2)
    world.go_to_next()
    assert world.state("lesson:1:1") is State.SENT


def test_a_letter_written_a_day_ahead_has_its_whole_day_of_tries(world: World) -> None:
    world.start()
    for _ in range(3):
        world.go_to_next()
    answering(world, Meaning.DEFERRED)
    world.go_to_next()
    world.go_to_next()
    assert world.subjects()[-1] == "completion"


def test_outside_the_window_it_slips_to_the_next_slot(world: World) -> None:
    due_lesson(world)
    world.mailer.answer = lambda _: Meaning.DEFERRED
    while world.row("lesson").slips == 0:
        world.go_to_next()
    assert world.row("lesson").due_at == datetime(2026, 11, 25, 6, tzinfo=UTC)
    assert world.now < datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_five_slips_end_in_failure_and_a_stalled_course(world: World) -> None:
    due_lesson(world)
    world.mailer.answer = lambda _: Meaning.REFUSED
    for _ in range(5):
        world.go_to_next()
    assert world.state("lesson:1:1") is State.FAILED
    assert world.course().status is Status.STALLED


def test_nobody_is_blamed_for_an_outage_of_ours(world: World) -> None:
    due_lesson(world)
    world.mailer.answer = lambda _: Meaning.UNREACHED
    for _ in range(30):
        world.go_to_next()
    assert world.row("lesson").slips == 0
    world.mailer.answer = lambda _: Meaning.ACCEPTED
    world.go_to_next()
    assert world.state("lesson:1:1") is State.SENT


def test_an_address_that_does_not_exist_is_suppressed_and_stalls(world: World) -> None:
    due_lesson(world)
    answering(world, Meaning.REJECTED)
    world.worker().tick()
    with world.database.reading() as session:
        assert suppressions.find(session, ADA) is Suppressed.BOUNCED
    assert world.state("lesson:1:1") is State.FAILED
    assert world.course().status is Status.STALLED


def test_an_unknown_outcome_is_never_silently_due_again(world: World) -> None:
    due_lesson(world)
    answering(world, Meaning.UNKNOWN)
    world.worker().tick()
    world.now += timedelta(minutes=14)
    world.worker().tick()
    assert world.state("lesson:1:1") is State.UNCERTAIN


def test_after_a_quarter_of_an_hour_it_goes_once_more_and_then_is_held(world: World) -> None:
    due_lesson(world)
    answering(world, Meaning.UNKNOWN, Meaning.UNKNOWN)
    for _ in range(3):
        world.worker().tick()
        world.now += timedelta(minutes=16)
    assert world.state("lesson:1:1") is State.HELD
    assert world.row("lesson").attempts == 2


def test_under_hold_it_goes_only_once(world: World) -> None:
    due_lesson(world)
    answering(world, Meaning.UNKNOWN)
    world.worker().tick()
    world.now += timedelta(minutes=16)
    world.worker(hold_uncertain=True).tick()
    assert world.state("lesson:1:1") is State.HELD
    assert world.row("lesson").attempts == 1


def test_a_lesson_goes_late_after_an_hour_and_the_next_day_after_a_day(world: World) -> None:
    due_lesson(world)
    world.now = NINE
    world.worker().tick()
    assert world.state("lesson:1:1") is State.SENT
    world.now = datetime(2026, 11, 25, 20, tzinfo=UTC)
    world.worker().tick()
    assert world.row("lesson:1:2").due_at == datetime(2026, 11, 26, 6, tzinfo=UTC)


def test_a_pause_between_claim_and_intent_holds_the_lesson_back(world: World) -> None:
    worker = due_lesson(world).worker()
    claimed = claim(worker)
    world.do(pause.pause, world.course().id, None)
    send(worker, claimed)
    assert world.subjects()[2:] == []
    assert world.state("lesson:1:1") is State.SCHEDULED
    assert world.row("lesson").due_at is None


def test_leaving_while_on_the_wire_ends_it_for_good(world: World) -> None:
    due_lesson(world)

    def leave_meanwhile(message: Message) -> Meaning:
        world.do(leave.leave, world.course().id, goodbye=False)
        return Meaning.DEFERRED

    world.mailer.answer = leave_meanwhile
    world.worker().tick()
    assert world.state("lesson:1:1") is State.CANCELLED


def test_leaving_while_on_the_wire_and_accepted_owes_nothing_more(world: World) -> None:
    due_lesson(world)

    def leave_meanwhile(message: Message) -> Meaning:
        world.do(leave.leave, world.course().id, goodbye=False)
        return Meaning.ACCEPTED

    world.mailer.answer = leave_meanwhile
    world.worker().tick()
    assert world.state("lesson:1:1") is State.SENT
    assert len([one for one in world.rows() if one.kind == "lesson"]) == 1


def test_one_letter_that_cannot_be_composed_stops_nobody_else(world: World) -> None:
    world.start(ADA)
    world.start(BEN)
    world.now = NINE

    def fails_for_ada(order: Order) -> Message:
        if order.to == ADA:
            raise RuntimeError("a template broke")
        return compose(order)

    worker = world.worker()
    worker.compose = fails_for_ada
    worker.tick()
    assert world.state("lesson", ADA) is State.HELD
    assert world.state("lesson", BEN) is State.SENT


def test_a_dead_worker_before_the_wire_loses_nothing(world: World) -> None:
    claim(due_lesson(world).worker("dead"))
    world.now += timedelta(seconds=61)
    world.worker("alive").tick()
    assert world.state("lesson:1:1") is State.SENT
    assert world.subjects().count("lesson 1") == 1


def test_three_deaths_on_one_row_hold_it(world: World) -> None:
    due_lesson(world)
    for n in range(5):
        claim(world.worker(f"dead {n}"))
        world.now += timedelta(seconds=61)
        world.worker()._look()
    assert world.state("lesson:1:1") is State.HELD


def test_a_dead_worker_on_the_wire_leaves_it_uncertain(world: World) -> None:
    worker = due_lesson(world).worker("dead")
    claimed = claim(worker)
    next(sending(worker, claimed)._feed())
    world.now += timedelta(minutes=2)
    world.worker("alive").tick()
    assert world.state("lesson:1:1") is State.UNCERTAIN


def test_a_confirmation_whose_worker_died_does_not_wait_for_the_crowd(world: World) -> None:
    world.start_all([f"person{n}@example.org" for n in range(12)])
    world.now = NINE
    world.sign_up("late@example.org")
    dead = outbox.Claimer("dead", "memory", ("memory",))
    world.do_plain(lambda session: outbox.claim(session, dead, 1, world.now))
    world.now += timedelta(seconds=61)
    world.mailer.accepted.clear()
    world.worker().tick()
    assert world.mailer.accepted[0].to.address == "late@example.org"


def test_a_zombie_is_fenced_off(world: World) -> None:
    zombie = due_lesson(world).worker("zombie")
    claimed = claim(zombie)
    world.now += timedelta(seconds=61)
    world.worker("alive").tick()
    send(zombie, claimed)
    assert world.subjects().count("lesson 1") == 1


def test_a_held_database_sends_nothing(world: World) -> None:
    due_lesson(world)
    with world.database.writing() as session:
        session.execute(outbox.deliveries.metadata.tables["installation"].update().values(held=True))
    world.worker().tick()
    assert world.state("lesson:1:1") is State.SCHEDULED


def test_unattempted_rows_go_back_uncounted_on_shutdown(world: World) -> None:
    world.start(ADA)
    world.start(BEN)
    world.now = NINE
    worker = world.worker()

    def told_to_stop(_: Message) -> Meaning:
        worker.shift.stopping.set()
        return Meaning.ACCEPTED

    world.mailer.answer = told_to_stop
    worker.tick()
    assert world.state("lesson", ADA) is State.SENT
    assert world.state("lesson", BEN) is State.SCHEDULED
    assert world.row("lesson", BEN).attempts == 0


@pytest.mark.parametrize("workers", [4])
def test_many_workers_accept_each_row_once(world: World, workers: int) -> None:
    if world.database.path is not None:
        workers = 2  # SQLite serves one worker; two threads show that even then nothing doubles
    world.start_all([f"person{n}@example.org" for n in range(20)])
    world.now = NINE
    mailers = [Memory() for _ in range(workers)]
    barrier = threading.Barrier(workers)

    def run(number: int) -> None:
        worker = world.worker(f"worker {number}")
        worker.lanes = (Lane(mailers[number]),)
        barrier.wait()
        worker.tick()

    threads = [threading.Thread(target=run, args=[n]) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = [message.to.address for mailer in mailers for message in mailer.accepted]
    assert sorted(accepted) == sorted({f"person{n}@example.org" for n in range(20)})


def test_what_was_intended_but_never_handed_over_is_due_again(world: World) -> None:
    world.start(ADA)
    world.start(BEN)
    world.now = NINE

    class Hasty(Memory):
        width = free = 2

        def deliver(self, messages: Stream) -> Iterator[Outcome]:
            yield Outcome(next(iter(messages)).id, Meaning.UNREACHED)

    world.mailer = Hasty()
    world.worker().tick()
    assert world.state("lesson", ADA) is State.SCHEDULED
    assert world.state("lesson", BEN) is State.SCHEDULED
