"""SQLite for tests: what was committed survives every end of a process, but not of the machine."""

from sqlalchemy import event

from app.store.database import Database


def quick(url: str) -> Database:
    """Does not wait for the disk; PostgreSQL's own options for that are in `tests.postgresql`."""
    database = Database(url)
    if database.path is not None:
        event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    return database
