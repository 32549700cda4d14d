"""Two usual ways to send, under the same fire: it must be hot enough to burn them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Update, update
from sqlalchemy.orm import Session

from app.actions.deliver import Worker
from app.actions.gather import Ordered, gather
from app.core.consequence import accepted, retry_delay
from app.core.delivery import State
from app.core.message import Message
from app.core.outcome import Meaning
from app.store import deliveries, doubts, enrollments, outbox
from app.store.enrollments import Lock
from app.store.tables import deliveries as rows
from tests.chaos.fire.trial import LEASE

TRIES = 3


@dataclass
class Cursor(Worker):
    """Writes down that a batch is done when it fetches it, as who keeps a place in a list does."""

    def tick(self) -> int:
        with self._ticking:
            while not self.shift.stopping.is_set() and (fetched := self._fetch()):
                self._send([self.compose(one.order) for one in fetched])
        return 0

    def _fetch(self) -> list[Ordered]:
        """Taken and done in one transaction."""
        with self.shift.database.writing() as session:
            now, lane = self.shift.now(session), self.lanes[0]
            fetched = gather(session, outbox.claim(session, self._claimer(lane), lane.batch, now), now)
            for one in fetched:
                _done(self, session, one.delivery.id)
            return fetched

    def _send(self, batch: list[Message]) -> None:
        for _ in range(TRIES):
            outcomes = self.lanes[0].mailer.deliver(batch)
            settled = {one.id for one in outcomes if one.meaning in (Meaning.ACCEPTED, Meaning.UNKNOWN)}
            batch = [one for one in batch if one.id not in settled]


@dataclass
class Retry(Worker):
    """Claims with a lease, and sends again whatever it has not heard of, as who runs jobs does."""

    def tick(self) -> int:
        with self._ticking:
            self._take_back()
            while not self.shift.stopping.is_set() and (claimed := self._claim(self.lanes[0])):
                self._send(claimed)
        return 0

    def _take_back(self) -> None:
        with self.shift.database.writing() as session:
            late = rows.c.claimed_at < self.shift.now(session) - timedelta(seconds=LEASE)
            session.execute(_claimed(late).values(state=State.SCHEDULED))

    def _send(self, claimed: Iterable[Ordered]) -> None:
        for outcome in self.lanes[0].mailer.deliver(self.compose(one.order) for one in claimed):
            if outcome.meaning is Meaning.ACCEPTED:
                with self.shift.database.writing() as session:
                    _done(self, session, outcome.id)
            else:
                self._again(outcome.id)

    def _again(self, number: int) -> None:
        with self.shift.database.writing() as session:
            due_at = self.shift.now(session) + retry_delay(1)
            session.execute(_claimed(rows.c.id == number).values(state=State.SCHEDULED, due_at=due_at))


CONTROLS: dict[str, type[Worker]] = {"cursor": Cursor, "retry": Retry}


def _claimed(which: ColumnElement[bool]) -> Update:
    return update(rows).where(rows.c.state == State.CLAIMED, which)


def _done(worker: Worker, session: Session, number: int) -> None:
    """Sent, with what follows from it; nobody asks whose claim it was."""
    found = deliveries.find(session, number)
    if found is None or found.state is State.SENT:
        return
    now = worker.shift.now(session)
    course = enrollments.find(session, found.enrollment_id, Lock.UPDATE)
    consequence = accepted(found, course, now)
    doubts.find_sent(session, found, consequence, now)
    if consequence.enrollment is not None and course is not None:
        enrollments.change(session, course, consequence.enrollment)
    deliveries.owe(session, consequence.owed, now)
