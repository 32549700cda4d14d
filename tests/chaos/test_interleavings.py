"""A stop and a lesson meet on the lock of the enrollment, in either order: stop means stop.

Two threads, each with connections of its own. Gates hold a commit back, and PostgreSQL itself says who waits.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from app.actions import leave, pause
from app.core.delivery import State
from app.core.feedback import Fate
from app.core.outcome import Meaning
from tests.actions.telling import tell, told
from tests.chaos.conftest import NewPost
from tests.chaos.far_end import Gate, Post, beside, somebody_waits
from tests.world import World

SEVEN = datetime(2026, 11, 24, 6, tzinfo=UTC)
UNTIL = date(2026, 12, 1)
UNTIL_SEVEN = datetime(2026, 12, 1, 6, tzinfo=UTC)

Stop = Callable[[World], object]


def pauses(world: World) -> None:
    world.do(pause.pause, world.course().id, None)


def pauses_until(world: World) -> None:
    world.do(pause.pause, world.course().id, UNTIL)


def leaves(world: World) -> None:
    world.do(leave.leave, world.course().id, goodbye=True)


def unsubscribes(world: World) -> None:
    world.do(leave.leave, world.course().id, goodbye=False)


def complains(world: World) -> None:
    tell(world, told(world.row("welcome"), Fate.COMPLAINED))


PAUSES, ENDS = (pauses, pauses_until), (leaves, unsubscribes, complains)
COMES_BACK: dict[Stop, datetime | None] = {pauses: None, pauses_until: UNTIL_SEVEN}

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
any_stop = pytest.mark.parametrize("stop", [*PAUSES, *ENDS])
any_answer = pytest.mark.parametrize("answer", [Meaning.ACCEPTED, Meaning.DEFERRED, Meaning.UNKNOWN])


@dataclass
class Scene:
    """Ada's first lesson is due; worker and door have connections of their own."""

    world: World
    post: Post
    door: Gate

    def stopping(self, stop: Stop, *holds: Gate) -> AbstractContextManager[None]:
        if not holds:
            self.door.let_go()
        return beside(lambda: stop(self.world))

    def live_on(self, days: int) -> None:
        """The provider is well again and takes everything."""
        self.post.far.answer = Meaning.ACCEPTED
        for _ in range(4 * days):
            self.world.now += timedelta(hours=6)
            self.post.worker.tick()


@pytest.fixture
def scene(world: World, new_post: NewPost) -> Scene:
    world.start()
    world.now = SEVEN
    return Scene(world, new_post(), Gate(world.database))


@on_postgresql
@any_stop
def test_an_intent_waits_for_a_stop_and_then_sends_nothing(scene: Scene, stop: Stop) -> None:
    post, door = scene.post, scene.door
    with post.tick(post.desk):
        assert post.desk.reached()
        with scene.stopping(stop, door):
            assert door.reached()
            post.desk.let_go()
            assert somebody_waits(post.database)
            door.let_go()
    scene.live_on(days=6)
    assert post.lessons() == []


@on_postgresql
@any_stop
@any_answer
def test_a_stop_waits_for_an_intent_and_only_that_one_message_goes(
    scene: Scene, stop: Stop, answer: Meaning
) -> None:
    post = scene.post
    post.far.answer = answer
    with post.tick(post.intent, post.far):
        assert post.intent.reached()
        with scene.stopping(stop):
            assert somebody_waits(post.database)
            post.intent.let_go()
        post.far.let_go()
    scene.live_on(days=6)
    assert post.lessons() == ["lesson 1"]


@on_postgresql
@any_stop
def test_a_stop_waits_for_a_record_and_stops_the_day_it_owed(scene: Scene, stop: Stop) -> None:
    post = scene.post
    with post.tick(post.sent):
        assert post.sent.reached()
        with scene.stopping(stop):
            assert somebody_waits(post.database)
            post.sent.let_go()
    assert scene.world.state("lesson:1:1") is State.SENT
    next_day = scene.world.row("lesson:1:2")
    if stop in ENDS:
        assert next_day.state is State.CANCELLED
    else:
        assert (next_day.state, next_day.due_at) == (State.SCHEDULED, COMES_BACK[stop])


@on_postgresql
@any_stop
def test_a_record_waits_for_a_stop_and_owes_what_the_stop_allows(scene: Scene, stop: Stop) -> None:
    post, door = scene.post, scene.door
    with post.tick(post.far):
        assert post.far.reached()
        with scene.stopping(stop, door):
            assert door.reached()
            post.far.let_go()
            assert somebody_waits(post.database)
            door.let_go()
    assert scene.world.state("lesson:1:1") is State.SENT
    next_days = [one for one in scene.world.rows() if one.day == 2]
    assert [one.due_at for one in next_days] == ([] if stop in ENDS else [COMES_BACK[stop]])


@on_sqlite
@any_stop
@any_answer
def test_a_stop_while_the_message_is_on_the_wire_lets_only_that_one_arrive(
    scene: Scene, stop: Stop, answer: Meaning
) -> None:
    scene.post.far.answer = answer
    with scene.post.tick(scene.post.far):
        assert scene.post.far.reached()
        with scene.stopping(stop):
            pass
        scene.post.far.let_go()
    scene.live_on(days=6)
    assert scene.post.lessons() == ["lesson 1"]


@pytest.mark.parametrize("stop", PAUSES)
@any_answer
def test_after_a_pause_on_the_wire_the_course_waits_for_the_resume(
    scene: Scene, stop: Stop, answer: Meaning
) -> None:
    post = scene.post
    post.far.answer = answer
    with post.tick(post.far):
        assert post.far.reached()
        with scene.stopping(stop):
            pass
        post.far.let_go()
    scene.live_on(days=6)
    scene.world.do(pause.resume, scene.world.course().id)
    scene.live_on(days=4)
    first = ["lesson 1"] if answer is Meaning.ACCEPTED else ["lesson 1", "lesson 1"]
    assert post.lessons() == [*first, "lesson 2", "lesson 3"]
