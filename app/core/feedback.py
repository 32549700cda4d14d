"""Feedback: what a provider tells of a message after it took it, in our words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.subscriber import address_key

WORDS_LIMIT = 1024

KEPT = timedelta(days=30)
"""How long what was told is kept; what claims to be older has no time that can be believed."""


class Fate(StrEnum):
    """What became of an accepted message."""

    DELIVERED = "delivered"  # the recipient's server has it
    DELAYED = "delayed"  # the provider is still trying
    SOFT = "soft"  # given up for now: mailbox full, server down; the address may live
    REFUSED = "refused"  # the recipient's server refuses this content or sender
    BOUNCED = "bounced"  # this address does not exist or takes no mail, for good
    COMPLAINED = "complained"  # its reader called it spam


@dataclass(frozen=True)
class Feedback:
    """One thing a provider told of one message.

    `event` names it, so that a repeat is known: the provider's message id, type, time and recipient.
    `delivery` is our id that travelled as tag or metadata, `provider_id` what the provider called the
    message when it took it: without one of the two nothing follows. `at` is UTC, None if it was not told.
    """

    fate: Fate
    event: str
    recipient: str
    delivery: int | None = None
    provider_id: str | None = None
    at: datetime | None = None
    words: str = ""


WEIGHT: Mapping[Fate, int] = {
    fate: weight
    for weight, fate in enumerate(
        (Fate.DELAYED, Fate.DELIVERED, Fate.SOFT, Fate.REFUSED, Fate.BOUNCED, Fate.COMPLAINED)
    )
}
"""No two weigh the same, so that what is told ends alike in whatever order it comes."""


def fate_after(before: Fate | None, told: Fate) -> Fate:
    """The heavier one: good news never undoes bad news."""
    return told if before is None else max(before, told, key=WEIGHT.__getitem__)


def told_at(told: Feedback, now: datetime) -> datetime:
    """When it happened; `now` when no time was told, one ahead of our clock, or one too old to be meant."""
    return told.at if told.at is not None and now - KEPT <= told.at <= now else now


def occurrence(told: Feedback) -> tuple[str, ...]:
    """What happened, apart from its name: a repeat under another name is a repeat all the same."""
    at = told.at.isoformat() if told.at is not None else ""
    letter = (told.provider_id or "", str(told.delivery or ""))
    return (*letter, told.fate, at, address_key(told.recipient))
