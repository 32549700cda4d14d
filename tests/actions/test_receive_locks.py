"""Two calls, or a call and a person, meet on PostgreSQL: each waits for the other, and nobody in a ring."""

from datetime import timedelta

import pytest

from app.actions import pause
from app.core.delivery import State, Suppressed
from app.core.enrollment import Status
from app.core.feedback import Fate
from app.store.database import Database
from tests.actions.telling import fate, first_lesson, kept, suppressed, tell, told
from tests.actions.test_receive_settles import in_doubt
from tests.chaos.far_end import Before, beside, somebody_waits
from tests.world import ADA, BEN, World

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def elsewhere(world: World) -> World:
    """The same world, as another process sees it."""
    url = world.database.url.render_as_string(hide_password=False)
    return World(Database(url), world.now, world.challenge, world.mailer)


def test_two_calls_about_the_same_people_do_not_wait_in_a_ring(world: World) -> None:
    ada, ben = first_lesson(world, ADA), first_lesson(world, BEN)
    earlier, other = world.now - timedelta(minutes=1), elsewhere(world)
    half_way = Before(world.database, "INSERT INTO suppressions")
    ada_first = [told(ada, Fate.BOUNCED, at=earlier), told(ben, Fate.BOUNCED, at=world.now)]
    ben_first = [told(ben, Fate.COMPLAINED, at=earlier), told(ada, Fate.COMPLAINED, at=world.now)]
    with beside(lambda: tell(world, *ada_first)):
        assert half_way.reached()
        with beside(lambda: tell(other, *ben_first)):
            assert somebody_waits(other.database)
            half_way.let_go()
    assert [suppressed(world, one) for one in (ADA, BEN)] == [Suppressed.COMPLAINED] * 2
    kept(world)
    other.database.close()


def test_of_two_words_at_once_the_heavier_stays(world: World) -> None:
    lesson, other = first_lesson(world), elsewhere(world)
    half_way = Before(world.database, "UPDATE deliveries")
    with beside(lambda: tell(world, told(lesson, Fate.DELIVERED))):
        assert half_way.reached()
        with beside(lambda: tell(other, told(lesson, Fate.REFUSED))):
            assert somebody_waits(other.database)
            half_way.let_go()
    assert fate(world, lesson) is Fate.REFUSED
    other.database.close()


def test_a_call_waits_for_a_pause_and_the_pause_not_for_the_call(world: World) -> None:
    """The lesson is about to go once more; the pause moves it, and then it turns out to have arrived."""
    in_doubt(world)
    world.now += timedelta(minutes=16)
    world.worker()._look()
    lesson, other = world.row("lesson"), elsewhere(world)
    half_way = Before(world.database, "UPDATE deliveries")
    with beside(lambda: world.do(pause.pause, lesson.enrollment_id, None)):
        assert half_way.reached()
        with beside(lambda: tell(other, told(lesson, Fate.DELIVERED))):
            assert somebody_waits(other.database)
            half_way.let_go()
    assert (world.state("lesson:1:1"), world.course().status) == (State.SENT, Status.PAUSED)
    assert (world.state("lesson:1:2"), world.row("lesson:1:2").due_at) == (State.SCHEDULED, None)
    kept(world)
    other.database.close()
