"""One person's life with a course: a fickle provider, and what must hold after each step."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from sqlalchemy import event, text

from app.core.delivery import LEGAL, Delivery, Kind, State
from app.core.enrollment import Status
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.core.schedule import REST, local_date
from app.store import deliveries, enrollments, invariants, schema
from app.store.database import Database
from tests.world import World

ALARMS = {"nothing held", "nothing overdue by 26 hours", "nothing uncertain for an hour"}
"""These tell an operator of what the steps themselves do: they hold, and let weeks pass without a beat."""

_RECORDER = """
    CREATE TABLE moves (id INTEGER PRIMARY KEY, delivery INTEGER, before TEXT, after TEXT);
    CREATE TRIGGER moved AFTER UPDATE OF state ON deliveries
        BEGIN INSERT INTO moves (delivery, before, after) VALUES (OLD.id, OLD.state, NEW.state); END;
"""


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

    name, width, lease, smtputf8 = "fickle", 2, 60.0, True
    key_window: timedelta | None = None

    def __init__(self, world: World) -> None:
        self.world = world
        self.told: list[Fate] = []
        self.copies: list[Copy] = []

    def deliver(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        for message in messages:
            fate = self.told.pop(0) if self.told else Fate.TAKEN
            row = self.look(message.id, arrives=fate in ARRIVES)
            if fate is Fate.REJECTED and not self.may_reject(row):
                fate = Fate.DEFERRED
            if fate in (Fate.CRASHED, Fate.CRASHED_AFTER):
                raise CrashError
            meaning = SAYS.get(fate) or Meaning(fate.value)
            yield Outcome(message.id, meaning, f"450 4.2.0 {fate}", self.name)

    def may_reject(self, row: Delivery) -> bool:
        """What follows from other bounces is still to be mended; see tests/actions/test_corners.py."""
        return row.kind is Kind.LESSON and row.enrollment_id == self.world.course().id

    def look(self, number: int, *, arrives: bool) -> Delivery:
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
        return row

    def close(self) -> None:
        """Nothing is held open."""


SETTLED = {(State.SCHEDULED, State.SENT), (State.CLAIMED, State.SENT)}
"""In one statement by way of all states between: the provider has what was to go once more."""


def only_legal_moves(world: World) -> None:
    with world.database.reading() as session:
        rows = session.execute(text("SELECT DISTINCT before, after FROM moves"))
        moves = {(State(row.before), State(row.after)) for row in rows}
    assert {(before, after) for before, after in moves - SETTLED if after not in LEGAL[before]} == set()


def books_balance(world: World, but: Iterable[str] = ALARMS) -> None:
    with world.database.reading() as session:
        broken = invariants.broken(session, world.now)
    wrong = {name for name, count in broken.items() if count} - set(but)
    assert wrong == set(), wrong


def copies_only_in_doubt(world: World, fickle: Fickle, words: Counter[int], *, hold: bool) -> None:
    """One, one more where nobody could know, and what the operator asked for by so many words."""
    with world.database.reading() as session:
        doubted = set(session.scalars(text("SELECT delivery FROM moves WHERE after = 'uncertain'")))
    for number, copies in Counter(one.delivery for one in fickle.copies).items():
        allowed = 2 if number in doubted and not hold else 1
        assert copies <= allowed * (1 + words[number]), number


def one_lesson_a_day_and_in_order(fickle: Fickle) -> None:
    """Of one enrollment: never two on a date of the reader's zone, never within sixteen hours."""
    lessons = [one for one in fickle.copies if one.kind is Kind.LESSON]
    for enrollment in {one.enrollment for one in lessons}:
        theirs = [one for one in lessons if one.enrollment == enrollment]
        for before, after in pairwise(theirs):
            assert before.day is not None
            assert after.day is not None
            assert after.day >= before.day
            if after.day > before.day:
                assert after.at - before.at >= REST
                assert local_date(after.at, after.zone) > local_date(before.at, after.zone)


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="kindling-life-")) / "kindling.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.executescript(_RECORDER)
    database.close()
    return path


def new_world(folder: str) -> World:
    """On a fresh SQLite file that records every change of a state; it need not outlive a power cut."""
    database = Database(f"sqlite:///{shutil.copy(_template(), Path(folder) / 'kindling.db')}")
    event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    return World(database)
