"""What providers told is written once, about our own mails, without an address, and for thirty days."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.actions.forget import prune
from app.core.delivery import Delivery
from app.core.feedback import KEPT, Fate, Feedback
from app.store import feedback
from app.store import tables as t
from tests.world import ADA, BEN, World

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def welcome(world: World) -> Delivery:
    """Ada's, sent through the provider of the tests, which calls it "a name"."""
    world.start()
    one = world.row("welcome")
    with world.database.writing() as session:
        session.execute(t.deliveries.update().where(t.deliveries.c.id == one.id).values(provider_id="a name"))
    return one


def told(about: Delivery, fate: Fate = Fate.SOFT, **changes: object) -> Feedback:
    one = Feedback(fate, f"{fate} of {about.id}", about.address, about.id)
    return replace(one, **changes)  # type: ignore[arg-type]


def note(world: World, one: Feedback, about: Delivery | None, provider: str = "memory") -> bool:
    with world.database.writing() as session:
        return feedback.note(session, provider, one, about, world.now)


def notes(world: World) -> list[object]:
    with world.database.reading() as session:
        return list(session.execute(t.feedback.select().order_by(t.feedback.c.id)))


def softs(world: World, address: str = ADA) -> int:
    with world.database.reading() as session:
        return feedback.softs(session, address)


def test_the_same_event_is_written_once(world: World, welcome: Delivery) -> None:
    assert note(world, told(welcome), welcome)
    assert not note(world, told(welcome), welcome)
    assert not note(world, told(welcome, words="another body", at=world.now), welcome)
    assert len(notes(world)) == 1


def test_the_same_happening_under_another_name_is_written_once(world: World, welcome: Delivery) -> None:
    assert note(world, told(welcome, at=world.now), welcome)
    assert not note(world, told(welcome, at=world.now, event="told again"), welcome)


def test_two_providers_may_call_two_things_the_same(world: World, welcome: Delivery) -> None:
    assert note(world, told(welcome), welcome, "one")
    assert note(world, told(welcome), welcome, "another")


def test_no_address_is_kept_and_foreign_words_are_one_short_printable_line(
    world: World, welcome: Delivery
) -> None:
    note(world, told(welcome, words="<script>\x00\x1b[31m\ud800" + "x" * 1_000_000), welcome)
    kept = notes(world)[0]
    assert kept.words.startswith("<script>??[31m?xx")  # type: ignore[attr-defined]
    assert len(kept.words) == 1024  # type: ignore[attr-defined]
    assert b"example.org" not in kept.event + kept.occurrence + kept.recipient  # type: ignore[attr-defined]


def test_of_what_is_not_ours_neither_recipient_nor_words_are_kept(world: World) -> None:
    note(world, Feedback(Fate.BOUNCED, "event", BEN, 99, words=f"{BEN} is full"), None)
    kept = notes(world)[0]
    assert (kept.delivery_id, kept.recipient, kept.words) == (None, None, "")  # type: ignore[attr-defined]


def test_a_delivery_is_found_by_its_number_or_by_the_providers_name(world: World, welcome: Delivery) -> None:
    by_number, by_name = told(welcome), told(welcome, delivery=None, provider_id="a name")
    with world.database.reading() as session:
        for one in (by_number, by_name, told(welcome, delivery=99, provider_id="a name")):
            found = feedback.subject(session, "memory", one)
            assert found is not None
            assert found.delivery == welcome


def test_our_number_says_more_than_a_name_and_of_a_name_the_newest_is_meant(
    world: World, welcome: Delivery
) -> None:
    confirm = world.row("confirm")
    with world.database.writing() as session:
        session.execute(t.deliveries.update().values(provider_id="a name"))
        numbered = feedback.subject(session, "memory", told(confirm, provider_id="a name"))
        named = feedback.subject(session, "memory", told(confirm, delivery=None, provider_id="a name"))
    assert numbered is not None
    assert named is not None
    assert (numbered.delivery.id, named.delivery.id) == (confirm.id, welcome.id)


@pytest.mark.parametrize(
    "changes",
    [
        {"delivery": 99},
        {"delivery": None},
        {"delivery": None, "provider_id": "another"},
        {"delivery": None, "provider_id": ""},
        {"delivery": None, "provider_id": "a\x00name"},
        {"delivery": None, "provider_id": "a \ud800 name"},
        {"delivery": 999_999_999_999_999_999},
    ],
)
def test_no_other_delivery_is_found(world: World, welcome: Delivery, changes: dict[str, object]) -> None:
    with world.database.reading() as session:
        assert feedback.subject(session, "memory", told(welcome, **changes)) is None


def test_only_what_went_to_a_provider_is_found_for_it(world: World, welcome: Delivery) -> None:
    with world.database.reading() as session:
        assert feedback.subject(session, "another", told(welcome)) is None
        assert feedback.subject(session, "memory", told(world.row("lesson"))) is None


def test_soft_bounces_are_counted_by_letter_since_one_was_delivered(world: World, welcome: Delivery) -> None:
    confirm = world.row("confirm")
    world.now += timedelta(hours=1)
    note(world, told(confirm, at=world.now - 3 * A_MINUTE), confirm)
    assert softs(world) == 1
    note(world, told(confirm, event="another try", at=world.now - 2 * A_MINUTE), confirm)
    assert softs(world) == 1
    note(world, told(welcome, at=world.now - A_MINUTE), welcome)
    assert softs(world) == 2
    note(world, told(confirm, Fate.DELIVERED, at=world.now - 2 * A_MINUTE), confirm)
    assert softs(world) == 1
    note(world, told(confirm, Fate.DELIVERED, event="late", at=world.now), confirm)
    assert softs(world) == 0


@pytest.mark.parametrize("what", [Fate.DELAYED, Fate.REFUSED, Fate.BOUNCED, Fate.COMPLAINED])
def test_no_other_word_counts_as_a_soft_bounce_or_ends_their_row(
    world: World, welcome: Delivery, what: Fate
) -> None:
    note(world, told(welcome), welcome)
    note(world, told(world.row("confirm"), what), world.row("confirm"))
    assert softs(world) == 1


def test_soft_bounces_are_counted_for_each_address_alone(world: World, welcome: Delivery) -> None:
    world.start(BEN)
    note(world, told(welcome), welcome)
    assert (softs(world), softs(world, ADA.upper()), softs(world, BEN)) == (1, 1, 0)


def test_of_the_last_two_hundred_it_counts_the_bounced_addresses(world: World) -> None:
    for n in range(4):
        world.start(f"person{n}@example.org")
    world.start("other@example.org")
    with world.database.writing() as session:
        for n in range(3):
            feedback.write_fate(
                session, world.row("welcome", f"person{n}@example.org").id, Fate.BOUNCED, world.now
            )
            feedback.write_fate(
                session, world.row("confirm", f"person{n}@example.org").id, Fate.BOUNCED, world.now
            )
        feedback.write_fate(session, world.row("welcome", "person3@example.org").id, Fate.REFUSED, world.now)
    with world.database.reading() as session:
        assert feedback.bounces(session, "memory", world.now, but="nobody") == (3, 10)
        assert feedback.bounces(session, "memory", world.now, but="person0@example.org") == (2, 10)
        assert feedback.bounces(session, "memory", world.now - A_MINUTE, but="nobody") == (0, 0)
        assert feedback.bounces(session, "another", world.now, but="nobody") == (0, 0)


def test_older_mails_than_the_last_two_hundred_do_not_count(world: World, welcome: Delivery) -> None:
    with world.database.writing() as session:
        feedback.write_fate(session, welcome.id, Fate.BOUNCED, world.now)
        row = dict(session.execute(t.deliveries.select().filter_by(id=welcome.id)).one()._mapping)
        del row["id"]
        for n in range(feedback.LATELY):
            assert feedback.bounces(session, "memory", world.now + A_MINUTE, but="nobody")[0] == 1
            newer = {"occasion": f"another {n}", "sent_at": world.now + A_MINUTE, "fate": "delivered"}
            session.execute(t.deliveries.insert().values(row | newer))
        assert feedback.bounces(session, "memory", world.now + A_MINUTE, but="nobody") == (0, 200)


def test_what_was_told_is_kept_thirty_days(world: World, welcome: Delivery) -> None:
    note(world, told(welcome), welcome)
    world.now += KEPT
    world.do(prune, timedelta(days=365))
    assert len(notes(world)) == 1
    world.now += timedelta(seconds=1)
    world.do(prune, timedelta(days=365))
    assert notes(world) == []


def test_what_was_told_of_a_person_goes_with_the_person(world: World, welcome: Delivery) -> None:
    note(world, told(welcome), welcome)
    with world.database.writing() as session:
        session.execute(t.subscribers.delete())
    assert notes(world) == []


def test_hashes_belong_to_one_installation(world: World, welcome: Delivery) -> None:
    note(world, told(welcome), welcome)
    with world.database.writing() as session:
        session.execute(t.installation.update().values(key=b"another" * 5))
        assert feedback.softs(session, ADA) == 0
