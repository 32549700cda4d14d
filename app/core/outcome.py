"""What a transport said about one message."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Meaning(StrEnum):
    """A failure is sorted once, at the edge, into one of these."""

    ACCEPTED = "accepted"  # the provider has it
    DEFERRED = "deferred"  # the recipient's server says: not now
    REFUSED = "refused"  # the recipient's server refuses this content or sender
    REJECTED = "rejected"  # this address does not exist or takes no mail, for good
    UNREACHED = "unreached"  # nobody was reached, or our provider is busy; no one's fault
    OURS = "ours"  # our account or identity is refused
    UNFIT = "unfit"  # this letter cannot be carried to this address this way; nobody was asked
    UNKNOWN = "unknown"  # the last byte went out and no answer came back
    UNSENT = "unsent"  # never went to the wire


@dataclass(frozen=True)
class Outcome:
    """What became of the message of delivery `id`; `reply` is the transport's own words, for the operator."""

    id: int
    meaning: Meaning
    reply: str = ""
    provider: str = ""
    provider_id: str | None = None
    retry_after: timedelta | None = None
