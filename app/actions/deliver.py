"""Deliver what is due: settle leases, claim, compose, and hand over to be sent (docs/guarantee.md)."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.actions.send import Lane, Now, Ready, Sending
from app.clock import Clock, boottime
from app.core.consequence import Consequence
from app.core.delivery import Delivery, State
from app.core.doubt import Doubt, unresolved
from app.core.message import Message
from app.core.order import Order, order_for
from app.store import doubts, enrollments, installation, outbox, providers, subscribers
from app.store.database import Database
from app.store.database import clock as database_clock
from app.store.enrollments import Lock

log = structlog.get_logger()

Compose = Callable[[Order], Message]

JUMP = timedelta(hours=36)
LONG_OUTAGE = timedelta(days=14)
BEAT_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Claimed:
    """A claimed delivery and the order that tells how to compose it."""

    delivery: Delivery
    order: Order


@dataclass
class Worker:
    """Takes what is due to the first lane that is not set aside, until nothing is due.

    Any number may run beside each other.
    """

    database: Database
    compose: Compose
    lanes: tuple[Lane, ...]
    name: str
    hold_uncertain: bool = False
    now: Now = installation.now
    clock: Clock = boottime
    _ticking: threading.Lock = field(default_factory=threading.Lock, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _clocks: tuple[datetime, float] | None = field(default=None, init=False)

    def tick(self) -> int:
        """Deliver until nothing is due or nobody can be reached; how many were accepted."""
        accepted = 0
        with self._ticking:
            self._watch_clock()
            self._settle()
            while not self._stopping.is_set() and (lane := self._lane()) and (claimed := self._claim(lane)):
                sending = self._sending(lane)
                sending.run([ready for one in claimed if (ready := self._compose(one))])
                accepted += sending.accepted
                if sending.standstill and self._lane() is lane:
                    break
        return accepted

    @property
    def busy(self) -> bool:
        """Whether a tick is running."""
        return self._ticking.locked()

    def stop(self, patience: float) -> int:
        """No new intent from now on. After `patience` seconds what is still on the wire is left in doubt: how
        many messages."""
        self._stopping.set()
        if not self._ticking.acquire(timeout=patience):
            with self.database.writing() as session:
                return doubts.abandon(session, self.name, self.now(session))
        self._ticking.release()
        for lane in self.lanes:
            lane.mailer.close()
        return 0

    def take_over(self) -> None:
        """This process is the only worker (SQLite): what a dead one held is settled at once."""
        with self.database.writing() as session:
            doubts.settle_all(session, self.now(session))

    def _sending(self, lane: Lane) -> Sending:
        return Sending(self.database, lane, self.name, self.now, self._stopping, self.clock)

    def _watch_clock(self) -> None:
        """A wall clock that jumped, or a beat of weeks ago: hold everything until a person has looked."""
        with self.database.writing() as session:
            wall, monotonic = database_clock(session), self.clock()
            row = installation.read(session)
            if self._clocks is not None and not row.held:
                passed = timedelta(seconds=monotonic - self._clocks[1])
                if abs(wall - self._clocks[0] - passed) > JUMP:
                    self._hold(session, "the clock jumped by more than 36 hours")
            self._clocks = (wall, monotonic)
            if row.beat_at and not row.held and wall - row.beat_at > LONG_OUTAGE:
                self._hold(session, "nothing was delivered for more than 14 days")
            if row.beat_at is None or wall - row.beat_at >= BEAT_EVERY:
                installation.beat(session, wall)

    def _hold(self, session: Session, why: str) -> None:
        installation.hold(session, why)
        log.error("held", why=why, what_to_do="look, then: kindling release")

    def _settle(self) -> None:
        """Expired leases, and whatever nobody knows whether it arrived."""
        with self.database.writing() as session:
            now = self.now(session)
            doubts.reap(session, now)
            doubtful = _with_orders(session, doubts.uncertain(session, limit=1000), now)
        if not doubtful:
            return
        ways = {one.delivery.id: self._doubt(one) for one in doubtful}
        with self.database.writing() as session:
            now = self.now(session)
            ids = (one.delivery.enrollment_id for one in doubtful)
            courses = enrollments.get_many(session, ids, Lock.UPDATE)
            for one in doubtful:
                delivery = one.delivery
                course = courses.get(delivery.enrollment_id)
                consequence = unresolved(delivery, course, ways[delivery.id], now)
                if consequence is not None:
                    doubts.resolve(session, delivery, consequence, now)
                    log.warning("uncertain resolved", delivery=delivery.id, state=consequence.state)

    def _doubt(self, one: Claimed) -> Doubt:
        """The provider's key helps only while the letter still says the same."""
        windows = {lane.name: lane.mailer.key_window for lane in self.lanes}
        window = windows.get(one.delivery.provider or "")
        return Doubt(self.hold_uncertain, window if window and self._says_the_same(one) else None)

    def _says_the_same(self, one: Claimed) -> bool:
        try:
            return self.compose(one.order).fingerprint == (one.delivery.frozen or {}).get("print")
        except Exception:
            return False

    def _lane(self) -> Lane | None:
        """The first provider that is not set aside, unless everything is held."""
        with self.database.reading() as session:
            if installation.read(session).held:
                return None
            aside = providers.aside(session, self.now(session))
        return next((lane for lane in self.lanes if lane.name not in aside), None)

    def _claim(self, lane: Lane) -> list[Claimed]:
        with self.database.writing() as session:
            now = self.now(session)
            names = tuple(one.name for one in self.lanes)
            claim = outbox.Claim(self.name, lane.name, names, lane.batch)
            return _with_orders(session, outbox.claim(session, claim, now), now)

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


def _with_orders(session: Session, found: Sequence[Delivery], now: datetime) -> list[Claimed]:
    people = subscribers.get_many(session, (one.subscriber_id for one in found))
    courses = enrollments.get_many(session, (one.enrollment_id for one in found))
    return [
        Claimed(one, order_for(one, people[one.subscriber_id], courses[one.enrollment_id], now))
        for one in found
    ]
