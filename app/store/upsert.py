"""INSERT ... ON CONFLICT, which both databases have and each spells in its own dialect."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert(session: Session, table: Table) -> Any:
    """The dialect's Insert, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table)
