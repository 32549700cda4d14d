"""Counts per key and hour, shared by all processes: what the limits of the doors are made of."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.store.tables import counters
from app.store.upsert import insert

HOUR = timedelta(hours=1)


def count(session: Session, key: str, now: datetime) -> int:
    """Count one more; the total of this key's current clock hour."""
    window = now.replace(minute=0, second=0, microsecond=0)
    written = session.execute(
        insert(session, counters)
        .values(key=key, window=window, count=1)
        .on_conflict_do_update(index_elements=["key", "window"], set_={"count": counters.c.count + 1})
        .returning(counters.c.count)
    )
    return int(written.scalar_one())


def total(session: Session, key: str, since: datetime) -> int:
    query = select(func.coalesce(func.sum(counters.c.count), 0))
    return int(session.execute(query.where(counters.c.key == key, counters.c.window >= since)).scalar_one())


def prune(session: Session, before: datetime) -> None:
    session.execute(delete(counters).where(counters.c.window < before))
