"""Send what was claimed and composed: intent, wire, record (docs/guarantee.md).

An intent is committed just before its message is handed to the mailer, a record once its outcome is known.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app import clock
from app.actions.silence import silence
from app.core.breaker import SLOW, aside_until, opens, slows
from app.core.delivery import Delivery, Kind, Permit, State, Suppressed, may_go
from app.core.enrollment import Enrollment, wake
from app.core.message import Message
from app.core.order import Order, freeze
from app.core.outcome import Consequence, Meaning, Outcome, reslotted, what_follows
from app.core.rate import Caps
from app.mail import Mailer
from app.store import deliveries, enrollments, outbox, providers, suppressions
from app.store.database import Database, Unavailable
from app.store.enrollments import Lock

log = structlog.get_logger()

Now = Callable[[Session], datetime]

UNCAPPED = Caps()

AGAIN_AFTER = 0.5
"""Seconds between two tries to record while the database does not answer."""


@dataclass(frozen=True)
class Lane:
    """A mailer and its caps."""

    mailer: Mailer
    caps: Caps = UNCAPPED

    @property
    def name(self) -> str:
        return self.mailer.name


@dataclass(frozen=True)
class Ready:
    """A claimed delivery with its order and its composed message."""

    delivery: Delivery
    order: Order
    message: Message


@dataclass
class Sending:
    """One batch on one lane. `accepted` counts; `standstill` says that more now would be in vain."""

    database: Database
    lane: Lane
    worker: str
    now: Now
    stopping: threading.Event
    accepted: int = 0
    standstill: bool = False
    _waiting: dict[int, Delivery] = field(default_factory=dict)
    _known: list[Outcome] = field(default_factory=list)
    _intended: list[int] = field(default_factory=list)
    _exhausted: bool = False

    def run(self, batch: Sequence[Ready]) -> None:
        """Every row of the batch ends recorded or handed back."""
        self._waiting = {one.delivery.id: one.delivery for one in batch}
        try:
            for outcome in self.lane.mailer.deliver(self._feed(batch)):
                self._known.append(outcome)
                if self._exhausted or len(self._known) >= self.lane.mailer.width:
                    self._record_known()
        except Exception:
            log.exception("the mailer fell over", provider=self.lane.name)
            self.standstill = True
        self._known += [Outcome(one, Meaning.UNSENT, "never handed over") for one in self._intended]
        self._record_known()
        if self._waiting:
            with self.database.writing() as session:
                outbox.hand_back(session, list(self._waiting.values()))

    def _feed(self, batch: Sequence[Ready]) -> Iterator[Message]:
        """The stream the mailer pulls from. Nothing known stays unrecorded while the mailer waits.

        It ends and never raises: what is on the wire is still heard when the database has gone.
        """
        rest = list(batch)
        while rest and not self.standstill and not self.stopping.is_set():
            self._record_known()
            group, rest = rest[: self.lane.mailer.width], rest[self.lane.mailer.width :]
            try:
                messages = self._intend(group[: self._room(group)])
            except Exception:
                log.exception("no intent, no mail", size=len(group))
                self.standstill = True
                break
            self._intended = [message.id for message in messages]
            for message in messages:
                self._intended.remove(message.id)
                yield message
        self._exhausted = True

    def _room(self, group: Sequence[Ready]) -> int:
        """How many of a group may go now under the provider's caps, after waiting for the pace."""
        if self.lane.caps == UNCAPPED:
            return len(group)
        urgent = group[0].delivery.kind is not Kind.LESSON
        with self.database.writing() as session:
            given = providers.take(
                session, self.lane.name, self.lane.caps, len(group), self.now(session), urgent=urgent
            )
        self.standstill = given.count < len(group)
        self.stopping.wait(given.wait.total_seconds())
        return given.count

    def _intend(self, group: Sequence[Ready]) -> list[Message]:
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
        """The answer to "may it go?", written down under the lock of the enrollment."""
        permit = may_go(one.delivery, course, suppressed, now)
        if permit is Permit.GO and course is not None:
            if one.delivery.kind is Kind.LESSON:
                enrollments.change(session, course, wake(course))
            return outbox.intend(session, one.delivery, self._intent(one), now)
        if permit is Permit.LATER and course is not None:
            consequence = reslotted(one.delivery, course, now)
        else:
            consequence = Consequence(State.CANCELLED, reason="stopped before it could go")
        outbox.put_back(session, one.delivery, consequence, now)
        del self._waiting[one.delivery.id]
        return False

    def _intent(self, one: Ready) -> outbox.Intent:
        lease = timedelta(seconds=self.lane.mailer.lease)
        return outbox.Intent(self.worker, lease, self.lane.name, freeze(one.order, one.message.fingerprint))

    def _record_known(self) -> None:
        """All in one transaction; if that fails, row by row, while the leases live."""
        known, self._known = self._known, []
        if not known:
            return
        try:
            with self.database.writing() as session:
                self._record(session, known)
        except Exception:
            log.exception("record group failed", size=len(known))
            for outcome in known:
                self._record_alone(outcome)
        for outcome in known:
            self._waiting.pop(outcome.id, None)
            self.accepted += outcome.meaning is Meaning.ACCEPTED
            self.standstill |= outcome.meaning in (Meaning.UNREACHED, Meaning.OURS)

    def _record_alone(self, outcome: Outcome) -> None:
        deadline = clock.boottime() + self.lane.mailer.lease
        while True:
            try:
                with self.database.writing() as session:
                    self._record(session, [outcome])
            except Unavailable:
                if clock.boottime() > deadline or self.stopping.wait(AGAIN_AFTER):
                    log.error(
                        "not recorded, left to the reaper", delivery=outcome.id, meaning=outcome.meaning
                    )
                    return
            except Exception:
                log.exception("not recorded, left to the reaper", delivery=outcome.id)
                return
            else:
                return

    def _record(self, session: Session, outcomes: Sequence[Outcome]) -> None:
        now = self.now(session)
        people = {self._waiting[one.id].subscriber_id for one in outcomes}
        courses = {one.id: one for one in enrollments.of_people(session, people, Lock.UPDATE)}
        for outcome in outcomes:
            delivery = self._waiting[outcome.id]
            course = courses.get(delivery.enrollment_id)
            consequence = what_follows(delivery, outcome, course, now)
            if not outbox.record(session, delivery, outcome, consequence, now):
                log.warning("fenced off", delivery=delivery.id, meaning=outcome.meaning)
                continue
            if consequence.enrollment is not None and course is not None:
                enrollments.change(session, course, consequence.enrollment)
                courses[course.id] = consequence.enrollment
            if consequence.suppress is not None:
                silence(session, delivery, consequence.suppress, outcome.reply, now)
            deliveries.owe(session, consequence.owed, now)
            self._learn(session, delivery, outcome, now)
            log.info("recorded", delivery=delivery.id, kind=delivery.kind, state=consequence.state)

    def _learn(self, session: Session, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        """What an outcome says of the provider and of the receiving domain, for all workers."""
        if slows(outcome):
            domain = deliveries.domain_of(delivery.address)
            providers.slow(session, domain, now, refused=outcome.meaning is Meaning.REFUSED)
        if opens(outcome, providers.refusing(session, now - SLOW) if slows(outcome) else ()):
            providers.set_aside(session, self.lane.name, aside_until(now), outcome.reply, now)
            log.error("provider set aside", provider=self.lane.name, reply=outcome.reply)
            self.standstill = True
