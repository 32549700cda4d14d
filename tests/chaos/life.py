"""A life with a course, and what must hold after each step of it; the database remembers every state."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import text

from app.actions import hold, pause, settle
from app.actions.resolve import Word, resolve
from app.actions.send import Sending
from app.core.delivery import LEGAL, OPEN, Delivery, Kind, State
from app.core.enrollment import Enrollment, Status
from app.core.schedule import REST, local_date
from app.store import deliveries, invariants, schema
from app.store.database import Database
from tests.chaos.fickle import CrashError, Fate, Fickle
from tests.quick import quick
from tests.world import ADA, World

ALARMS = {"nothing held", "nothing overdue by 26 hours", "nothing uncertain for an hour"}
"""These tell an operator of what the steps themselves do: they hold, and let weeks pass without a beat."""

_RECORDER = """
    CREATE TABLE moves (id INTEGER PRIMARY KEY, delivery INTEGER, before TEXT, after TEXT);
    CREATE TRIGGER moved AFTER UPDATE OF state ON deliveries
        BEGIN INSERT INTO moves (delivery, before, after) VALUES (OLD.id, OLD.state, NEW.state); END;
"""

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
    """One, one more where nobody could know, and one for each time that the operator said so."""
    with world.database.reading() as session:
        doubted = set(session.scalars(text("SELECT delivery FROM moves WHERE after = 'uncertain'")))
    for number, copies in Counter(one.delivery for one in fickle.copies).items():
        allowed = 2 if number in doubted and not hold else 1
        assert copies <= allowed + words[number], number


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
    """On a fresh SQLite file that records every change of a state."""
    return World(quick(f"sqlite:///{shutil.copy(_template(), Path(folder) / 'kindling.db')}"))


class Living(RuleBasedStateMachine):
    """Ada has signed up; what she may do and what may happen to her is for others to say."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="kindling-life-")
        self.world = new_world(self.folder.name)
        self.fickle = Fickle(self.world)
        self.world.mailer = self.fickle  # type: ignore[assignment]
        self.policy = False
        self.words: Counter[int] = Counter()
        self.frozen: list[tuple[Sending, int, bool]] = []
        self.world.sign_up()

    @property
    def course(self) -> Enrollment:
        return self.world.course()

    def is_in(self, *among: Status) -> bool:
        return self.course.status in among

    def held(self) -> list[Delivery]:
        return [one for one in self.world.rows() if one.state is State.HELD]

    def tick(self, told: list[Fate]) -> None:
        self.fickle.told = told
        with suppress(CrashError):
            self.world.worker(hold_uncertain=self.policy).tick()

    @invariant()
    def every_promise_is_kept(self) -> None:
        only_legal_moves(self.world)
        books_balance(self.world)
        copies_only_in_doubt(self.world, self.fickle, self.words, hold=self.policy)
        one_lesson_a_day_and_in_order(self.fickle)

    def teardown(self) -> None:
        try:
            self.live_happily_ever_after()
            self.every_promise_is_kept()
        finally:
            self.world.database.close()
            self.folder.cleanup()

    def live_happily_ever_after(self) -> None:
        """All is well from now on: whoever still takes part gets to the end, and nothing is left over."""
        self.world.do_plain(lambda session: hold.hold_person(session, ADA, held=False))
        for _ in range(30):
            if not any(one.state in OPEN for one in self.world.rows()):
                break
            self.world.do(pause.resume, self.course.id)
            for one in self.held():
                self.world.do(resolve, one.id, Word.ARRIVED)
            self.world.do(settle.send_next, self.course.id)
            self.world.now += timedelta(minutes=16)
            self.wait_until_something_is_due()
            self.tick([])
        assert not self.is_in(Status.ACTIVE, Status.PAUSED)
        books_balance(self.world, but=())

    def wait_until_something_is_due(self) -> None:
        with self.world.database.reading() as session:
            due = deliveries.next_due(session)
        self.world.now = max(self.world.now, due or self.world.now)
