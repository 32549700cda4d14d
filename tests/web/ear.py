"""A provider with both faces, for tests: it signs what it tells with a key, over a time and the body."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from httpx2 import Response

from app.core.delivery import Delivery, Suppressed
from app.core.feedback import Fate, Feedback
from app.errors import ForgedError
from app.mail.hook import Call, fresh, moment, number, text
from app.mail.providers.memory import Memory
from app.store import deliveries
from app.store import tables as t

if TYPE_CHECKING:
    from tests.web.conftest import Site

SECRET = "0123456789abcdef"
ADA = "ada@example.org"

FATES = {"arrived": Fate.DELIVERED, "soft": Fate.SOFT, "bounced": Fate.BOUNCED, "spam": Fate.COMPLAINED}


class Ear(Memory):
    """Hears a JSON list of events."""

    def __init__(self, name: str = "ear", key: bytes = b"the key of the ear") -> None:
        super().__init__()
        self.name = name
        self.key = key

    def hear(self, call: Call, now: datetime) -> tuple[Feedback, ...]:
        stamp, signature = call.headers.get("x-time", ""), call.headers.get("x-signature", "")
        if not hmac.compare_digest(self.sign(stamp, call.body).encode(), signature.encode()):
            raise ForgedError("This call is not signed with the key of the ear.")
        if not fresh(stamp, now):
            raise ForgedError("This call was signed too long ago, or ahead of our clock.")
        return tuple(_feedback(one) for one in call.events if one.get("type") in FATES)

    def sign(self, stamp: str, body: bytes) -> str:
        return hmac.new(self.key, stamp.encode() + b"." + body, "sha256").hexdigest()

    def signed(self, body: bytes, at: datetime) -> dict[str, str]:
        """The headers of a call that this provider would make."""
        stamp = str(int(at.timestamp()))
        return {"x-time": stamp, "x-signature": self.sign(stamp, body), "content-type": "application/json"}


@dataclass
class Hook:
    """The site, and a provider that tells it something."""

    site: "Site"
    ear: Ear

    def now(self) -> datetime:
        with self.site.front.reading() as (_, now):
            return now

    def tell(self, *told: dict[str, object], late: float = 0, **where: str) -> Response:
        return self.call(events(*told), late=late, **where)

    def call(self, body: bytes, *, late: float = 0, provider: str = "", secret: str = SECRET) -> Response:
        path = f"/hooks/{provider or self.ear.name}/{secret}"
        headers = self.ear.signed(body, self.now() - timedelta(seconds=late))
        return self.site.client.post(path, content=body, headers=headers)

    def lesson(self) -> Delivery:
        """Ada's first, which has gone."""
        self.site.start()
        self.site.next_day()
        return next(one for one in self.rows() if one.kind == "lesson")

    def rows(self) -> list[Delivery]:
        with self.site.front.reading() as (session, _):
            return deliveries.of_subscriber(session, 1)

    def suppressed(self) -> list[Suppressed]:
        with self.site.front.reading() as (session, _):
            return [Suppressed(row.reason) for row in session.execute(t.suppressions.select())]

    def told(self) -> int:
        with self.site.front.reading() as (session, _):
            return len(session.execute(t.feedback.select()).all())


def bounce(about: Delivery, **changes: object) -> dict[str, object]:
    return {"type": "bounced", "id": f"bounce {about.id}", "delivery": about.id, "to": ADA, **changes}


def events(*told: Mapping[str, object]) -> bytes:
    return json.dumps(told).encode()


def _feedback(one: Mapping[str, object]) -> Feedback:
    return Feedback(
        fate=FATES[text(one.get("type"))],
        event=text(one.get("id")),
        recipient=text(one.get("to")),
        delivery=number(one.get("delivery")),
        at=moment(one.get("at")),
        words=text(one.get("words")),
    )
