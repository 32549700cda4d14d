"""A provider tells the small world what became of its mails."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import structlog
from structlog.testing import capture_logs

from app.actions.receive import Heard, receive
from app.core.delivery import Delivery, Suppressed
from app.core.feedback import Fate, Feedback
from app.store import feedback, invariants, suppressions
from app.store import tables as t
from tests.world import ADA, World

ALARMS = {"nothing held", "nothing uncertain for an hour"}
"""These call the operator; the others are promises."""


def first_lesson(world: World, address: str = ADA) -> Delivery:
    """Ada has her first lesson; the second is planned."""
    world.start(address)
    world.go_to_next()
    return world.row("lesson", address)


def told(about: Delivery, fate: Fate, **changes: Any) -> Feedback:
    return replace(Feedback(fate, f"{fate} of {about.id}", about.address, about.id), **changes)


def tell(world: World, *events: Feedback, provider: str = "memory") -> Counter[Heard]:
    """One call of the provider, in a transaction of its own."""
    with world.database.writing() as session:
        return receive(session, provider, events, world.now)


def suppressed(world: World, address: str = ADA) -> Suppressed | None:
    with world.database.reading() as session:
        return suppressions.find(session, address)


def fate(world: World, about: Delivery) -> Fate | None:
    with world.database.reading() as session:
        found = feedback.subject(session, about.provider or "memory", told(about, Fate.DELIVERED))
    return found.fate if found else None


def reason(world: World, about: Delivery) -> str:
    with world.database.reading() as session:
        row = session.execute(t.deliveries.select().where(t.deliveries.c.id == about.id)).one()
    return row.reason or ""


def kept(world: World) -> None:
    """Every promise holds, whatever was told."""
    with world.database.reading() as session:
        broken = {name for name, count in invariants.broken(session, world.now).items() if count}
    assert broken <= ALARMS


def ended(world: World, address: str = ADA) -> Any:
    """How it ended: every mail with its state and fate, the course, the address; whatever the numbers are."""
    mails = [(one.kind, one.day, one.state, one.due_at, fate(world, one)) for one in world.rows(address)]
    course = world.course(address)
    return mails, course.status, course.day, course.last, suppressed(world, address)


@contextmanager
def said() -> Iterator[list[Any]]:
    """What goes to the log meanwhile."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    try:
        with capture_logs() as lines:
            yield lines
    finally:
        structlog.configure(**before)
