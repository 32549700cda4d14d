"""What every test may ask for: a database of either kind, and the small named world."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from app.store import schema
from app.store import tables as t
from app.store.database import Database
from tests.postgresql import Server, running_server
from tests.quick import quick
from tests.world import World

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "kindling.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server) -> str:
    postgresql.execute("CREATE DATABASE template_kindling")
    _migrate(postgresql.url("template_kindling"))
    return "template_kindling"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    copy = shutil.copy(sqlite_template, tmp_path / "kindling.db")
    return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def postgresql_used(postgresql: Server, postgresql_template: str) -> str:
    """One database for many tests: to make it anew for each takes longer than most of them."""
    postgresql.execute(f"CREATE DATABASE used TEMPLATE {postgresql_template}")
    postgresql.execute("CREATE SCHEMA kept", "used")
    postgresql.execute("CREATE TABLE kept.installation AS TABLE installation", "used")
    return "used"


@pytest.fixture
def postgresql_url(postgresql: Server, postgresql_used: str) -> str:
    """As after the migrations: whoever came before is gone, and so is what they wrote."""
    name = postgresql_used
    postgresql.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    postgresql.execute(f"TRUNCATE {', '.join(t.metadata.tables)} RESTART IDENTITY", name)
    postgresql.execute("INSERT INTO installation TABLE kept.installation", name)
    return postgresql.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = quick(database_url)
    yield opened
    opened.close()


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()
