"""Who waits for whom: a bounce against a lesson, forgetting against a letter; and nobody waits in a ring."""

from datetime import UTC, datetime, timedelta

import pytest

from app.actions import forget, pause
from app.core.delivery import Kind
from app.core.enrollment import Status
from app.core.outcome import Meaning
from tests.actions.telling import kept
from tests.actions.test_deliver import claim
from tests.chaos.conftest import NewPost
from tests.chaos.far_end import Before, Gate, Post, beside, somebody_waits
from tests.world import World

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

SEVEN = datetime(2026, 11, 24, 6, tzinfo=UTC)

Posts = tuple[Post, Post]


@pytest.fixture
def posts(world: World, new_post: NewPost) -> Posts:
    """Ada's welcome still waits, one minute before seven: the first will see it bounce, the second sends."""
    world.mailer.answers = [Meaning.ACCEPTED, Meaning.DEFERRED]
    world.start()
    world.now = SEVEN - timedelta(minutes=1)
    return new_post(Meaning.REJECTED), new_post()


def lived_on(world: World, post: Post) -> None:
    for _ in range(12):
        world.now += timedelta(hours=6)
        post.worker.tick()
    kept(world)


def test_an_intent_waits_for_a_bounce_and_then_sends_nothing(world: World, posts: Posts) -> None:
    bounces, sends = posts
    with bounces.tick(bounces.far, bounces.failed):
        assert bounces.far.reached()
        world.now = SEVEN
        with sends.tick(sends.desk):
            assert sends.desk.reached()
            bounces.far.let_go()
            assert bounces.failed.reached()
            sends.desk.let_go()
            assert somebody_waits(world.database)
            bounces.failed.let_go()
    lived_on(world, sends)
    assert sends.lessons() == []


def test_a_bounce_waits_for_an_intent_and_only_that_lesson_goes(world: World, posts: Posts) -> None:
    bounces, sends = posts
    with bounces.tick(bounces.far):
        assert bounces.far.reached()
        world.now = SEVEN
        with sends.tick(sends.intent):
            assert sends.intent.reached()
            bounces.far.let_go()
            assert somebody_waits(world.database)
            sends.intent.let_go()
    lived_on(world, sends)
    assert sends.lessons() == ["lesson 1"]
    assert world.course().status is Status.STALLED


def test_forgetting_waits_for_an_intent_and_the_answer_finds_nobody(world: World, new_post: NewPost) -> None:
    world.sign_up()
    world.now += forget.UNCONFIRMED + timedelta(hours=1)
    post = new_post()
    with post.tick(post.intent, post.far):
        assert post.intent.reached()
        with beside(lambda: forgetting(world)):
            assert somebody_waits(world.database)
            post.intent.let_go()
        post.far.let_go()
    assert [one.kind for one in post.far.arrived] == [Kind.CONFIRM]
    assert world.rows() == []


def test_an_intent_waits_for_forgetting_and_then_sends_nothing(world: World, new_post: NewPost) -> None:
    world.sign_up()
    world.now += forget.UNCONFIRMED + timedelta(hours=1)
    post, door = new_post(), Gate(world.database)
    with post.tick(post.desk):
        assert post.desk.reached()
        with beside(lambda: forgetting(world)):
            assert door.reached()
            post.desk.let_go()
            assert somebody_waits(world.database)
            door.let_go()
    assert post.far.arrived == []


def test_somebody_who_signs_up_again_holds_no_record_up(world: World, new_post: NewPost) -> None:
    world.start()
    world.now = SEVEN
    post, door = new_post(), Before(world.database, "FOR UPDATE OF enrollments")
    with beside(world.sign_up):
        assert door.reached()
        with post.tick():
            pass
        door.let_go()
    assert post.lessons() == ["lesson 1"]


def test_a_pause_and_a_settling_worker_do_not_wait_in_a_ring(world: World, posts: Posts) -> None:
    """The welcome is in doubt, and a worker died with the lesson in its hands."""
    _, post = posts
    world.mailer.answers = [Meaning.UNKNOWN]
    world.worker().tick()
    world.now = SEVEN
    claim(world.worker("dead"))
    world.now += timedelta(seconds=61)
    door = Before(world.database, "UPDATE deliveries")
    with beside(lambda: world.do(pause.pause, world.course().id, None)):
        assert door.reached()
        with post.tick():
            assert somebody_waits(post.database)
            door.let_go()


def forgetting(world: World) -> None:
    world.do(forget.prune, timedelta(days=365))
