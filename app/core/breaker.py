"""When a provider is set aside because our own account or identity is refused, and for how long."""

from collections.abc import Collection
from datetime import datetime, timedelta

from app.core.outcome import Meaning, Outcome

ASIDE = timedelta(minutes=15)
WITNESSES = 3
"""So many unrelated receiving domains that refuse us within a quarter of an hour are right about us."""

SLOW = timedelta(minutes=15)
"""How long a receiving domain is left alone after it refused or throttled us."""


def opens(outcome: Outcome, refusing: Collection[str]) -> bool:
    """Whether an outcome sets the provider aside; `refusing`: the domains that lately refused us."""
    if outcome.meaning is Meaning.OURS:
        return True
    return outcome.meaning is Meaning.REFUSED and len(set(refusing)) >= WITNESSES


def slows(outcome: Outcome) -> bool:
    """Whether the receiving domain wants less of us: it refuses, or defers for policy or pace."""
    if outcome.meaning is Meaning.REFUSED:
        return True
    return outcome.meaning is Meaning.DEFERRED and (
        " 4.7." in f" {outcome.reply}" or outcome.reply[:3] == "421"
    )


def aside_until(now: datetime) -> datetime:
    return now + ASIDE
