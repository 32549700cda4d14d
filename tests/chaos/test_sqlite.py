"""SQLite in trouble: busy, full, read-only, its file moved, gone or cut short. Then nothing is sent."""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Table, event, select
from sqlalchemy.exc import DatabaseError

from app.store import schema
from app.store import tables as t
from app.store.database import Database, Unavailable
from tests.actions.test_deliver import due_lesson
from tests.web.conftest import make_site
from tests.world import ADA, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def file_of(database: Database) -> Path:
    assert database.path is not None
    return database.path


@contextmanager
def with_pragma(database: Database, pragma: str) -> Iterator[None]:
    """Every connection opened meanwhile is told so."""

    def tell(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(database.engine, "connect", tell)
    database.engine.dispose()
    schema.fit(database)  # opens one
    yield
    event.remove(database.engine, "connect", tell)
    database.engine.dispose()


def count(world: World, table: Table) -> int:
    with world.database.reading() as session:
        return len(session.execute(select(table)).all())


@contextmanager
def somebody_else_writes(database: Database) -> Iterator[None]:
    with closing(sqlite3.connect(file_of(database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def test_a_busy_file_is_waited_for_and_then_sends_once(world: World) -> None:
    due_lesson(world)
    with with_pragma(world.database, "busy_timeout = 50"):
        with somebody_else_writes(world.database), pytest.raises(Unavailable):
            world.worker().tick()
        world.worker().tick()
    assert world.subjects()[2:] == ["lesson 1"]


def test_a_busy_file_is_a_503_at_the_door(database: Database) -> None:
    site = make_site(database)
    form = {"email": ADA, "token": site.token()}
    with with_pragma(database, "busy_timeout = 50"):
        with somebody_else_writes(database):
            assert site.client.post("/signup", data=form).status_code == 503
        assert site.client.post("/signup", data=form).status_code == 303


def test_a_file_that_became_read_only_sends_nothing_until_it_can_be_written(world: World) -> None:
    due_lesson(world)
    with with_pragma(world.database, "query_only = ON"), pytest.raises(Unavailable):
        world.worker().tick()
    world.worker().tick()
    assert world.subjects()[2:] == ["lesson 1"]


def test_a_full_disk_undoes_the_transaction_as_a_whole(world: World) -> None:
    """Whoever could not be written down whole is not there at all, and welcome once there is room."""
    people = (f"person{n}@example.org" for n in range(500))
    with with_pragma(world.database, "max_page_count = 40"), pytest.raises(Unavailable):
        deque(map(world.sign_up, people))
    tables = (t.subscribers, t.consents, t.enrollments, t.deliveries)
    assert len({count(world, table) for table in tables}) == 1
    world.sign_up(next(people))


def test_a_file_that_is_gone_sends_nothing_and_is_not_made_anew(world: World) -> None:
    due_lesson(world)
    file_of(world.database).unlink()
    for _ in range(2):
        with pytest.raises(DatabaseError):
            world.worker().tick()
        world.database.engine.dispose()
    assert not file_of(world.database).exists()
    assert world.subjects()[2:] == []


def test_a_file_that_was_moved_is_not_written_to_elsewhere(world: World, tmp_path: Path) -> None:
    due_lesson(world)
    file_of(world.database).rename(tmp_path / "elsewhere.db")
    with pytest.raises(DatabaseError):
        world.worker().tick()
    assert world.subjects()[2:] == []


def test_a_file_that_was_cut_short_sends_nothing(world: World) -> None:
    due_lesson(world)
    file_of(world.database).write_bytes(b"")
    with pytest.raises(DatabaseError):
        world.worker().tick()
    assert world.subjects()[2:] == []


def test_every_commit_is_synced_to_the_disk(database_url: str) -> None:
    """So that a power cut takes nothing back that was said to be done; other tests need not wait for it."""
    database = Database(database_url)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
    database.close()
