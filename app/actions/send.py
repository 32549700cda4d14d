"""Send what was claimed and composed: intent, wire, record (docs/guarantee.md).

An intent is committed just before its message is handed to the mailer, a record once its outcome is known.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import takewhile
from math import inf

import structlog

from app.actions.intend import Ready, intend
from app.actions.lane import UNCAPPED, Lane
from app.actions.record import Recorder
from app.actions.shift import Shift
from app.core.delivery import CLAIM_LEASE, Delivery
from app.core.doubt import Doubt
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.store import installation, outbox, providers
from app.store.database import Unavailable
from app.store.outbox import Intent

log = structlog.get_logger()

AGAIN_AFTER = 5.0
"""Seconds after which more is looked for while something is on the wire."""

BRISK = 10.0
"""Seconds within which a message is handed over after its intent; its lease is longer by as much."""


@dataclass
class Sending:
    """On one lane, batch after batch, as long as `more` gives whole ones. `standstill`: more now is in vain.

    Whatever it gave ends recorded or handed back: first it waits in `_rest`, then it is intended, then on the
    wire, then its outcome is known.
    """

    shift: Shift
    lane: Lane
    more: Callable[[], Sequence[Ready]]
    standstill: bool = False
    _rest: list[Ready] = field(default_factory=list)
    _intended: dict[int, Delivery] = field(default_factory=dict)
    _on_wire: dict[int, Delivery] = field(default_factory=dict)
    _stale_at: float = inf
    _again_at: float = 0.0
    _fed: bool = False

    def __post_init__(self) -> None:
        self._recorder = Recorder(self.shift, self.lane)

    def run(self) -> int:
        """How many were accepted."""
        try:
            for outcome in self.lane.mailer.deliver(self._feed()):
                self._recorder.note(self._on_wire.pop(outcome.id), outcome)
                if self._fed or not self.lane.mailer.free or len(self._recorder) >= self.lane.mailer.width:
                    self._record()
        except Exception:
            log.exception("the mailer fell over", provider=self.lane.name)
        self._take_back()
        self._record()
        self._hand_back()
        return self._recorder.accepted

    def _feed(self) -> Iterator[Message | None]:
        """The stream the mailer pulls from. Nothing known stays unrecorded while it waits.

        It ends and never raises: what is on the wire is still heard when the database has gone. As long as
        something is, whoever falls due meanwhile does not wait for it.
        """
        while not self.shift.stopping.is_set():
            self._record()
            if self.standstill or self.shift.clock() >= self._stale_at:
                self._hand_back()
            if not self._rest:
                self._fetch()
            if self._rest:
                yield from self._go()
            elif self._on_wire:
                yield None
            else:
                break
        self._fed = True

    def _fetch(self) -> None:
        """Another batch; not at once after a standstill, nor when there was no whole one."""
        now = self.shift.clock()
        if now < self._again_at or (self.standstill and not self._on_wire):
            return
        self.standstill = False
        try:
            self._rest = list(self.more())
        except Exception:
            log.exception("nothing could be fetched", provider=self.lane.name)
        self._stale_at = now + CLAIM_LEASE.total_seconds() / 2
        self._again_at = now if len(self._rest) >= self.lane.batch else now + AGAIN_AFTER

    def _go(self) -> Iterator[Message]:
        """Those that go together, each as it is asked for; none that was left lying since its intent."""
        group = _together(self._rest, self.lane.stride)
        try:
            room, begun = self._room(group), self.shift.clock()
            messages = [] if self.shift.stopping.is_set() else self._intend(group[:room])
        except Exception:
            log.exception("no intent, no mail", size=len(group))
            self._stand_still()
            return
        for message in messages:
            if self.shift.clock() - begun > BRISK:
                break
            self._on_wire[message.id] = self._intended.pop(message.id)
            yield message
        self._take_back()

    def _room(self, group: Sequence[Ready]) -> int:
        """How many of a group may go now under the provider's caps, after waiting for the pace."""
        if self.lane.caps == UNCAPPED:
            return len(group)
        wanted, urgent = len(group), group[0].urgent
        with self.shift.database.writing() as session:
            now = self.shift.now(session)
            given = providers.take(session, self.lane.name, self.lane.caps, wanted, now, urgent=urgent)
        if given.count < wanted:
            self._stand_still()
        self.shift.stopping.wait(given.wait.total_seconds())
        return given.count

    def _intend(self, group: Sequence[Ready]) -> list[Message]:
        """What may go, written down; what may not has left the rest as well."""
        lease = timedelta(seconds=self.lane.mailer.lease + BRISK)
        with self.shift.database.writing() as session:
            if installation.read(session).held:
                self._stand_still()
                return []
            by = Intent(self.shift.worker, self.lane.name, lease)
            doubt = Doubt(self.shift.hold_uncertain, self.lane.mailer.key_window)
            now = self.shift.now(session)
            going = intend(session, group, by, doubt, now)
            if self.lane.caps != UNCAPPED and len(going) < len(group):
                providers.give_back(session, self.lane.name, len(group) - len(going), now)
        self._rest = self._rest[len(group) :]
        self._intended = {one.delivery.id: one.delivery for one in going}
        return [one.message for one in going]

    def _record(self) -> None:
        if self._recorder.record():
            self._stand_still()

    def _take_back(self) -> None:
        """Intents of messages that were never handed over."""
        for delivery in self._intended.values():
            self._recorder.note(delivery, Outcome(delivery.id, Meaning.UNSENT, "never handed over"))
        self._intended.clear()

    def _hand_back(self) -> None:
        rest, self._rest, self._stale_at = self._rest, [], inf
        if not rest:
            return
        try:
            with self.shift.database.writing() as session:
                outbox.hand_back(session, [one.delivery for one in rest])
        except Unavailable:
            log.warning("not handed back, left to the reaper", size=len(rest))

    def _stand_still(self) -> None:
        self.standstill, self._again_at = True, self.shift.clock() + AGAIN_AFTER


def _together(rest: Sequence[Ready], most: int) -> list[Ready]:
    """Urgent ones first, and lessons in no company that has room kept for it."""
    return list(takewhile(lambda one: one.urgent == rest[0].urgent, rest[:most]))
