"""Lane: a mailer with its caps, as a worker uses it."""

from dataclasses import dataclass

from app.core.rate import Caps
from app.mail import Mailer

UNCAPPED = Caps()
BATCH = 20


@dataclass(frozen=True)
class Lane:
    mailer: Mailer
    caps: Caps = UNCAPPED

    @property
    def name(self) -> str:
        return self.mailer.name

    @property
    def stride(self) -> int:
        """How many go to the wire together now: as many as can, no more than a second's worth."""
        return min(max(1, self.mailer.free), self.caps.second or self.mailer.width)

    @property
    def batch(self) -> int:
        """How many are claimed together: no more than ten seconds' worth, for who signs up now is next."""
        usual = max(BATCH, 2 * self.mailer.width)
        return min(usual, 10 * self.caps.second) if self.caps.second else usual
