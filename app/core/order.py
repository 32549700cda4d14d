"""Order: everything one letter is composed from. The first intent writes it down, so a repeat reads the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.core.delivery import Kind
from app.core.enrollment import Company
from app.core.schedule import Pace


@dataclass(frozen=True)
class Reader:
    """Who reads, and how: names may be empty, `language` is what they asked for."""

    name: str = ""
    partner: str = ""
    language: str = "en"
    company: Company = Company.TOGETHER
    discreet: bool = False


@dataclass(frozen=True)
class Order:
    """A letter to compose. `slug` names the lesson of `day`; `at` (UTC) becomes the Date of the mail.

    `facts` hold what the cause knew: "on" (ISO date of the next lesson), "until" (ISO date), "day".
    """

    id: int
    kind: Kind
    to: str
    reader: Reader
    challenge: str
    at: datetime
    pace: Pace
    enrollment_id: int | None = None
    day: int | None = None
    slug: str | None = None
    skill_slug: str | None = None
    length: int = 30
    facts: Mapping[str, str] = field(default_factory=dict)
