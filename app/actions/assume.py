"""Assume: a snapshot was put back in place, and what it holds for owed went out since."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.actions.follow import follow
from app.core.consequence import accepted
from app.store import deliveries, doubts, enrollments
from app.store.enrollments import Lock

EVERYTHING = 1_000_000_000


def assume_sent(session: Session, since: datetime, now: datetime) -> int:
    """A snapshot of `since` was put back: what was due then, or came due later, went out before.

    How many were taken for sent. What of it went in the minutes after a snapshot, it cannot know.
    """
    doubts.settle_all(session, now)
    doubtful = doubts.uncertain(session, EVERYTHING)
    for one in doubtful:
        course = enrollments.find(session, one.enrollment_id, Lock.UPDATE)
        consequence = accepted(one, course, since)
        doubts.resolve(session, one, consequence, since)
        follow(session, course, consequence, since)
    count = len(doubtful)
    while due := deliveries.due_until(session, now):
        for one in due:
            course = enrollments.find(session, one.enrollment_id, Lock.UPDATE)
            at = max(one.due_at or now, since)
            consequence = accepted(one, course, at)
            doubts.assume(session, one, consequence, at)
            follow(session, course, consequence, at)
        count += len(due)
    return count
