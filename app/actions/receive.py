"""Receive: what a provider tells of mails that it took; each thing once, and only of mails of ours."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy.orm import Session

from app.actions.follow import follow
from app.actions.silence import silence
from app.core.breaker import ASIDE
from app.core.consequence import Consequence
from app.core.delivery import Delivery, State
from app.core.enrollment import Enrollment
from app.core.feedback import Fate, Feedback, told_at
from app.core.subscriber import address_key
from app.core.verdict import QUIET, SOFTS, Known, verdict, wave
from app.store import doubts, enrollments, feedback, providers
from app.store.enrollments import Lock
from app.store.feedback import Subject

log = structlog.get_logger()

WAVE_WHY = "many of its last mails bounced, and nobody was suppressed for it; look at your account there"


class Heard(StrEnum):
    """What one thing told is to us."""

    NEWS = "news"
    REPEAT = "repeat"  # told before, under this name or another
    FOREIGN = "foreign"  # of no mail that we gave this provider for this recipient


def receive(session: Session, provider: str, told: Sequence[Feedback], now: datetime) -> Counter[Heard]:
    """Take everything once, in the order in which it happened. That `provider` says it was proved before."""
    _lock(session, provider, told)
    in_order = sorted(told, key=lambda one: (told_at(one, now), one.event))
    heard = Counter(_take(session, provider, one, now) for one in in_order)
    log.info("feedback", provider=provider, **{str(what): count for what, count in heard.items()})
    return heard


def _lock(session: Session, provider: str, told: Sequence[Feedback]) -> None:
    """Enrollments before deliveries, each by id; no enrollment where nothing but a fate is written."""
    grave = [one for one in told if one.fate not in QUIET]
    concerned = feedback.subjects(session, provider, grave)
    concerned += [
        one for one in feedback.subjects(session, provider, told) if one.delivery.state is not State.SENT
    ]
    people = {one.delivery.subscriber_id for one in concerned}
    enrollments.of_people(session, people, Lock.UPDATE)
    feedback.subjects(session, provider, told, lock=True)


def _take(session: Session, provider: str, told: Feedback, now: datetime) -> Heard:
    found = feedback.subject(session, provider, told)
    right = found is not None and address_key(found.delivery.address) == address_key(told.recipient)
    about = found if right else None
    if not feedback.note(session, provider, told, about.delivery if about else None, now):
        return Heard.REPEAT
    if about is not None:
        _follow(session, provider, about, told, now)
        return Heard.NEWS
    if found is not None:
        log.error("told of another recipient, ignored", provider=provider, delivery=found.delivery.id)
    return Heard.FOREIGN


def _follow(session: Session, provider: str, about: Subject, told: Feedback, now: datetime) -> None:
    """Write what follows from news of a delivery."""
    delivery = about.delivery
    course = enrollments.find(session, delivery.enrollment_id)
    ruling = verdict(delivery, course, told.fate, _known(session, provider, about, told, now), now)
    if ruling.fate is not about.fate:
        feedback.write_fate(session, delivery.id, ruling.fate, told_at(told, now))
    if ruling.settled is not None:
        _settle(session, delivery, course, ruling.settled, now)
    if ruling.suppress is not None:
        silence(session, delivery, ruling.suppress, told.words, now)
        log.warning("address suppressed", delivery=delivery.id, why=ruling.suppress)
    if ruling.spared:
        _set_aside(session, provider, now)


def _known(session: Session, provider: str, about: Subject, told: Feedback, now: datetime) -> Known:
    address = about.delivery.address
    softs = feedback.softs(session, address) if told.fate is Fate.SOFT else 0
    if told.fate is not Fate.BOUNCED and softs < SOFTS:
        return Known(about.fate, softs)
    # Bounces come late: among the mails that went just before this one as well as among the newest.
    lately = [
        feedback.bounces(session, provider, until, but=address) for until in (about.sent_at or now, now)
    ]
    itself = told.fate is Fate.BOUNCED
    return Known(about.fate, softs, any(wave(others + itself, accepted) for others, accepted in lately))


def _settle(
    session: Session, delivery: Delivery, course: Enrollment | None, sent: Consequence, now: datetime
) -> None:
    """It was open, and the provider has it."""
    doubts.find_sent(session, delivery, sent, now)
    follow(session, course, sent, now)
    log.info("settled by feedback", delivery=delivery.id, before=delivery.state)


def _set_aside(session: Session, provider: str, now: datetime) -> None:
    if provider not in providers.aside(session, now):
        providers.set_aside(session, provider, now + ASIDE, WAVE_WHY, now)
        log.error("bounces in a wave: provider set aside, nobody suppressed", provider=provider)
