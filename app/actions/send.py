"""Send what was claimed and composed: intent, wire, record (docs/guarantee.md).

An intent is committed just before its message is handed to the mailer, a record once its outcome is known.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

import structlog
from sqlalchemy.orm import Session

from app.actions.record import Ended, record
from app.clock import Clock, boottime
from app.core.consequence import Consequence, reslotted
from app.core.delivery import CALENDAR, CLAIM_LEASE, Delivery, Kind, Permit, State, Suppressed, may_go
from app.core.enrollment import Enrollment, wake
from app.core.message import Message
from app.core.order import Order, freeze
from app.core.outcome import Meaning, Outcome
from app.core.rate import Caps
from app.mail import Mailer
from app.store import enrollments, installation, outbox, providers, suppressions
from app.store.database import Database, Unavailable
from app.store.enrollments import Lock

log = structlog.get_logger()

Now = Callable[[Session], datetime]

UNCAPPED = Caps()
BATCH = 20

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

    @property
    def stride(self) -> int:
        """How many go to the wire together: no more than connections, nor than a second's worth."""
        return min(self.mailer.width, self.caps.second or self.mailer.width)

    @property
    def batch(self) -> int:
        """How many are claimed together: no more than ten seconds' worth, for who signs up now is next."""
        usual = max(BATCH, 2 * self.mailer.width)
        return min(usual, 10 * self.caps.second) if self.caps.second else usual


@dataclass(frozen=True)
class Ready:
    """A claimed delivery with its order and its composed message."""

    delivery: Delivery
    order: Order
    message: Message

    @property
    def urgent(self) -> bool:
        """Whether somebody waits at the screen for it: what a tenth of every cap is kept for."""
        return self.delivery.kind not in CALENDAR


@dataclass
class Sending:
    """One batch on one lane. `accepted` counts; `standstill` says that more now would be in vain."""

    database: Database
    lane: Lane
    worker: str
    now: Now
    stopping: threading.Event
    clock: Clock = boottime
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

        It ends and never raises: what is on the wire is still heard when the database has gone. What is left
        when the claim grows old is handed back, and nobody takes it for dead.
        """
        rest, stale = list(batch), self.clock() + CLAIM_LEASE.total_seconds() / 2
        while rest and not self.standstill and not self.stopping.is_set() and self.clock() < stale:
            self._record_known()
            group = _next_group(rest, self.lane.stride)
            rest = rest[len(group) :]
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
        wanted, urgent = len(group), group[0].urgent
        with self.database.writing() as session:
            given = providers.take(
                session, self.lane.name, self.lane.caps, wanted, self.now(session), urgent=urgent
            )
        self.standstill = given.count < len(group)
        self.stopping.wait(given.wait.total_seconds())
        return given.count

    def _intend(self, group: Sequence[Ready]) -> list[Message]:
        with self.database.writing() as session:
            if installation.read(session).held:
                self.standstill = True
                return []
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
        ended = [Ended(self._waiting[one.id], one) for one in known]
        try:
            self._record(ended)
        except Exception:
            log.exception("record group failed", size=len(known))
            for one in ended:
                self._record_alone(one)
        for outcome in known:
            self._waiting.pop(outcome.id, None)
            self.accepted += outcome.meaning is Meaning.ACCEPTED
            self.standstill |= outcome.meaning in (Meaning.UNREACHED, Meaning.OURS)

    def _record_alone(self, ended: Ended) -> None:
        deadline = self.clock() + self.lane.mailer.lease
        lost = {"delivery": ended.delivery.id, "meaning": ended.outcome.meaning}
        while True:
            try:
                self._record([ended])
            except Unavailable:
                if self.clock() > deadline or self.stopping.wait(AGAIN_AFTER):
                    log.error("not recorded, left to the reaper", **lost)
                    return
            except Exception:
                log.exception("not recorded, left to the reaper", **lost)
                return
            else:
                return

    def _record(self, ended: Sequence[Ended]) -> None:
        with self.database.writing() as session:
            self.standstill |= record(session, self.lane.name, ended, self.now(session))


def _next_group(rest: Sequence[Ready], most: int) -> list[Ready]:
    """Those that go together: urgent ones first, and lessons in no company that has room kept for it."""
    return list(takewhile(lambda one: one.urgent == rest[0].urgent, rest[:most]))
