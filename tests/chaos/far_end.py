"""Where two threads meet: places that hold a worker, a door or a provider's answer until they are let go."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

from sqlalchemy import Connection, event, text

from app.actions.deliver import Worker
from app.actions.lane import Lane
from app.actions.shift import Shift
from app.core.delivery import State
from app.core.message import Message
from app.core.order import Order
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Stream
from app.store.database import Database
from tests.world import World, compose

PATIENCE = 10.0
"""Seconds after which a thread that never comes is a failure; nobody waits so long when all is well."""

_LOCKED_OUT = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Hold:
    """Whoever comes here stops until it is let go."""

    def __init__(self) -> None:
        self._reached, self._free = Event(), Event()

    def reached(self) -> bool:
        """Waits for somebody to come."""
        return self._reached.wait(PATIENCE)

    def let_go(self) -> None:
        """From now on nobody stops here."""
        self._free.set()

    def stop(self) -> None:
        self._reached.set()
        assert self._free.wait(PATIENCE)


class Desk(Hold):
    """Composes: between the claim and the intent."""

    def compose(self, order: Order) -> Message:
        self.stop()
        return compose(order)


class FarEnd(Hold):
    """The provider's side of the wire: it has the message and holds its answer."""

    name = "far end"
    width = free = 1
    key_window: timedelta | None = None
    lease = 60.0
    smtputf8 = True

    def __init__(self, answer: Meaning = Meaning.ACCEPTED) -> None:
        super().__init__()
        self.answer = answer
        self.arrived: list[Message] = []

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        for message in filter(None, messages):
            self.arrived.append(message)
            self.stop()
            yield Outcome(message.id, self.answer, f"told to say {self.answer}", self.name)

    def close(self) -> None:
        """Nothing is held open."""


class Gate(Hold):
    """Holds the commit of whoever brings a delivery into `state` through this database; None: of all."""

    def __init__(self, database: Database, state: str | None = None) -> None:
        super().__init__()
        self._state = state
        self._writers: set[Connection] = set()
        event.listen(database.engine, "before_cursor_execute", self._look)
        event.listen(database.engine, "commit", self._hold)

    def _look(
        self, writer: Connection, _: object, statement: str, __: object, context: Any, ___: bool
    ) -> None:
        values = getattr(context, "compiled_parameters", [{}])[0]
        if statement.startswith(("UPDATE", "DELETE")) and self._state in (None, values.get("state")):
            self._writers.add(writer)

    def _hold(self, writer: Connection) -> None:
        if writer in self._writers:
            self._writers.remove(writer)
            self.stop()


class Before(Hold):
    """Holds whoever is about to say a statement with these words to this database."""

    def __init__(self, database: Database, *words: str) -> None:
        super().__init__()
        self._words = words
        event.listen(database.engine, "before_cursor_execute", self._listen)

    def _listen(self, *said: Any) -> None:
        if all(word in said[2] for word in self._words):
            self.stop()


class Post:
    """A worker with connections of its own, and every place where it can be held: none, until told."""

    def __init__(self, world: World, answer: Meaning = Meaning.ACCEPTED) -> None:
        self.database = Database(world.database.url.render_as_string(hide_password=False))
        self.desk, self.far = Desk(), FarEnd(answer)
        self.intent, self.sent, self.failed = (
            Gate(self.database, state) for state in (State.SENDING, State.SENT, State.FAILED)
        )
        shift = Shift(self.database, f"worker {id(self)}", world.clock)
        self.worker = Worker(shift, self.desk.compose, (Lane(self.far),))

    def tick(self, *holds: Hold) -> AbstractContextManager[None]:
        """A tick in a thread of its own, held at these places."""
        for one in (self.desk, self.far, self.intent, self.sent, self.failed):
            if one not in holds:
                one.let_go()
        return beside(self.worker.tick)

    def lessons(self) -> list[str]:
        """The subjects of those that came to the far end."""
        return [one.subject for one in self.far.arrived if one.kind == "lesson"]


def somebody_waits(database: Database) -> bool:
    """Whether, soon, a connection to this PostgreSQL database waits for a lock that another one holds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with database.reading() as session:
            if session.execute(text(_LOCKED_OUT)).scalar_one():
                return True
        time.sleep(0.005)
    return False


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[None]:
    """`act` runs in a thread of its own; after the block it has ended, and raised nothing."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(act)
        yield
        future.result(PATIENCE)
