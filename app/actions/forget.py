"""Forget: what is kept no longer than was promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core.feedback import KEPT
from app.store import counters, feedback, subscribers

UNCONFIRMED = timedelta(hours=72)
COUNTERS = timedelta(hours=25)


@dataclass(frozen=True)
class Forgotten:
    unconfirmed: int
    ended: int


def prune(session: Session, keep: timedelta, now: datetime) -> Forgotten:
    """Pending sign-ups after 72 hours, counts after a day, what providers told after 30 days, people `keep`
    after their course ended."""
    counters.prune(session, now - COUNTERS)
    feedback.prune(session, now - KEPT)
    return Forgotten(
        unconfirmed=subscribers.prune_unconfirmed(session, now - UNCONFIRMED),
        ended=subscribers.prune_ended(session, now - keep),
    )
