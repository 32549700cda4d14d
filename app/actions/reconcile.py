"""Reconcile: leases that ran out, and messages of which nobody knows whether they arrived."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from app.actions.gather import Ordered, gather
from app.actions.shift import Shift
from app.core.doubt import Doubt, unresolved
from app.core.message import Message
from app.core.order import Order
from app.store import doubts, enrollments
from app.store.enrollments import Lock

log = structlog.get_logger()

Compose = Callable[[Order], Message]

MOST = 1000


@dataclass(frozen=True)
class Policy:
    """When nobody knows: `hold` it, or send it once more; `windows` say for how long which provider removes
    repeats by our key."""

    hold: bool = False
    windows: Mapping[str, timedelta | None] = field(default_factory=dict)


def reconcile(shift: Shift, compose: Compose, policy: Policy) -> None:
    with shift.database.writing() as session:
        now = shift.now(session)
        doubts.reap(session, now)
        uncertain = gather(session, doubts.uncertain(session, MOST), now)
    if uncertain:
        _resolve(shift, uncertain, {one.delivery.id: _doubt(one, compose, policy) for one in uncertain})


def _resolve(shift: Shift, uncertain: Sequence[Ordered], known: Mapping[int, Doubt]) -> None:
    with shift.database.writing() as session:
        now = shift.now(session)
        ids = (one.delivery.enrollment_id for one in uncertain)
        courses = enrollments.get_many(session, ids, Lock.UPDATE)
        for one in uncertain:
            delivery = one.delivery
            course = courses.get(delivery.enrollment_id)
            consequence = unresolved(delivery, course, known[delivery.id], now)
            if consequence is not None:
                doubts.resolve(session, delivery, consequence, now)
                log.warning("uncertain resolved", delivery=delivery.id, state=consequence.state)


def _doubt(one: Ordered, compose: Compose, policy: Policy) -> Doubt:
    """The provider's key helps only while the letter still says the same."""
    window = policy.windows.get(one.delivery.provider or "")
    return Doubt(policy.hold, window if window and _says_the_same(one, compose) else None)


def _says_the_same(one: Ordered, compose: Compose) -> bool:
    try:
        return compose(one.order).fingerprint == (one.delivery.frozen or {}).get("print")
    except Exception:
        return False
