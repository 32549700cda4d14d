"""What providers tell is taken once, and believed only of the mails and recipients that they were given."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.actions.receive import Heard
from app.core.delivery import State, Suppressed
from app.core.enrollment import Status
from app.core.feedback import Fate
from app.store import tables as t
from tests.actions.telling import ended, fate, first_lesson, said, suppressed, tell, told
from tests.world import BEN, World


def test_a_hundred_repeats_shuffled_and_three_days_late_are_one_event(world: World) -> None:
    lesson, bens = first_lesson(world), first_lesson(world, BEN)
    at = world.now
    events = [told(one, what, at=at) for one in (lesson, bens) for what in (Fate.DELIVERED, Fate.SOFT)]
    renamed = [
        told(one, Fate.SOFT, at=at, event=f"told again {n}") for n in range(9) for one in (lesson, bens)
    ]
    assert tell(world, *events) == {Heard.NEWS: 4}
    before = ended(world), ended(world, BEN)
    world.now += timedelta(days=3)
    told_again = events * 100 + renamed
    random.Random(1).shuffle(told_again)
    assert tell(world, *told_again) == {Heard.REPEAT: len(told_again)}
    assert (ended(world), ended(world, BEN)) == before


@pytest.mark.parametrize("seed", range(6))
def test_in_whatever_order_it_comes_it_ends_the_same(world: World, seed: int) -> None:
    lesson = first_lesson(world)
    events = [told(lesson, what, at=world.now) for what in Fate]
    random.Random(seed).shuffle(events)
    for one in events:
        tell(world, one)
    assert fate(world, lesson) is Fate.COMPLAINED
    assert (suppressed(world), world.course().status) == (Suppressed.COMPLAINED, Status.LEFT)
    assert world.state("lesson:1:2") is State.CANCELLED


def test_the_name_of_an_event_on_another_body_is_a_repeat(world: World) -> None:
    """A signature that covers no body, copied onto one that blames somebody else."""
    lesson, bens = first_lesson(world), first_lesson(world, BEN)
    tell(world, told(lesson, Fate.DELIVERED, event="signed once"))
    assert tell(world, told(bens, Fate.COMPLAINED, event="signed once")) == {Heard.REPEAT: 1}
    assert suppressed(world, BEN) is None


@pytest.mark.parametrize("provider", ["memory", "smtp"])
def test_a_bounce_without_our_tag_suppresses_nobody(world: World, provider: str) -> None:
    """The address is one of ours, but who says so, and of which mail?"""
    lesson = first_lesson(world)
    foreign = told(lesson, Fate.BOUNCED, delivery=None, provider_id="never heard of")
    assert tell(world, foreign, provider=provider) == {Heard.FOREIGN: 1}
    assert tell(world, foreign, provider=provider) == {Heard.REPEAT: 1}
    assert (fate(world, lesson), suppressed(world)) == (None, None)


def test_what_the_provider_called_a_mail_is_as_good_as_our_tag(world: World) -> None:
    lesson = first_lesson(world)
    with world.database.writing() as session:
        session.execute(t.deliveries.update().where(t.deliveries.c.id == lesson.id).values(provider_id="m-1"))
    tell(world, told(lesson, Fate.BOUNCED, delivery=None, provider_id="m-1"))
    assert suppressed(world) is Suppressed.BOUNCED


def test_a_provider_is_believed_about_its_own_mails_only(world: World) -> None:
    lesson = first_lesson(world)
    assert tell(world, told(lesson, Fate.BOUNCED), provider="another") == {Heard.FOREIGN: 1}
    assert tell(world, told(world.row("lesson:1:2"), Fate.BOUNCED)) == {Heard.FOREIGN: 1}
    assert suppressed(world) is None


@pytest.mark.parametrize("recipient", [BEN, "", "ada@example.org.evil"])
def test_a_bounce_for_another_recipient_is_ignored_with_an_alarm(world: World, recipient: str) -> None:
    lesson = first_lesson(world)
    with said() as lines:
        heard = tell(world, told(lesson, Fate.BOUNCED, recipient=recipient))
    alarms = [line for line in lines if line["log_level"] == "error"]
    assert heard == {Heard.FOREIGN: 1}
    assert [line["delivery"] for line in alarms] == [lesson.id]
    assert "example.org" not in str(lines)
    assert (suppressed(world), suppressed(world, BEN), fate(world, lesson)) == (None, None, None)


def test_an_address_may_be_spelled_in_capitals(world: World) -> None:
    lesson = first_lesson(world)
    tell(world, told(lesson, Fate.BOUNCED, recipient="ADA@Example.ORG"))
    assert suppressed(world) is Suppressed.BOUNCED


def test_what_is_told_of_nobody_or_of_somebody_forgotten_is_noted_as_foreign(world: World) -> None:
    lesson = first_lesson(world)
    with world.database.writing() as session:
        session.execute(t.subscribers.delete())
    assert tell(world, told(lesson, Fate.BOUNCED)) == {Heard.FOREIGN: 1}
    assert tell(world) == {}
    with world.database.reading() as session:
        assert session.execute(select(func.count()).select_from(t.feedback)).scalar_one() == 1


@pytest.mark.parametrize("at", [None, datetime(2099, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)])
def test_a_time_that_cannot_be_is_replaced_by_ours(world: World, at: datetime | None) -> None:
    lesson = first_lesson(world)
    tell(world, told(lesson, Fate.DELIVERED, at=at))
    with world.database.reading() as session:
        row = session.execute(t.deliveries.select().where(t.deliveries.c.id == lesson.id)).one()
    assert row.fate_at == world.now
