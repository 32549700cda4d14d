"""The n-th call fails: a whole course is lived through again and again, another call going wrong each time.

After each the books must balance: every lesson accepted, in order, none twice, nothing left behind.
A few calls are sampled here; PROOF=full tries every one.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
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
from tests.proof import FULL
from tests.quick import quick
from tests.world import World

STRIDE = 1 if FULL else 211
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


Fresh = Callable[[], AbstractContextManager[World]]


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """A world for every life, on a new database of the asked kind, which goes with it."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return lambda: _on_sqlite(template, tmp_path / "life.db")
    server = request.getfixturevalue("postgresql")
    return lambda: _on_postgresql(server, request.getfixturevalue("postgresql_template"))


@contextmanager
def _on_sqlite(template: Path, file: Path) -> Iterator[World]:
    world = World(quick(f"sqlite:///{shutil.copy(template, file)}"))
    yield world
    world.database.close()


@contextmanager
def _on_postgresql(server: Server, template: str) -> Iterator[World]:
    with server.copy(template) as url:
        world = World(Database(url))
        yield world
        world.database.close()


Injected = Callable[[Database, Fault, str], AbstractContextManager[None]]


@pytest.mark.parametrize("fresh", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("inject", [statements, commits])
@pytest.mark.parametrize("when", ["before", "after"])
def test_any_one_database_call_may_fail(fresh: Fresh, inject: Injected, when: str) -> None:
    for nth in count(1, STRIDE):
        fault = Fault(nth)
        with fresh() as world:
            with inject(world.database, fault, when):
                live(world)
            balanced(world)
        if fault.seen < nth:
            return


@pytest.mark.parametrize("fresh", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("meaning", [Meaning.UNREACHED, Meaning.DEFERRED, Meaning.OURS, Meaning.UNSENT])
def test_any_one_message_may_be_refused(fresh: Fresh, meaning: Meaning) -> None:
    for nth in range(1, 9, min(STRIDE, 5)):
        with fresh() as world:
            world.mailer.answer = nth_answer(nth, meaning)
            live(world)
            balanced(world)


@pytest.mark.parametrize("fresh", ["sqlite", "postgresql"], indirect=True)
def test_any_one_reply_may_be_lost_and_costs_at_most_one_copy(fresh: Fresh) -> None:
    for nth in range(1, 9, min(STRIDE, 5)):
        with fresh() as world:
            world.mailer.answer = accepted_but_unheard(world, nth)
            live(world)
            balanced(world, extras=1)


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
