"""One engine, two kinds of session: `reading` begins a snapshot, `writing` commits when its block ends."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from app.errors import InstallationError

Unavailable = OperationalError
"""The database cannot be reached, is busy or is read-only: nothing was written, later may be better."""

SQLITE_WAL_SINCE = (3, 51, 3)  # before it, a WAL reset could corrupt the file (sqlite.org, 2026)
BUSY_SECONDS = 15


class Database:
    """The engine behind a URL; `path` is the file of a SQLite database, else None."""

    def __init__(self, url: str) -> None:
        self.url = _url(url)
        self.path = Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None
        self.engine = _sqlite(self.url, self.path) if self.path else _postgresql(self.url)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; nothing stays open after it."""
        with _reachable(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with _reachable(), Session(self.engine.execution_options(writing=True)) as session:
            yield session
            session.commit()

    def close(self) -> None:
        self.engine.dispose()


def clock(session: Session) -> datetime:
    """The database's own clock (UTC), without the development offset."""
    if session.get_bind().dialect.name == "sqlite":
        at = session.execute(text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(at).replace(tzinfo=UTC)
    at = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    assert isinstance(at, datetime)  # noqa: S101
    return at.astimezone(UTC)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except NoConnectionFree as crowded:
        raise Unavailable("all connections are in use", None, crowded) from None


def _url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InstallationError("KINDLING_DATABASE_URL is not a database address.") from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise InstallationError("KINDLING_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise InstallationError(
            "A database in memory forgets everyone; name a file, as sqlite:///var/kindling.db."
        )
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def _postgresql(url: URL) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    event.listen(engine, "handle_error", _failed_over)
    return engine


def _failed_over(context: ExceptionContext) -> Exception | None:
    """Who became read-only is no longer the server we work with: it is left, and asked for anew."""
    if not isinstance(context.original_exception, ReadOnlySqlTransaction):
        return None
    context.is_disconnect = True
    return Unavailable(context.statement, context.parameters, context.original_exception)


def _sqlite(url: URL, path: Path) -> Engine:
    engine = create_engine(url, creator=lambda: _open(path))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "connect", lambda _, record: record.info.update(file=_identity(path)))
    event.listen(engine, "checkout", lambda _, record, __: _must_be(record.info["file"], path))
    event.listen(engine, "begin", _begin)
    return engine


def _open(path: Path) -> sqlite3.Connection:
    """Makes no file: one that is gone is trouble, no new beginning. The first is made by `schema.upgrade`."""
    address = f"{path.resolve().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)


def _must_be(opened: int | None, path: Path) -> None:
    """What is written into a file that was moved, replaced or deleted is lost."""
    if _identity(path) != opened:
        raise DisconnectionError(f"{path} is not the file any more that was opened.")


def _identity(path: Path) -> int | None:
    return path.stat().st_ino if path.exists() else None


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None
    wal = sqlite3.sqlite_version_info >= SQLITE_WAL_SINCE
    connection.execute(f"PRAGMA journal_mode = {'WAL' if wal else 'DELETE'}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
