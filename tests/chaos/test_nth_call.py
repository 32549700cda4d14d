"""The n-th call fails: a whole course is lived through again and again, another call going wrong each time.

After each the books must balance: every lesson accepted, in order, none twice, nothing left behind.
A few calls are sampled here; FIRE_STRIDE=1 tries every one (make fire).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from app.actions import leave, pause
from app.core.delivery import State
from app.core.message import Message
from app.core.outcome import Meaning
from app.store import deliveries, invariants
from app.store.database import Database, Unavailable
from tests.postgresql import Server
from tests.world import World

STRIDE = int(os.environ.get("FIRE_STRIDE", "113"))
_numbers = count(1)
COURSE = ["lesson 1", "lesson 2", "lesson 3"]


class Fault:
    """Counts the calls of one kind and raises at the n-th."""

    def __init__(self, nth: int) -> None:
        self.nth = nth
        self.seen = 0

    def __call__(self) -> None:
        self.seen += 1
        if self.seen == self.nth:
            raise OperationalError("the database went away", {}, Exception("injected"))


@contextmanager
def statements(database: Database, fault: Fault, when: str) -> Iterator[None]:
    """The n-th statement fails: before it acted, or after."""
    name = f"{when}_cursor_execute"

    def listener(*_: object) -> None:
        fault()

    event.listen(database.engine, name, listener)
    yield
    event.remove(database.engine, name, listener)


@contextmanager
def commits(database: Database, fault: Fault, when: str) -> Iterator[None]:
    """The n-th commit fails: undone, or done with its answer lost."""

    def listener(connection: Connection) -> None:
        try:
            fault()
        except OperationalError:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.commit() if when == "after" and database.path is None else None
            if when == "after" and database.path is not None:
                raw.execute("COMMIT")  # type: ignore[attr-defined]
            connection.invalidate()
            raw.close()
            raise

    event.listen(database.engine, "commit", listener)
    yield
    event.remove(database.engine, "commit", listener)


def live(world: World) -> None:
    """Somebody's course, with a pause in it, lived through whatever happens."""
    until(world, lambda: bool(rows(world)), world.sign_up)
    until(world, lambda: world.course().status != "waiting", world.start)
    for step in range(45):
        if step == 6:
            attempt(lambda: world.do(pause.pause, world.course().id, None))
        if step == 9:
            until(
                world,
                lambda: world.course().status != "paused",
                lambda: world.do(pause.resume, world.course().id),
            )
        attempt(world.worker().tick)
        world.now += timedelta(hours=3)


def until(world: World, done: Callable[[], bool], act: Callable[[], object]) -> None:
    for _ in range(5):
        attempt(act)
        world.now += timedelta(minutes=16)
        try:
            if done():
                return
        except Unavailable:
            continue
    raise AssertionError("one fault stopped it for good")


def attempt(act: Callable[[], object]) -> None:
    try:
        act()
    except Unavailable:
        return


def rows(world: World) -> list[object]:
    return list(world.rows())


def balanced(world: World, extras: int = 0) -> None:
    lessons = [subject for subject in world.subjects() if subject.startswith("lesson")]
    assert list(dict.fromkeys(lessons)) == COURSE
    assert len(lessons) <= len(COURSE) + extras
    states = {row.state for row in world.rows()}
    assert states <= {State.SENT, State.CANCELLED}
    with world.database.reading() as session:
        assert not any(invariants.broken(session, world.now).values())
        assert deliveries.next_due(session) is None


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Database]:
    """A new database of the asked kind for every life."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return lambda: Database(f"sqlite:///{shutil.copy(template, tmp_path / f'{next(_numbers)}.db')}")
    server: Server = request.getfixturevalue("postgresql")
    template = request.getfixturevalue("postgresql_template")

    def make() -> Database:
        name = f"nth_{next(_numbers)}"
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return Database(server.url(name))

    return make


Injected = Callable[[Database, Fault, str], "Iterator[None]"]


@pytest.mark.parametrize("fresh", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("inject", [statements, commits])
@pytest.mark.parametrize("when", ["before", "after"])
def test_any_one_database_call_may_fail(fresh: Callable[[], Database], inject: Injected, when: str) -> None:
    for nth in count(1, STRIDE):
        world, fault = World(fresh()), Fault(nth)
        with inject(world.database, fault, when):  # type: ignore[attr-defined]
            live(world)
        balanced(world)
        world.database.close()
        if fault.seen < nth:
            return


@pytest.mark.parametrize("fresh", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("meaning", [Meaning.UNREACHED, Meaning.DEFERRED, Meaning.OURS, Meaning.UNSENT])
def test_any_one_message_may_be_refused(fresh: Callable[[], Database], meaning: Meaning) -> None:
    for nth in range(1, 9, min(STRIDE, 3)):
        world = World(fresh())
        world.mailer.answer = nth_answer(nth, meaning)
        live(world)
        balanced(world)
        world.database.close()


@pytest.mark.parametrize("fresh", ["sqlite", "postgresql"], indirect=True)
def test_any_one_reply_may_be_lost_and_costs_at_most_one_copy(fresh: Callable[[], Database]) -> None:
    for nth in range(1, 9, min(STRIDE, 3)):
        world = World(fresh())
        world.mailer.answer = accepted_but_unheard(world, nth)
        live(world)
        balanced(world, extras=1)
        world.database.close()


def test_leaving_at_any_moment_is_the_end(database: Database) -> None:
    world = World(database)
    world.start()
    world.go_to_next()
    world.do(leave.leave, world.course().id, goodbye=False)
    for _ in range(20):
        world.now += timedelta(hours=7)
        world.worker().tick()
    assert world.subjects()[2:] == ["lesson 1"]


def nth_answer(nth: int, meaning: Meaning) -> Callable[[Message], Meaning]:
    calls = count(1)
    return lambda _: meaning if next(calls) == nth else Meaning.ACCEPTED


def accepted_but_unheard(world: World, nth: int) -> Callable[[Message], Meaning]:
    calls = count(1)

    def answer(message: Message) -> Meaning:
        if next(calls) != nth:
            return Meaning.ACCEPTED
        world.mailer.accepted.append(message)
        return Meaning.UNKNOWN

    return answer
