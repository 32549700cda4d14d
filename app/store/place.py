"""Where a database lives, so that a copy of it does not speak."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.store.database import Database


def fingerprint(database: Database, session: Session, base_url: str) -> str:
    """The public address with the file (path and inode) or the database (oid, server) behind it."""
    if database.path is not None:
        path = database.path.resolve()
        return f"{base_url} {path} {path.stat().st_ino}"
    oid = session.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
    return f"{base_url} {oid} {_server(session)}"


def _server(session: Session) -> str:
    """PostgreSQL's system identifier, where this role may read it."""
    try:
        with session.begin_nested():
            found = session.execute(text("SELECT system_identifier FROM pg_control_system()")).scalar_one()
    except DBAPIError:
        return "unreadable"
    return str(found)
