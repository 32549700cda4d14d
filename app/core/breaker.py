"""When a provider is set aside, because our own account is refused or nobody is reached, and for how long."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from app.core.consequence import HOURLY
from app.core.outcome import Meaning, Outcome

ASIDE = timedelta(minutes=15)
WITNESSES = 3
"""So many unrelated receiving domains that refuse us within a quarter of an hour are right about us."""

BRIEFLY = timedelta(minutes=2)
UNREACHED = 5
"""So many attempts in a row that reach nobody, none a quarter of an hour after the one before."""

SLOW = timedelta(minutes=15)
"""How long a receiving domain is left alone after it refused or throttled us."""


@dataclass(frozen=True)
class Lately:
    """What a provider's newest outcome adds to: the domains that refused us, attempts in a row in vain."""

    refusing: Collection[str] = ()
    unreached: int = 0


def aside_for(outcome: Outcome, lately: Lately) -> timedelta | None:
    """For how long an outcome sets its provider aside; `lately` counts it already."""
    match outcome.meaning:
        case Meaning.OURS:
            return ASIDE
        case Meaning.REFUSED if len(set(lately.refusing)) >= WITNESSES:
            return ASIDE
        case Meaning.UNREACHED:
            asked = min(outcome.retry_after or timedelta(0), HOURLY)
            in_vain = lately.unreached >= UNREACHED
            return max(asked, BRIEFLY) if in_vain or asked >= BRIEFLY else None
    return None


def slows(outcome: Outcome) -> bool:
    """Whether the receiving domain wants less of us: it refuses, or defers for policy or pace."""
    if outcome.meaning is Meaning.REFUSED:
        return True
    return outcome.meaning is Meaning.DEFERRED and " 4.7." in f" {outcome.reply}"


def reached(outcome: Outcome) -> bool:
    """Whether the provider was there and took up our letter, whatever became of it."""
    return outcome.meaning in (Meaning.ACCEPTED, Meaning.DEFERRED, Meaning.REFUSED, Meaning.REJECTED)
