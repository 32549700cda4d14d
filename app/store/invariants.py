"""What must be true of every enrollment and delivery; each check is one query that should find nothing."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

_GAPS = """
    SELECT count(*) FROM (
        SELECT enrollment_id FROM deliveries WHERE kind = 'lesson' AND state <> 'failed'
        GROUP BY enrollment_id
        HAVING min(day) <> 1 OR max(day) <> count(DISTINCT day) OR count(*) <> count(DISTINCT day)
    ) AS gaps
"""
_SILENT = """
    SELECT count(*) FROM enrollments e WHERE e.status IN ('active', 'paused') AND NOT EXISTS (
        SELECT 1 FROM deliveries d WHERE d.enrollment_id = e.id AND d.kind = 'lesson' AND d.day = e.day
        AND d.state IN ('scheduled', 'claimed', 'sending', 'uncertain', 'held')
    )
"""
_TALKING = """
    SELECT count(*) FROM enrollments e JOIN deliveries d ON d.enrollment_id = e.id
    WHERE e.status IN ('left', 'finished') AND d.kind = 'lesson' AND d.state IN ('scheduled', 'claimed')
"""
_OUT_OF_ORDER = """
    SELECT count(*) FROM deliveries later JOIN deliveries earlier
    ON earlier.enrollment_id = later.enrollment_id AND earlier.kind = 'lesson' AND later.kind = 'lesson'
    AND earlier.day < later.day
    WHERE later.state = 'sent' AND earlier.state IN ('scheduled', 'claimed', 'sending')
"""
_SAME_DATE = """
    SELECT count(*) FROM (
        SELECT enrollment_id FROM deliveries
        WHERE kind = 'lesson' AND state = 'sent' AND slot_on IS NOT NULL
        GROUP BY enrollment_id, slot_on HAVING count(*) > 1
    ) AS doubled
"""
_UNFINISHED = """
    SELECT count(*) FROM enrollments e JOIN editions ON editions.id = e.edition_id
    WHERE e.status = 'finished' AND json_array_length(editions.slugs) <> (
        SELECT count(DISTINCT d.day) FROM deliveries d WHERE d.enrollment_id = e.id AND d.kind = 'lesson'
        AND d.state IN ('sent', 'cancelled', 'failed')
    )
"""
_RESTLESS = """
    SELECT count(*) FROM (
        SELECT earlier.sent_at AS before, later.intended_at AS after
        FROM deliveries later JOIN deliveries earlier
        ON earlier.enrollment_id = later.enrollment_id AND earlier.kind = 'lesson' AND later.kind = 'lesson'
        AND earlier.day = later.day - 1
        WHERE later.state = 'sent' AND earlier.state = 'sent'
    ) AS lessons WHERE {seconds} < 16 * 3600 - 1
"""
_UNSTOPPED = """
    SELECT count(*) FROM (
        SELECT e.ended_at AS before, d.intended_at AS after
        FROM enrollments e JOIN deliveries d ON d.enrollment_id = e.id
        WHERE e.status = 'left' AND d.kind = 'lesson'
    ) AS ends WHERE {seconds} > 60
"""
_UNTIMED = """
    SELECT count(*) FROM deliveries WHERE
    state = 'claimed' AND (claimed_at IS NULL OR lease_until IS NULL)
    OR state = 'sending' AND (intended_at IS NULL OR lease_until IS NULL)
    OR state = 'sent' AND sent_at IS NULL OR state = 'failed' AND failed_at IS NULL
    OR state = 'uncertain' AND uncertain_at IS NULL OR state = 'held' AND held_at IS NULL
    OR state = 'cancelled' AND cancelled_at IS NULL
"""
_OVERDUE = """
    SELECT count(*) FROM deliveries WHERE state = 'scheduled' AND due_at < :overdue
    AND (subscriber_id IS NULL OR subscriber_id NOT IN (SELECT id FROM subscribers WHERE held))
"""
_FORGOTTEN = """
    SELECT count(*) FROM enrollments e JOIN deliveries d ON d.enrollment_id = e.id
    WHERE e.status = 'active' AND e.rhythm <> 'asked'
    AND d.kind = 'lesson' AND d.state = 'scheduled' AND d.due_at IS NULL
"""
_UNCERTAIN = "SELECT count(*) FROM deliveries WHERE state = 'uncertain' AND uncertain_at < :uncertain"
_HELD = "SELECT count(*) FROM deliveries WHERE state = 'held'"

CHECKS = {
    "lessons without a gap": _GAPS,
    "every running course has its next lesson": _SILENT,
    "ended courses are silent": _TALKING,
    "nothing went out after a stop": _UNSTOPPED,
    "finished courses had every lesson": _UNFINISHED,
    "lessons in order": _OUT_OF_ORDER,
    "one lesson a local date": _SAME_DATE,
    "sixteen hours between lessons": _RESTLESS,
    "every state has its time": _UNTIMED,
    "every next lesson has its hour": _FORGOTTEN,
    "nothing overdue by 26 hours": _OVERDUE,
    "nothing uncertain for an hour": _UNCERTAIN,
    "nothing held": _HELD,
}


_SECONDS = {
    "sqlite": "(julianday(after) - julianday(before)) * 86400",
    "postgresql": "EXTRACT(EPOCH FROM after - before)",
}


def broken(session: Session, now: datetime) -> dict[str, int]:
    """Each check with the number of rows that break it; 0 is as it should be."""
    seconds = _SECONDS[session.get_bind().dialect.name]
    at = {
        "overdue": _bound(session, now - timedelta(hours=26)),
        "uncertain": _bound(session, now - timedelta(hours=1)),
    }
    return {name: _count(session, query.replace("{seconds}", seconds), at) for name, query in CHECKS.items()}


def _count(session: Session, query: str, at: dict[str, datetime | str]) -> int:
    known = {name: value for name, value in at.items() if f":{name}" in query}
    return int(session.execute(text(query), known).scalar_one())


def _bound(session: Session, at: datetime) -> datetime | str:
    """As the column stores it: SQLite keeps naive UTC text."""
    if session.get_bind().dialect.name == "sqlite":
        return at.replace(tzinfo=None).isoformat(" ", "microseconds")
    return at
