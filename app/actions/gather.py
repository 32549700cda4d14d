"""Gather what the letters of deliveries are composed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.delivery import Delivery
from app.core.order import Order, order_for
from app.store import enrollments, subscribers


@dataclass(frozen=True)
class Ordered:
    """A delivery and the order that tells how to compose it."""

    delivery: Delivery
    order: Order


def gather(session: Session, found: Sequence[Delivery], now: datetime) -> list[Ordered]:
    people = subscribers.get_many(session, (one.subscriber_id for one in found))
    courses = enrollments.get_many(session, (one.enrollment_id for one in found))
    return [
        Ordered(one, order_for(one, people[one.subscriber_id], courses[one.enrollment_id], now))
        for one in found
    ]
