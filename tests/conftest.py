"""What every test may ask for: a database of either kind, and the small named world."""

import logging
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import structlog

from app.store import schema
from app.store.database import Database
from tests.postgresql import Server, running_server
from tests.world import World

_numbers = count(1)

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


@pytest.fixture
def postgresql_url(postgresql: Server, postgresql_template: str) -> str:
    name = f"kindling_{next(_numbers)}"
    postgresql.execute(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    return postgresql.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()
