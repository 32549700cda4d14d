"""Record what became of messages, and write what follows from it (docs/guarantee.md)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

import structlog
from sqlalchemy.orm import Session

from app.actions.follow import follow
from app.actions.lane import Lane
from app.actions.shift import Shift
from app.actions.silence import silence
from app.core.breaker import SLOW, Lately, aside_for, in_vain, reached, slows, witnesses
from app.core.consequence import what_follows
from app.core.delivery import Delivery
from app.core.enrollment import Enrollment
from app.core.outcome import Meaning, Outcome
from app.store import deliveries, enrollments, outbox, providers
from app.store.database import Unavailable
from app.store.enrollments import Lock

log = structlog.get_logger()

AGAIN_AFTER = 0.5
"""Seconds between two tries while the database does not answer."""

LAST_PATIENCE = 20.0
"""Seconds, at most, once told to stop."""


@dataclass(frozen=True)
class Ended:
    """A delivery as it was claimed, and what became of its message."""

    delivery: Delivery
    outcome: Outcome


@dataclass
class Recorder:
    """Of one lane. `accepted` counts."""

    shift: Shift
    lane: Lane
    accepted: int = 0
    _known: list[Ended] = field(default_factory=list)

    def __len__(self) -> int:
        """How many outcomes are known and not recorded yet."""
        return len(self._known)

    def note(self, delivery: Delivery, outcome: Outcome) -> None:
        self._known.append(Ended(delivery, outcome))

    def record(self) -> bool:
        """All in one transaction; if that fails, row by row, while the leases live. Whether more would be in
        vain now."""
        known, self._known = self._known, []
        if not known:
            return False
        try:
            aside = self._together(known)
        except Exception:
            log.exception("record group failed", size=len(known))
            deadline = self.shift.clock() + self.lane.mailer.lease
            aside = sum(self._alone(one, deadline) for one in known) > 0
        meanings = [one.outcome.meaning for one in known]
        self.accepted += meanings.count(Meaning.ACCEPTED)
        return aside or Meaning.UNREACHED in meanings or Meaning.OURS in meanings

    def _alone(self, ended: Ended, deadline: float) -> bool:
        """Its answer is in our hand: told to stop or not, it is worth the patience of who stops us."""
        lost = {"delivery": ended.delivery.id, "meaning": ended.outcome.meaning}
        while True:
            try:
                return self._together([ended])
            except Unavailable:
                if self.shift.stopping.wait(AGAIN_AFTER):
                    deadline = min(deadline, self.shift.clock() + LAST_PATIENCE)
                    time.sleep(AGAIN_AFTER)
                if self.shift.clock() > deadline:
                    log.error("not recorded, left to the reaper", **lost)
                    return False
            except Exception:
                log.exception("not recorded, left to the reaper", **lost)
                return False

    def _together(self, ended: Sequence[Ended]) -> bool:
        with self.shift.database.writing() as session:
            return record(session, self.lane.name, ended, self.shift.now(session))


def record(session: Session, provider: str, ended: Sequence[Ended], now: datetime) -> bool:
    """All in this transaction; whether one of them set the provider aside."""
    people = {one.delivery.subscriber_id for one in ended}
    courses = {one.id: one for one in enrollments.of_people(session, people, Lock.UPDATE)}
    recorded = [one for one in ended if _record(session, one, courses, now)]
    return _learn(session, provider, recorded, now)


def _record(session: Session, ended: Ended, courses: dict[int, Enrollment], now: datetime) -> bool:
    """Whether the delivery was still ours; `courses` are locked, and kept as they are then."""
    delivery, outcome = ended.delivery, ended.outcome
    course = courses.get(delivery.enrollment_id)
    consequence = what_follows(delivery, outcome, course, now)
    if not outbox.record(session, delivery, outcome, consequence, now):
        log.warning("fenced off", delivery=delivery.id, meaning=outcome.meaning)
        return False
    follow(session, course, consequence, now)
    if consequence.enrollment is not None:
        courses[delivery.enrollment_id] = consequence.enrollment
    if consequence.suppress is not None:
        silence(session, delivery, consequence.suppress, outcome.reply, now)
    log.info("recorded", delivery=delivery.id, kind=delivery.kind, state=consequence.state)
    return True


def _learn(session: Session, provider: str, ended: Sequence[Ended], now: datetime) -> bool:
    """What outcomes say of the provider and of receiving domains; whether it is set aside for it."""
    aside = False
    for was_reached, row in groupby(ended, lambda one: reached(one.outcome)):
        if was_reached:
            providers.note_reached(session, provider)
        for one in row:
            aside |= _set_aside(session, provider, one, now)
    if unsent := [one for one in ended if one.outcome.meaning is Meaning.UNSENT]:
        providers.give_back(session, provider, len(unsent), now)
    return aside


def _set_aside(session: Session, provider: str, one: Ended, now: datetime) -> bool:
    aside = aside_for(one.outcome, _lately(session, provider, one, now))
    if aside is not None:
        providers.set_aside(session, provider, now + aside, one.outcome.reply, now)
        log.error("provider set aside", provider=provider, reply=one.outcome.reply)
    return aside is not None


def _lately(session: Session, provider: str, one: Ended, now: datetime) -> Lately:
    domain = deliveries.domain_of(one.delivery.address)
    if witnesses(one.delivery, one.outcome):
        providers.note_refusal(session, domain, provider, now)
        return Lately(refusing=providers.refusing(session, provider, now - SLOW))
    if slows(one.outcome):
        providers.slow(session, domain, now)
    if in_vain(one.outcome):
        return Lately(in_vain=providers.count_in_vain(session, provider, now))
    return Lately()
