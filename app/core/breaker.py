"""When a provider is set aside, because our own account is refused or all is in vain, and for how long."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from app.core.delivery import Delivery, Kind
from app.core.outcome import Meaning, Outcome

ASIDE = timedelta(minutes=15)
WITNESSES = 3
"""So many unrelated receiving domains that refuse us within a quarter of an hour are right about us."""

BRIEFLY, LONGEST = timedelta(minutes=2), timedelta(hours=1)
IN_A_ROW, SERIES = 5, 2 * ASIDE
"""So many attempts in a row in vain, none of them this long after the one before."""

SLOW = timedelta(minutes=15)
"""How long a receiving domain is left alone after it refused or throttled us."""

_PACE_OR_POLICY = re.compile(r"(?<![\d.])[45]\.7\.\d")
_CODE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d")


@dataclass(frozen=True)
class Lately:
    """What a provider's newest outcome adds to: the domains that refused us, attempts in a row in vain."""

    refusing: Collection[str] = ()
    in_vain: int = 0


def aside_for(outcome: Outcome, lately: Lately) -> timedelta | None:
    """For how long an outcome sets its provider aside; `lately` counts it already.

    Longer where each attempt leaves a letter in doubt.
    """
    in_a_row = lately.in_vain >= IN_A_ROW
    match outcome.meaning:
        case Meaning.OURS:
            return ASIDE
        case Meaning.REFUSED:
            return ASIDE if len(set(lately.refusing)) >= WITNESSES else None
        case Meaning.UNKNOWN:
            return ASIDE if in_a_row else None
        case Meaning.UNREACHED:
            asked = min(outcome.retry_after or timedelta(0), LONGEST)
            return max(asked, BRIEFLY) if in_a_row or asked >= BRIEFLY else None
    return None


def slows(outcome: Outcome) -> bool:
    """Whether the receiving domain wants less of us: for pace, for policy (RFC 3463 X.7.X), or unsaid."""
    if outcome.meaning not in (Meaning.DEFERRED, Meaning.REFUSED):
        return False
    silent = outcome.meaning is Meaning.REFUSED and not _CODE.search(outcome.reply)
    return silent or bool(_PACE_OR_POLICY.search(outcome.reply))


def witnesses(delivery: Delivery, outcome: Outcome) -> bool:
    """Whether the receiving domain speaks against our provider. Anybody can have us write one confirmation to
    any domain: of those none does."""
    return outcome.meaning is Meaning.REFUSED and slows(outcome) and delivery.kind is not Kind.CONFIRM


def in_vain(outcome: Outcome) -> bool:
    return outcome.meaning in (Meaning.UNREACHED, Meaning.UNKNOWN)


def reached(outcome: Outcome) -> bool:
    """Whether the provider was there and took up our letter, whatever became of it."""
    return outcome.meaning in (Meaning.ACCEPTED, Meaning.DEFERRED, Meaning.REFUSED, Meaning.REJECTED)
