"""When many mails of a provider bounce at once, it is the provider's trouble and nobody's address."""

from datetime import UTC, datetime, timedelta

from app.core.delivery import Delivery, Suppressed
from app.core.enrollment import Status
from app.core.feedback import Fate
from app.store import feedback, providers
from app.store import tables as t
from tests.actions.telling import fate, kept, said, suppressed, tell, told
from tests.world import World

SEVEN = datetime(2026, 11, 24, 6, tzinfo=UTC)


def crowd(world: World, size: int) -> list[Delivery]:
    """The first lesson of so many people."""
    people = [f"person{n}@domain{n}.org" for n in range(size)]
    for address in people:
        world.start(address)
    world.now = SEVEN
    world.worker().tick()
    return [world.row("lesson", address) for address in people]


def test_the_tenth_bounce_of_a_wave_is_the_providers_trouble(world: World) -> None:
    lessons = crowd(world, 12)
    for lesson in lessons[:9]:
        tell(world, told(lesson, Fate.BOUNCED))
    assert [suppressed(world, one.address) for one in lessons[:9]] == [Suppressed.BOUNCED] * 9
    with said() as lines:
        tell(world, told(lessons[9], Fate.BOUNCED))
        tell(world, told(lessons[10], Fate.BOUNCED))
        tell(world, told(lessons[11], Fate.COMPLAINED))
    assert [suppressed(world, one.address) for one in lessons[9:]] == [None, None, Suppressed.COMPLAINED]
    assert fate(world, lessons[9]) is Fate.BOUNCED
    assert world.course(lessons[9].address).status is Status.ACTIVE
    assert len([line for line in lines if line["log_level"] == "error"]) == 1
    kept(world)


def test_in_a_wave_the_provider_is_set_aside_for_a_while(world: World) -> None:
    lessons = crowd(world, 10)
    tell(world, *(told(lesson, Fate.BOUNCED) for lesson in lessons))
    with world.database.reading() as session:
        assert "bounced" in providers.aside(session, world.now)["memory"]
    world.sign_up()
    world.worker().tick()
    assert world.subjects() == []
    world.now += timedelta(minutes=16)
    world.worker().tick()
    assert world.subjects() == ["confirm"]


def test_a_third_soft_bounce_in_a_wave_is_nobodys_fault_either(world: World) -> None:
    lessons = crowd(world, 11)
    tell(world, *(told(lesson, Fate.BOUNCED) for lesson in lessons[:10]))
    address = lessons[10].address
    letters = [world.row(one, address) for one in ("confirm", "welcome", "lesson")]
    tell(world, *(told(one, Fate.SOFT) for one in letters))
    assert suppressed(world, address) is None


def test_bounces_that_come_late_are_seen_among_the_mails_of_their_time(world: World) -> None:
    lessons = crowd(world, 10)
    with world.database.writing() as session:
        row = dict(session.execute(t.deliveries.select().where(t.deliveries.c.id == 1)).one()._mapping)
        del row["id"]
        later = {"sent_at": world.now + timedelta(minutes=1)}
        many = [row | later | {"occasion": f"another {n}"} for n in range(feedback.LATELY)]
        session.execute(t.deliveries.insert(), many)
    world.now += timedelta(minutes=2)
    tell(world, *(told(lesson, Fate.BOUNCED, at=world.now) for lesson in lessons))
    spared = [one.address for one in lessons if suppressed(world, one.address) is None]
    assert len(spared) == 1


def test_bounces_of_older_mails_are_seen_among_the_newest_too(world: World) -> None:
    lessons = crowd(world, 10)
    with world.database.writing() as session:
        for n, lesson in enumerate(lessons):
            sent = {"sent_at": world.now + timedelta(minutes=n)}
            session.execute(t.deliveries.update().where(t.deliveries.c.id == lesson.id).values(sent))
    world.now += timedelta(minutes=10)
    for lesson in reversed(lessons):
        tell(world, told(lesson, Fate.BOUNCED))
    assert [one.address for one in lessons if suppressed(world, one.address) is None] == [lessons[0].address]


def test_a_soft_bounce_makes_no_wave(world: World) -> None:
    lessons = crowd(world, 10)
    tell(world, *(told(lesson, Fate.BOUNCED) for lesson in lessons[:9]))
    address = lessons[9].address
    tell(world, *(told(world.row(one, address), Fate.SOFT) for one in ("confirm", "welcome", "lesson")))
    assert suppressed(world, address) is Suppressed.BOUNCED
