"""The verdict on what a provider told of a delivery: whether its address is kept, set aside or silenced."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.core.consequence import Consequence, accepted
from app.core.delivery import OPEN as OPEN_STATES
from app.core.delivery import Delivery, Suppressed
from app.core.enrollment import OPEN, RUNNING, Enrollment, Status, leave, stall
from app.core.feedback import Fate, fate_after

SOFTS = 3
"""So many letters in a row that bounced softly are a bounce."""

WAVE, WAVE_SHARE = 10, 0.05
"""So many bounces, and such a share of what a provider took, are its own trouble and nobody's address."""

QUIET = frozenset({Fate.DELIVERED, Fate.DELAYED, Fate.REFUSED})
"""Of a sent delivery these say nothing about its address."""


@dataclass(frozen=True)
class Known:
    """What is known besides the delivery. `fate` is what was told of it before.

    `softs` counts the letters to this address that bounced softly since one was delivered, with this one.
    `wave` says that the provider's bounces are its own trouble for now.
    """

    fate: Fate | None = None
    softs: int = 0
    wave: bool = False


@dataclass(frozen=True)
class Verdict:
    """What must be written. `settled`: the delivery was open; it is sent, with what follows from that.

    `suppress` None keeps the address. `spared`: it would have been suppressed, but for the wave.
    """

    fate: Fate
    settled: Consequence | None = None
    suppress: Suppressed | None = None
    spared: bool = False


def verdict(
    delivery: Delivery, enrollment: Enrollment | None, told: Fate, known: Known, now: datetime
) -> Verdict:
    """From a delivery as it stands, its enrollment as locked, and what was told, to what must be written.

    Whatever is told of a message, the provider has it: a delivery that we hold for unsent was sent.
    """
    bounced = told is Fate.BOUNCED or (told is Fate.SOFT and known.softs >= SOFTS)
    return Verdict(
        fate=fate_after(known.fate, told),
        settled=accepted(delivery, enrollment, now) if delivery.state in OPEN_STATES else None,
        suppress=_suppress(told, bounced=bounced and not known.wave),
        spared=bounced and known.wave,
    )


def silenced(one: Enrollment, why: Suppressed, now: datetime) -> Enrollment:
    """A course of an address that is mailed no more: a complaint ends it, a bounce stalls it.

    Nor can the undoing of an earlier leaving bring it back to life.
    """
    if why is Suppressed.COMPLAINED:
        ended = leave(one, now) if one.status in OPEN else one
        return replace(ended, ended_from=None)
    if one.status in RUNNING:
        return stall(one, now)
    return replace(one, ended_from=Status.STALLED) if one.ended_from in RUNNING else one


def wave(bounced: int, accepted: int) -> bool:
    """Whether so many bounces among the mails that a provider accepted lately are its own trouble."""
    return bounced >= WAVE and bounced >= WAVE_SHARE * accepted


def _suppress(told: Fate, *, bounced: bool) -> Suppressed | None:
    if told is Fate.COMPLAINED:
        return Suppressed.COMPLAINED
    return Suppressed.BOUNCED if bounced else None
