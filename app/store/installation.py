"""The one row that makes a database this installation's: its key, its development clock, its beat."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.store.database import clock
from app.store.tables import installation


@dataclass(frozen=True)
class Installation:
    """`key` (32 random bytes) makes Message-IDs and hashes; it is never rotated and travels with backups."""

    key: bytes
    held: bool
    held_why: str | None
    fingerprint: str | None
    tzdata: str | None
    beat_at: datetime | None


def read(session: Session) -> Installation:
    row = session.execute(select(installation)).one()
    return Installation(
        key=row.key,
        held=row.held,
        held_why=row.held_why,
        fingerprint=row.fingerprint,
        tzdata=row.tzdata,
        beat_at=row.beat_at,
    )


def now(session: Session) -> datetime:
    """The time of day (UTC) for one step: the database's clock plus the development offset."""
    offset = session.execute(select(installation.c.clock_offset)).scalar_one()
    return clock(session) + timedelta(seconds=offset)


def move_clock(session: Session, to: datetime) -> None:
    """Let development time run on from `to`; it never goes back."""
    ahead = int((to - clock(session)).total_seconds()) + 1
    current = session.execute(select(installation.c.clock_offset)).scalar_one()
    session.execute(update(installation).values(clock_offset=max(ahead, current)))


def beat(session: Session, at: datetime) -> None:
    session.execute(update(installation).values(beat_at=at))


def note_tzdata(session: Session, version: str) -> None:
    session.execute(update(installation).values(tzdata=version))


def hold(session: Session, why: str) -> None:
    """Nothing is sent from now on, until a person's word."""
    session.execute(update(installation).values(held=True, held_why=why))


def release(session: Session, fingerprint: str, now: datetime) -> None:
    """A person's word: this database, here, may speak. `now` is the database's own clock."""
    values = {"held": False, "held_why": None, "fingerprint": fingerprint, "beat_at": now}
    session.execute(update(installation).values(values))


def settle_here(session: Session, fingerprint: str) -> None:
    session.execute(update(installation).values(fingerprint=fingerprint))
