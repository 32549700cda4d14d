"""Reconcile: leases that ran out, and messages of which nobody knows whether they arrived."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from app.actions.shift import Shift
from app.core.doubt import Doubt, unresolved
from app.store import doubts, enrollments
from app.store.enrollments import Lock

log = structlog.get_logger()

MOST = 1000


def reconcile(shift: Shift, windows: Mapping[str, timedelta | None]) -> None:
    """`windows`: for how long which provider removes repeats by our key."""
    with shift.database.writing() as session:
        now = shift.now(session)
        doubts.reap(session, now)
        uncertain = doubts.uncertain(session, MOST)
    if not uncertain:
        return
    with shift.database.writing() as session:
        now = shift.now(session)
        ids = (one.enrollment_id for one in uncertain)
        courses = enrollments.get_many(session, ids, Lock.UPDATE)
        for one in uncertain:
            doubt = Doubt(shift.hold_uncertain, windows.get(one.provider or ""))
            consequence = unresolved(one, courses.get(one.enrollment_id), doubt, now)
            if consequence is not None:
                doubts.resolve(session, one, consequence, now)
                log.warning("uncertain resolved", delivery=one.id, state=consequence.state)
