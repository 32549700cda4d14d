"""A three-day challenge made by hand, the letters as they are sent, and orders for Ada."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml

from app.compose.letters import Composer
from app.core.brand import Brand
from app.core.challenge import Challenge, Lesson, Letter, Phase, Section
from app.core.delivery import Kind
from app.core.links import KeyRing
from app.core.message import Address, Sender
from app.core.order import Order, Reader
from app.core.schedule import Pace

LETTERS = Path(__file__).parents[2] / "lessons" / "connection" / "en" / "letters"
BASE = "https://little.example.org"
BRAND = Brand(name="Harbour", postal_address="12 Quay Street\nBristol", legal="Harbour & Sons Ltd")
ADA = Reader(name="Ada", partner="Ben")
FACTS = {"on": "2026-11-24", "until": "2027-01-03", "day": "2"}

SECTIONS = (
    Section("why", "A key turns. *Most* couples meet\nfour times a day, {{partner}} and you too."),
    Section("do", '1. Put down the phone, **gently**.\n2. {{Partner}} says: "Hello."'),
    Section("plan", '"When the door opens, then I hear {{partners}} voice."'),
    Section("question", "What changed?"),
    Section("solo", "Do it alone. See [the first day again]({{link:lesson-1}})."),
    Section("apart", "Do it by message."),
    Section("tiny", "{{Partners}} name. Ten seconds."),
    Section("care", "Skip it, or find [confidential support]({{link:safety}})."),
)


def lesson(day: int, slug: str, sections: tuple[Section, ...] = SECTIONS) -> Lesson:
    return Lesson(
        day=day,
        slug=slug,
        language="en",
        title=f"The {slug} of it",
        subject=f"The {slug} of it",
        preheader="Sixty seconds of hello.",
        objective="You can say hello.",
        phase="notice" if day < 3 else "keep",
        teaches=slug,
        label=f"{slug} skill",
        uses=(),
        care=(),
        sources=(),
        do_minutes=1,
        sections=sections,
        digest=slug,
    )


def authored(kind: str) -> Letter:
    """A letter of the real course."""
    _, matter, text = (LETTERS / f"{kind}.md").read_text().split("---\n", 2)
    fields = yaml.safe_load(matter)
    return Letter(fields["kind"], "en", fields["subject"], fields["preheader"], text)


LESSONS = (lesson(1, "first"), lesson(2, "second"), lesson(3, "third"))
CHALLENGE = Challenge(
    slug="connection",
    title="Thirty days",
    blurb="Three, in truth.",
    languages=("en",),
    phases=(Phase("notice", 1, 2, "Notice", "See each other."), Phase("keep", 3, 3, "Keep", "Go on.")),
    lessons={("en", one.slug): one for one in LESSONS},
    letters={("en", file.stem): authored(file.stem) for file in LETTERS.glob("*.md")},
)


def composer(
    challenge: Challenge = CHALLENGE, brand: Brand = BRAND, key: bytes = b"installation"
) -> Composer:
    sender = Sender(Address("hello@little.example.org", "Anna at Harbour"))
    return Composer({challenge.slug: challenge}, brand, sender, BASE, KeyRing((b"k" * 32,)), key)


def order(kind: Kind = Kind.LESSON, reader: Reader = ADA, **changes: Any) -> Order:
    """What Ada is owed at seven on a Tuesday; her second lesson, unless said otherwise."""
    usual = Order(
        id=7,
        kind=kind,
        to="ada@example.org",
        reader=reader,
        challenge="connection",
        at=datetime(2026, 11, 24, 6, tzinfo=UTC),
        pace=Pace(time(7), "Europe/Berlin"),
        enrollment_id=12,
        day=2,
        slug="second",
        skill_slug="first",
        length=3,
        facts=FACTS,
    )
    return replace(usual, **changes)


def words(text: str) -> list[str]:
    """What is said, without addresses and their marks, capitals and punctuation."""
    return re.findall(r"\w+", re.sub(r"https?://\S+|\[\d\]", "", text).casefold())


class _Seen(HTMLParser):
    """The words of a page that a reader sees, with the numbers of its steps."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0
        self.step = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("head", "title", "style") or dict(attrs).get("class") == "glance"
        if tag == "ol":
            self.step = 0
        if tag == "li":
            self.step += 1
            self.words.append(f"{self.step}. ")

    def handle_endtag(self, tag: str) -> None:
        closes_glance = tag == "div" and self.hidden == 1
        self.hidden -= tag in ("head", "title", "style") or closes_glance

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def seen(html: str) -> str:
    page = _Seen()
    page.feed(html)
    return "".join(page.words)


def targets(html: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', html)
