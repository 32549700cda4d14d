"""The morning crowd, a provider in trouble, a silent copy, new zone rules, the operator's word."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.actions import hold, settle, settle_in
from app.actions.assume import assume_sent
from app.actions.confirm import start_with_room
from app.actions.lane import Lane
from app.actions.resolve import Word, resolve
from app.core.delivery import State
from app.core.enrollment import Status
from app.core.message import Message
from app.core.order import Order
from app.core.outcome import Meaning
from app.core.rate import Caps
from app.core.schedule import Rhythm
from app.errors import TransitionError
from app.mail.providers.memory import Memory
from app.store import installation, invariants
from app.store.database import clock
from app.store.place import fingerprint
from tests.actions.test_deliver import due_lesson
from tests.world import ADA, BEN, BERLIN, World, compose

SEVEN = datetime(2026, 11, 24, 6, tzinfo=UTC)


def crowd(world: World, size: int = 12) -> World:
    """So many first lessons are due now."""
    world.start_all([f"person{n}@domain{n}.org" for n in range(size)])
    world.now = SEVEN
    world.mailer.accepted.clear()
    return world


def with_caps(world: World, **caps: int) -> World:
    world.caps = Caps(**caps)
    return world


def test_a_cap_spreads_the_crowd_over_the_hours(world: World) -> None:
    crowd(with_caps(world, hour=100), 12)
    with_caps(world, hour=5)
    world.now += timedelta(hours=1)
    for _ in range(3):
        world.worker().tick()
    assert len(world.mailer.accepted) == 4
    world.now += timedelta(hours=1)
    world.worker().tick()
    assert len(world.mailer.accepted) == 8


def test_the_cap_is_shared_by_all_workers_and_outlives_them(world: World) -> None:
    crowd(world)
    with_caps(world, hour=5)
    world.worker("one").tick()
    world.worker("two").tick()
    assert len(world.mailer.accepted) == 4


def test_a_confirmation_goes_during_a_crowd_at_the_next_tick(world: World) -> None:
    crowd(world)
    with_caps(world, hour=10)
    world.worker().tick()
    world.sign_up("late@example.org")
    world.worker().tick()
    assert world.subjects("late@example.org") == ["confirm"]
    assert len(world.mailer.accepted) == 10


def test_our_own_refusal_sets_the_provider_aside_and_blames_nobody(world: World) -> None:
    due_lesson(world)
    world.mailer.answers = [Meaning.OURS]
    world.worker().tick()
    world.now += timedelta(minutes=5)
    world.worker().tick()
    assert world.row("lesson").attempts == 1
    assert world.row("lesson").slips == 0
    world.now += timedelta(minutes=11)
    world.worker().tick()
    assert world.state("lesson:1:1") is State.SENT


def test_a_standby_takes_over_in_the_same_tick(world: World) -> None:
    crowd(world, 3)
    standby = Memory()
    standby.name = "standby"
    world.mailer.answer = lambda _: Meaning.OURS
    worker = world.worker()
    worker.lanes = (Lane(world.mailer), Lane(standby))
    worker.tick()
    world.now += timedelta(minutes=3)
    worker.tick()
    assert len(standby.accepted) == 3


def test_what_a_provider_made_uncertain_stays_with_it(world: World) -> None:
    due_lesson(world)
    standby = Memory()
    standby.name = "standby"
    world.mailer.answers = [Meaning.UNKNOWN]
    world.worker().tick()
    world.now += timedelta(minutes=16)
    worker = world.worker()
    worker.lanes = (Lane(standby), Lane(world.mailer))
    worker.tick()
    assert standby.accepted == []
    assert world.state("lesson:1:1") is State.SCHEDULED


def test_one_domain_that_refuses_is_slowed_and_others_go_on(world: World) -> None:
    world.start("a@slow.org")
    world.start("b@slow.org")
    world.start("c@quick.org")
    world.now = SEVEN
    world.mailer.answer = refuses("slow.org")
    world.worker().tick()
    world.mailer.answer = lambda _: Meaning.ACCEPTED
    world.now += timedelta(minutes=5)
    world.worker().tick()
    assert world.state("lesson", "c@quick.org") is State.SENT
    assert world.state("lesson", "a@slow.org") is State.SCHEDULED


def test_three_unrelated_domains_that_refuse_are_right_about_us(world: World) -> None:
    crowd(world, 6)
    world.mailer.answer = lambda _: Meaning.REFUSED
    world.worker().tick()
    attempted = [row for n in range(6) for row in world.rows(f"person{n}@domain{n}.org") if row.attempts > 0]
    lessons = [row for row in attempted if row.kind == "lesson"]
    assert 3 <= len(lessons) <= 6
    world.sign_up("new@example.org")
    world.worker().tick()
    assert world.subjects("new@example.org") == []


def refuses(domain: str) -> Callable[[Message], Meaning]:
    def answer(message: Message) -> Meaning:
        return Meaning.REFUSED if message.to.domain == domain else Meaning.ACCEPTED

    return answer


def test_with_a_key_an_unknown_outcome_is_repeated_soon_and_not_counted(world: World) -> None:
    due_lesson(world)
    world.mailer.key_window = timedelta(hours=24)
    world.mailer.answers = [Meaning.UNKNOWN, Meaning.UNKNOWN]
    for minutes in (0, 2, 5):
        world.now += timedelta(minutes=minutes)
        world.worker().tick()
    assert world.state("lesson:1:1") is State.SENT
    assert world.row("lesson").resent is False


@pytest.mark.parametrize(("hold_uncertain", "state"), [(True, State.HELD), (False, State.SENT)])
def test_a_key_is_of_no_use_once_the_letter_says_something_else(
    world: World, hold_uncertain: bool, state: State
) -> None:
    due_lesson(world)
    world.mailer.key_window = timedelta(hours=24)
    world.mailer.answers = [Meaning.UNKNOWN]
    world.worker().tick()
    edited = replace(world.worker(hold_uncertain=hold_uncertain), compose=reworded)
    world.now += timedelta(minutes=5)
    edited.tick()
    assert world.row("lesson").attempts == 1
    world.now += timedelta(minutes=11)
    edited.tick()
    assert world.state("lesson:1:1") is state
    assert world.row("lesson").resent is (state is State.SENT)


def reworded(order: Order) -> Message:
    return replace(compose(order), text="The lesson was edited meanwhile.")


def test_after_the_keys_window_the_policy_decides(world: World) -> None:
    due_lesson(world)
    world.mailer.key_window = timedelta(minutes=12)
    world.mailer.answers = [Meaning.UNKNOWN]
    world.worker(hold_uncertain=True).tick()
    world.now += timedelta(minutes=16)
    world.worker(hold_uncertain=True).tick()
    assert world.state("lesson:1:1") is State.HELD


def test_a_copy_is_held_until_a_person_says_otherwise(world: World) -> None:
    due_lesson(world)
    with world.database.writing() as session:
        here = fingerprint(world.database, session, "https://here.example")
        settle_in.know_place(session, here)
        settle_in.know_place(session, here)
    world.worker().tick()
    assert world.state("lesson:1:1") is State.SENT
    with world.database.writing() as session:
        settle_in.know_place(session, fingerprint(world.database, session, "https://staging.example"))
    world.now += timedelta(days=1)
    world.worker().tick()
    assert world.state("lesson:1:2") is State.SCHEDULED
    world.do_plain(hold.release, "https://staging.example")
    world.worker().tick()
    assert world.state("lesson:1:2") is State.SENT


def test_a_snapshot_put_back_sends_nothing_twice(world: World) -> None:
    world.start()
    world.do_plain(hold.hold)
    world.now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    with world.database.writing() as session:
        assumed = assume_sent(session, SEVEN, world.now)
        hold.release(session, "here")
    assert assumed == 2
    world.go_to_next()
    assert world.subjects()[2:] == ["lesson 3"]
    assert world.now == datetime(2026, 11, 26, 6, tzinfo=UTC)


def test_after_more_than_fourteen_days_of_silence_a_person_decides(world: World) -> None:
    due_lesson(world)
    with world.database.writing() as session:
        installation.beat(session, clock(session) - timedelta(days=15))
    world.now += timedelta(days=15)
    world.worker().tick()
    with world.database.reading() as session:
        assert installation.read(session).held_why == "nothing was delivered for more than 14 days"
    assert world.subjects()[2:] == []
    world.do_plain(hold.release, "here")
    world.worker().tick()
    assert world.subjects()[2:] == ["lesson 1"]


def test_new_zone_rules_move_the_instant_and_keep_date_and_hour(world: World) -> None:
    course = world.start()
    wrong = replace(course.pace, zone="Europe/Helsinki")
    with world.database.writing() as session:
        session.execute(invariants.text("UPDATE enrollments SET zone = 'Europe/Helsinki'"))
        installation.note_tzdata(session, "2025b")
        assert settle_in.know_zones(session, "2026f", world.now) == 1
        assert settle_in.know_zones(session, "2026f", world.now) == 0
    assert world.row("lesson").due_at == SEVEN - timedelta(hours=1)
    assert world.course().pace == wrong


def test_new_zone_rules_forget_no_lesson_that_was_asked_for(world: World) -> None:
    course = world.start(pace=replace(BERLIN, rhythm=Rhythm.ASKED))
    world.go_to_next()
    world.now = datetime(2026, 11, 25, 22, tzinfo=UTC)
    world.do(settle.send_next, course.id)
    with world.database.writing() as session:
        installation.note_tzdata(session, "2025b")
        settle_in.know_zones(session, "2026f", world.now + timedelta(hours=1))
    world.worker().tick()
    assert world.subjects()[2:] == ["lesson 1", "lesson 2"]


@pytest.mark.parametrize(
    ("word", "state", "goes"),
    [("send", State.SENT, 2), ("arrived", State.SENT, 1), ("skip", State.CANCELLED, 1)],
)
def test_a_held_lesson_is_resolved_by_a_word(world: World, word: str, state: State, goes: int) -> None:
    due_lesson(world)
    world.mailer.answers = [Meaning.UNKNOWN]
    for _ in range(2):
        world.worker(hold_uncertain=True).tick()
        world.now += timedelta(minutes=16)
    lesson = world.row("lesson")
    assert lesson.state is State.HELD
    with world.database.writing() as session:
        resolve(session, lesson.id, Word(word), world.now)
    world.worker().tick()
    assert world.state("lesson:1:1") is state
    assert world.row("lesson").attempts == goes
    assert world.row("lesson:1:2").due_at == datetime(2026, 11, 25, 6, tzinfo=UTC)
    assert world.course().status is Status.ACTIVE


def test_only_what_is_held_can_be_resolved(world: World) -> None:
    world.start()
    with world.database.writing() as session, pytest.raises(TransitionError):
        resolve(session, world.row("lesson").id, Word.SEND, world.now)


def test_what_was_claimed_already_waits_too_when_everything_is_held(world: World) -> None:
    crowd(world, 3)
    world.mailer.answer = holding_everything(world)
    world.worker().tick()
    assert len(world.mailer.accepted) == 1
    states = [world.state("lesson", f"person{n}@domain{n}.org") for n in range(3)]
    assert sorted(states) == [State.SCHEDULED, State.SCHEDULED, State.SENT]


def holding_everything(world: World) -> Callable[[Message], Meaning]:
    def answer(_: Message) -> Meaning:
        world.do_plain(hold.hold)
        return Meaning.ACCEPTED

    return answer


def test_one_person_can_be_held_alone(world: World) -> None:
    world.start(ADA)
    world.start(BEN)
    world.do_plain(hold.hold_person, ADA)
    world.now = SEVEN
    world.worker().tick()
    assert world.state("lesson", ADA) is State.SCHEDULED
    assert world.state("lesson", BEN) is State.SENT
    release(world)
    world.worker().tick()
    assert world.state("lesson", ADA) is State.SENT


def release(world: World, address: str = ADA) -> None:
    world.do_plain(lambda session: hold.hold_person(session, address, held=False))


def test_warm_up_limits_starts_and_names_the_first_date_with_room(world: World) -> None:
    for n in range(2):
        world.start(f"person{n}@example.org")
    tomorrow = world.course("person0@example.org").starts_on
    assert tomorrow is not None
    with world.database.reading() as session:
        assert start_with_room(session, "little", 2, tomorrow) == tomorrow + timedelta(days=1)
        assert start_with_room(session, "little", None, tomorrow) == tomorrow
