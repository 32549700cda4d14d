"""A migration that is killed half-way leaves what was there; the next one goes through."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event

from app.store import schema
from app.store.database import Database, Unavailable
from tests.chaos.test_nth_call import Fault
from tests.postgresql import Server
from tests.proof import FULL

STRIDE = 1 if FULL else 7


@contextmanager
def failing(database: Database, fault: Fault) -> Iterator[None]:
    def listener(*_: object) -> None:
        fault()

    event.listen(database.engine, "before_cursor_execute", listener)
    yield
    event.remove(database.engine, "before_cursor_execute", listener)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Nobody has migrated it yet."""
    url = f"sqlite:///{tmp_path}/empty.db"
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        server.execute("DROP DATABASE IF EXISTS empty")
        server.execute("CREATE DATABASE empty")
        url = server.url("empty")
    database = Database(url)
    yield database
    database.close()


def test_a_migration_killed_at_any_statement_can_be_run_again(empty: Database) -> None:
    for nth in count(1, STRIDE):
        fault = Fault(nth)
        with failing(empty, fault):
            try:
                schema.upgrade(empty)
            except Unavailable:
                assert not schema.fit(empty)
            else:
                break
    assert nth > 20
    assert schema.fit(empty)
