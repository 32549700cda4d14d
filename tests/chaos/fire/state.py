"""What the harness reads from the database and does to it, patient while it is down."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core.delivery import RECONCILE_AFTER
from app.core.delivery import State as Is
from app.store import installation
from app.store.database import Database, Unavailable
from app.store.tables import deliveries as rows

Found = TypeVar("Found")
Opened = Callable[[], AbstractContextManager[Session]]

STEP = timedelta(minutes=5)
UNENDED = (Is.SCHEDULED, Is.CLAIMED, Is.SENDING, Is.UNCERTAIN)


class State:
    """The database from outside the workers.

    A frozen worker may hold SQLite's lock: whoever waits does `meanwhile` what may wake it.
    """

    def __init__(self, home: Database, meanwhile: Callable[[], None]) -> None:
        self.home = home
        self.meanwhile = meanwhile

    def busy(self, alive: set[str]) -> bool:
        """Whether a living worker has something to do now, or is doing it."""
        return self.reading(lambda session: _busy(session, alive))

    def on_the_wire(self, worker: str) -> int:
        """Unavailable if a frozen worker holds the lock."""
        with self.home.reading() as session:
            return _on_the_wire(session, worker)

    def left_on_the_wire(self, worker: str) -> int:
        """By a worker that has ended."""
        return self.reading(lambda session: _on_the_wire(session, worker))

    def move_on(self) -> bool:
        """The clock runs to the next instant at which something changes; False if there is none."""
        return self.writing(_move_on)

    def kill_connections(self) -> int:
        """About half of PostgreSQL's connections, whatever they are doing."""
        with self.home.writing() as session:
            killed = session.execute(text(_KILL)).all()
        return len(killed)

    def lock(self, seconds: float) -> None:
        """SQLite is busy: somebody else writes."""
        with self.home.writing():
            time.sleep(seconds)

    def reading(self, do: Callable[[Session], Found]) -> Found:
        return self._patiently(self.home.reading, do)

    def writing(self, do: Callable[[Session], Found]) -> Found:
        return self._patiently(self.home.writing, do)

    def _patiently(self, opened: Opened, do: Callable[[Session], Found]) -> Found:
        for _ in range(1200):
            try:
                with opened() as session:
                    return do(session)
            except Unavailable:
                time.sleep(0.05)
                self.meanwhile()
        raise AssertionError("the database did not come back")


_KILL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.5
"""


def _on_the_wire(session: Session, worker: str) -> int:
    query = select(func.count()).where(rows.c.state == Is.SENDING, rows.c.worker == worker)
    return int(session.execute(query).scalar_one())


def _busy(session: Session, alive: set[str]) -> bool:
    due = (rows.c.state == Is.SCHEDULED) & (rows.c.due_at <= installation.now(session))
    held = rows.c.state.in_((Is.CLAIMED, Is.SENDING)) & rows.c.worker.in_(alive)
    return session.execute(select(rows.c.id).where(due | held).limit(1)).first() is not None


def _move_on(session: Session) -> bool:
    now = installation.now(session)
    coming = [at for at in map(session.scalar, _NEXT) if at is not None]
    doubt = session.scalar(select(func.min(rows.c.uncertain_at)).where(rows.c.state == Is.UNCERTAIN))
    if doubt is not None:
        coming.append(doubt + RECONCILE_AFTER)
    if not coming:
        return bool(session.execute(select(rows.c.id).where(rows.c.state.in_(UNENDED)).limit(1)).first())
    to: datetime = max(min(coming), now + STEP)
    installation.move_clock(session, to)
    return True


_NEXT = (
    select(func.min(rows.c.due_at)).where(rows.c.state == Is.SCHEDULED),
    select(func.min(rows.c.lease_until)).where(rows.c.state.in_((Is.CLAIMED, Is.SENDING))),
)
