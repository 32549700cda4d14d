"""A provider that does with each message as it is told, and keeps the truth about what arrived."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.delivery import Kind, State
from app.core.enrollment import Status
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Stream
from app.store import deliveries, enrollments
from tests.world import World


class Fate(StrEnum):
    """What a provider does with one message; besides what it says there is what it did."""

    TAKEN = "taken"
    UNHEARD = "taken, answer lost"
    SWALLOWED = "not taken, answer lost"
    DEFERRED = "deferred"
    REFUSED = "refused"
    REJECTED = "rejected"
    UNREACHED = "unreached"
    OURS = "ours"
    UNSENT = "unsent"
    CRASHED = "the worker crashes"
    CRASHED_AFTER = "taken, the worker crashes"


ARRIVES = {Fate.TAKEN, Fate.UNHEARD, Fate.CRASHED_AFTER}
SAYS = {Fate.TAKEN: Meaning.ACCEPTED, Fate.UNHEARD: Meaning.UNKNOWN, Fate.SWALLOWED: Meaning.UNKNOWN}


class CrashError(Exception):
    """A worker's process ends in the middle of its work."""


@dataclass(frozen=True)
class Copy:
    """One arrival, and the zone its reader lived in."""

    delivery: int
    kind: Kind
    enrollment: int
    day: int | None
    at: datetime
    zone: str


class Fickle:
    """A provider that does as it is told, then well; `copies` is the truth about what arrived."""

    name, width, free, lease, smtputf8 = "fickle", 2, 2, 60.0, True
    key_window: timedelta | None = None

    def __init__(self, world: World) -> None:
        self.world = world
        self.told: list[Fate] = []
        self.copies: list[Copy] = []

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        for message in filter(None, messages):
            fate = self.told.pop(0) if self.told else Fate.TAKEN
            self.look(message.id, arrives=fate in ARRIVES)
            if fate in (Fate.CRASHED, Fate.CRASHED_AFTER):
                raise CrashError
            meaning = SAYS.get(fate) or Meaning(fate.value)
            yield Outcome(message.id, meaning, f"450 4.2.0 {fate}", self.name)

    def look(self, number: int, *, arrives: bool) -> None:
        """A message came to the wire: was it right to send it? Keeps it where it arrives."""
        with self.world.database.reading() as session:
            row = deliveries.find(session, number)
            assert row is not None
            course = enrollments.get(session, row.enrollment_id)
        assert row.state is State.SENDING
        if row.kind is Kind.LESSON:
            assert (course.status, course.epoch, course.day) == (Status.ACTIVE, row.epoch, row.day)
            assert row.slot is not None
            assert row.slot.due_at <= self.world.now < row.slot.closes_at
        if arrives:
            zone = course.pace.zone
            self.copies.append(Copy(number, row.kind, course.id, row.day, self.world.now, zone))

    def close(self) -> None:
        """Nothing is held open."""
