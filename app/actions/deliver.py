"""Deliver what is due: claim, compose, intent, send, record (docs/guarantee.md).

No session is open while a message is composed or on the wire.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.core.delivery import Delivery, Kind, Permit, State, Suppressed, may_go
from app.core.enrollment import Enrollment, wake
from app.core.message import Message
from app.core.order import Order, freeze, order_for
from app.core.outcome import Consequence, Meaning, Outcome, reslotted, unresolved, what_follows
from app.mail import Mailer
from app.store import deliveries, enrollments, installation, outbox, subscribers, suppressions
from app.store.database import Database
from app.store.enrollments import Lock

log = structlog.get_logger()

Compose = Callable[[Order], Message]
Now = Callable[[Session], datetime]


@dataclass(frozen=True)
class Ready:
    """A claimed delivery with its order and its composed message."""

    delivery: Delivery
    order: Order
    message: Message


@dataclass(frozen=True)
class Claimed:
    """A claimed delivery and the order that tells how to compose it."""

    delivery: Delivery
    order: Order


@dataclass
class Worker:
    """Takes what is due to the mailer until nothing is due. Any number may run beside each other."""

    database: Database
    compose: Compose
    mailer: Mailer
    name: str
    hold_uncertain: bool = False
    now: Now = installation.now
    _ticking: threading.Lock = field(default_factory=threading.Lock, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)

    def tick(self) -> int:
        """Deliver until nothing is due or nobody can be reached; how many were accepted."""
        accepted = 0
        with self._ticking:
            self._settle()
            while not self._stopping.is_set() and (claimed := self._claim()):
                outcomes = self._send([ready for one in claimed if (ready := self._compose(one))])
                accepted += sum(one.meaning is Meaning.ACCEPTED for one in outcomes)
                if any(one.meaning in _STANDSTILL for one in outcomes):
                    break
        return accepted

    def stop(self, patience: float) -> bool:
        """No new intent from now on; whether the running tick ended within `patience` seconds."""
        self._stopping.set()
        ended = self._ticking.acquire(timeout=patience)
        if ended:
            self._ticking.release()
            self.mailer.close()
        return ended

    def take_over(self) -> None:
        """This process is the only worker (SQLite): what a dead one held is settled at once."""
        with self.database.writing() as session:
            outbox.settle_all(session, self.now(session))

    def _settle(self) -> None:
        with self.database.writing() as session:
            now = self.now(session)
            outbox.reap(session, now)
            for one in outbox.unresolved(session, now, limit=100):
                enrollment = _locked(session, one)
                consequence = unresolved(one, enrollment, now, hold=self.hold_uncertain)
                outbox.resolve(session, one, consequence, now)
                log.warning("uncertain resolved", delivery=one.id, state=consequence.state)

    def _claim(self) -> list[Claimed]:
        with self.database.writing() as session:
            now = self.now(session)
            if installation.read(session).held:
                return []
            claimed = outbox.claim(session, self.name, max(20, 2 * self.mailer.width), now)
            people = subscribers.get_many(session, (one.subscriber_id for one in claimed))
            courses = enrollments.get_many(session, (one.enrollment_id for one in claimed))
            return [
                Claimed(one, order_for(one, people[one.subscriber_id], courses[one.enrollment_id], now))
                for one in claimed
            ]

    def _compose(self, claimed: Claimed) -> Ready | None:
        """One letter that cannot be composed is held with its reason; everyone else goes on."""
        one = claimed.delivery
        try:
            return Ready(one, claimed.order, self.compose(claimed.order))
        except Exception as error:
            log.exception("cannot compose", delivery=one.id, kind=one.kind)
            reason = f"cannot be composed: {error}"
            held = Consequence(State.HELD, due_at=one.due_at, slot=one.slot, slips=one.slips, reason=reason)
            with self.database.writing() as session:
                outbox.put_back(session, one, held, self.now(session))
            return None

    def _send(self, batch: list[Ready]) -> list[Outcome]:
        waiting = {one.delivery.id: one for one in batch}
        outcomes = []
        for outcome in self.mailer.deliver(self._intents(batch)):
            self._record(waiting.pop(outcome.id).delivery, outcome)
            outcomes.append(outcome)
        if waiting:
            with self.database.writing() as session:
                outbox.hand_back(session, [one.delivery for one in waiting.values()])
        return outcomes

    def _intents(self, batch: list[Ready]) -> Iterator[Message]:
        """The stream the mailer pulls from: an intent is committed just before its message is handed over."""
        for start in range(0, len(batch), self.mailer.width):
            if self._stopping.is_set():
                return
            yield from self._intend(batch[start : start + self.mailer.width])

    def _intend(self, group: list[Ready]) -> list[Message]:
        with self.database.writing() as session:
            now = self.now(session)
            courses = enrollments.get_many(
                session, (one.delivery.enrollment_id for one in group), Lock.UPDATE
            )
            silenced = suppressions.find_many(session, {one.delivery.address for one in group})
            return [
                one.message
                for one in group
                if self._goes(
                    session,
                    one,
                    courses.get(one.delivery.enrollment_id),
                    silenced.get(one.delivery.address),
                    now,
                )
            ]

    def _goes(
        self,
        session: Session,
        one: Ready,
        course: Enrollment | None,
        suppressed: Suppressed | None,
        now: datetime,
    ) -> bool:
        permit = may_go(one.delivery, course, suppressed, now)
        if permit is Permit.NEVER or course is None:
            stopped = Consequence(State.CANCELLED, reason="stopped before it could go")
            outbox.put_back(session, one.delivery, stopped, now)
            return False
        if permit is Permit.LATER:
            outbox.put_back(session, one.delivery, reslotted(one.delivery, course, now), now)
            return False
        if one.delivery.kind is Kind.LESSON:
            enrollments.change(session, course, wake(course))
        return outbox.intend(session, one.delivery, self._intent(one.order), now)

    def _intent(self, order: Order) -> outbox.Intent:
        lease = timedelta(seconds=self.mailer.lease)
        return outbox.Intent(self.name, lease, self.mailer.name, freeze(order))

    def _record(self, delivery: Delivery, outcome: Outcome) -> None:
        with self.database.writing() as session:
            now = self.now(session)
            course = _locked(session, delivery)
            consequence = what_follows(delivery, outcome, course, now)
            if not outbox.record(session, delivery, outcome, consequence, now):
                log.warning("fenced off", delivery=delivery.id, meaning=outcome.meaning)
                return
            _carry_out(session, delivery, course, consequence, now)
        log.info("recorded", delivery=delivery.id, kind=delivery.kind, state=consequence.state)


_STANDSTILL = frozenset({Meaning.UNREACHED, Meaning.OURS})


def _locked(session: Session, delivery: Delivery) -> Enrollment | None:
    return enrollments.find(session, delivery.enrollment_id, Lock.UPDATE)


def _carry_out(
    session: Session, delivery: Delivery, course: Enrollment | None, consequence: Consequence, now: datetime
) -> None:
    if consequence.suppress is not None:
        suppressions.suppress(session, delivery.address, consequence.suppress, now)
    if consequence.enrollment is not None and course is not None:
        enrollments.change(session, course, consequence.enrollment)
    deliveries.owe(session, consequence.owed, now)
