"""Deliver what is due: look at the clock and at leases, claim, compose, and hand over to be sent."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from app.actions.gather import Ordered, gather
from app.actions.intend import Ready
from app.actions.lane import Lane
from app.actions.reconcile import reconcile
from app.actions.send import Sending
from app.actions.shift import Shift
from app.core.consequence import same
from app.core.delivery import State
from app.core.message import Message
from app.core.order import Order
from app.store import doubts, installation, outbox, providers
from app.store.database import clock

log = structlog.get_logger()

Compose = Callable[[Order], Message]

JUMP = timedelta(hours=36)
LONG_OUTAGE = timedelta(days=14)
BEAT_EVERY = timedelta(minutes=1)
LOOK_EVERY = 5.0


@dataclass
class Worker:
    """Takes what is due to the first lane that is not set aside, until nothing is due.

    Any number may run beside each other.
    """

    shift: Shift
    compose: Compose
    lanes: tuple[Lane, ...]
    _ticking: threading.Lock = field(default_factory=threading.Lock, init=False)
    _clocks: tuple[datetime, float] | None = field(default=None, init=False)
    _looked_at: float = field(default=0.0, init=False)

    @property
    def name(self) -> str:
        return self.shift.worker

    @property
    def busy(self) -> bool:
        """Whether a tick is running."""
        return self._ticking.locked()

    def tick(self) -> int:
        """Deliver until nothing is due or nobody can be reached; how many were accepted."""
        accepted = 0
        with self._ticking:
            self._look()
            while not self.shift.stopping.is_set() and (lane := self._next()):
                sending = Sending(self.shift, lane, partial(self._more, lane))
                accepted += sending.run()
                if sending.standstill and self._next() is lane:
                    break
        return accepted

    def stop(self, patience: float) -> int:
        """No new intent from now on. After `patience` seconds what is still on the wire is left in doubt: how
        many messages."""
        self.shift.stopping.set()
        if not self._ticking.acquire(timeout=patience):
            with self.shift.database.writing() as session:
                return doubts.abandon(session, self.name, self.shift.now(session))
        self._ticking.release()
        for lane in self.lanes:
            lane.mailer.close()
        return 0

    def take_over(self) -> None:
        """This process is the only worker (SQLite): what a dead one held is settled at once."""
        with self.shift.database.writing() as session:
            doubts.settle_all(session, self.shift.now(session))

    def _next(self) -> Lane | None:
        """The lane whose turn it is, if something is due on it: nobody is connected to for nothing."""
        with self.shift.database.reading() as session:
            now = self.shift.now(session)
            lane = self._lane(session, now)
            return lane if lane and outbox.due(session, self._claimer(lane), now) else None

    def _more(self, lane: Lane) -> list[Ready]:
        """What is due now, claimed and composed; nothing once another lane has its turn."""
        if self.shift.clock() - self._looked_at >= LOOK_EVERY:
            self._look()
        return [ready for one in self._claim(lane) if (ready := self._compose(one))]

    def _look(self) -> None:
        self._looked_at = self.shift.clock()
        self._watch_clock()
        reconcile(self.shift, {lane.name: lane.mailer.key_window for lane in self.lanes})

    def _watch_clock(self) -> None:
        """A wall clock that jumped, or a beat of weeks ago: hold everything until a person has looked."""
        with self.shift.database.writing() as session:
            wall, monotonic = clock(session), self.shift.clock()
            row = installation.read(session)
            if self._clocks is not None and not row.held:
                passed = timedelta(seconds=monotonic - self._clocks[1])
                if abs(wall - self._clocks[0] - passed) > JUMP:
                    _hold(session, "the clock jumped by more than 36 hours")
            self._clocks = (wall, monotonic)
            if row.beat_at and not row.held and wall - row.beat_at > LONG_OUTAGE:
                _hold(session, "nothing was delivered for more than 14 days")
            if row.beat_at is None or abs(wall - row.beat_at) >= BEAT_EVERY:
                installation.beat(session, wall)

    def _lane(self, session: Session, now: datetime) -> Lane | None:
        """The first provider that is not set aside, unless everything is held."""
        if installation.read(session).held:
            return None
        aside = providers.aside(session, now)
        return next((lane for lane in self.lanes if lane.name not in aside), None)

    def _claim(self, lane: Lane) -> list[Ordered]:
        with self.shift.database.writing() as session:
            now = self.shift.now(session)
            if self._lane(session, now) is not lane:
                return []
            most = 1 if providers.on_trial(session, lane.name) else lane.batch
            return gather(session, outbox.claim(session, self._claimer(lane), most, now), now)

    def _claimer(self, lane: Lane) -> outbox.Claimer:
        return outbox.Claimer(self.name, lane.name, tuple(one.name for one in self.lanes))

    def _compose(self, one: Ordered) -> Ready | None:
        """One letter that cannot be composed is held with its reason; everyone else goes on."""
        delivery = one.delivery
        try:
            return Ready(delivery, one.order, self.compose(one.order))
        except Exception as error:
            log.exception("cannot compose", delivery=delivery.id, kind=delivery.kind)
            held = replace(same(delivery), state=State.HELD, reason=f"cannot be composed: {error}")
            with self.shift.database.writing() as session:
                outbox.put_back(session, delivery, held, self.shift.now(session))
            return None


def _hold(session: Session, why: str) -> None:
    installation.hold(session, why)
    log.error("held", why=why, what_to_do="look, then: kindling release")
