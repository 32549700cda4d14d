"""Feedback: what a provider tells of a message after it took it, in our words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

WORDS_LIMIT = 1024


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
