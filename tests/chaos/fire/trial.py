"""One trial: how it is set up, what was done to it, and what came of it."""

from dataclasses import dataclass, field

UNTIL_LAST_BYTE, AFTER_IT = 4.5, 5.5
LEASE = UNTIL_LAST_BYTE + AFTER_IT
"""Seconds a message may be on the wire, of every provider here."""


@dataclass(frozen=True)
class Setting:
    """`policy` is `resend_once`, `hold` or `key`: the last sends to a provider that removes repeats. Two more
    are not ours and are there for comparison: `cursor` and `retry`.

    `fury` is the mean of the seconds between two blows; there are at most `blows` of them.
    """

    database: str
    policy: str
    people: int
    seed: int
    fury: float
    blows: int = 1_000_000

    @property
    def ours(self) -> bool:
        return self.policy not in ("cursor", "retry")

    @property
    def workers(self) -> int:
        return 4 if self.database == "postgresql" else 1

    @property
    def name(self) -> str:
        return f"{self.database}, {self.policy}"


@dataclass
class Blows:
    """What was struck, and how many messages were on the wire at that moment."""

    kills: int = 0
    freezes: int = 0
    freezes_past_lease: int = 0
    graceful_stops: int = 0
    database_restarts: int = 0
    connections_killed: int = 0
    database_locked: int = 0
    on_the_wire: int = 0
    left_by_graceful_stops: int = 0


@dataclass
class Fire:
    """`uncertain` counts the rows that ever were, `asked` those that waited for the operator's word."""

    setting: Setting
    blows: Blows = field(default_factory=Blows)
    owed: int = 0
    accepted: int = 0
    lost: int = 0
    never_owed: int = 0
    extra: int = 0
    most_copies: int = 0
    uncertain: int = 0
    asked: int = 0
    replies_dropped: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def allowed(self) -> int:
        """Extra copies that the promise allows: none, unless the policy is to send once more when unsure."""
        unsure = self.blows.on_the_wire + self.replies_dropped
        return unsure if self.setting.policy == "resend_once" else 0

    @property
    def failures(self) -> list[str]:
        """What was promised and not kept; of a control that it was not burnt."""
        if self.setting.policy == "cursor":
            return [] if self.lost else ["too cold: nothing was lost"]
        if self.setting.policy == "retry":
            return [] if self.extra else ["too cold: nothing came twice"]
        return self._broken_promises

    @property
    def _broken_promises(self) -> list[str]:
        found = [
            (self.lost, "lost"),
            (self.never_owed, "sent that nobody was owed"),
            (max(0, self.extra - self.allowed), "extra copies beyond what was promised"),
            (max(0, self.most_copies - 2), "copies of one letter beyond two"),
            (self.blows.left_by_graceful_stops, "left on the wire by a graceful stop"),
            *((count, f"rows against “{name}”") for name, count in self.broken.items()),
        ]
        return [f"{count} {what}" for count, what in found if count]
