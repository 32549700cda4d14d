"""The schema: upgraded under a lock, and whether it is fit to work with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from app.errors import InstallationError
from app.store.database import Database
from app.store.locks import file_lock

ROOT = Path(__file__).parents[2]
_ADVISORY = 5_049_110  # one number for everybody who migrates this product on a PostgreSQL server


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision; processes that start together do it one after the other."""
    with _sqlite_lock(database), database.engine.execution_options(writing=True).connect() as connection:
        if database.path is None:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY})"))
        if revision(connection) not in _revisions():
            raise InstallationError(
                "The database was written by a newer Kindling; please install that version."
            )
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def fit(database: Database) -> bool:
    """Whether the schema is at this program's revision or at a newer one."""
    if database.path is not None and not database.path.exists():
        return False
    with database.engine.connect() as connection:
        found = revision(connection)
    return found is not None and (found == newest() or found not in _revisions())


def revision(connection: Connection) -> str | None:
    """The revision a database is at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


@contextmanager
def worker_lock(database: Database) -> Iterator[None]:
    """SQLite serves one worker; PostgreSQL any number."""
    if database.path is None:
        yield
        return
    refusal = f"Another Kindling worker already serves {database.path}; stop it first, or use PostgreSQL."
    with file_lock(database.path.with_name(database.path.name + ".worker"), wait=False, refusal=refusal):
        yield


@contextmanager
def _sqlite_lock(database: Database) -> Iterator[None]:
    """Where there is no file yet, here it is made."""
    if database.path is None:
        yield
        return
    with file_lock(database.path.with_name(database.path.name + ".migrate"), wait=True):
        database.path.touch()
        yield


def _config() -> Config:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def _revisions() -> set[str | None]:
    return {None} | {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
