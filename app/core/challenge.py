"""Challenge and Lesson: what is read on one day, in one language, with a declared fallback."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time

from app.core.delivery import Kind
from app.core.schedule import DEFAULT_HOUR
from app.core.sentence import N_

HEADINGS: Mapping[str, str] = {
    "why": N_("Why today"),
    "do": N_("Do this"),
    "plan": N_("When and then"),
    "question": N_("One question"),
    "solo": N_("On your own"),
    "apart": N_("Apart today"),
    "tiny": N_("Tiny version"),
    "care": N_("Go gently"),
}
"""The anatomy of a lesson in its fixed order: section key → English heading."""

Heading = Callable[[str, str], str]
"""`heading(key, language)`: how a section is called in a language; the catalogue of messages knows."""

PLACEHOLDERS = frozenset({"name", "partner", "Partner", "partners", "Partners"})
"""What a lesson may fill in; `{{link:key}}` aside, there is nothing else."""

LETTER_PLACEHOLDERS = PLACEHOLDERS | {"send_time", "day", "date", "time", "until", "skill"}

LINK_KEYS = frozenset(
    {
        "checkin",
        "confirm",
        "lesson",
        "pause",
        "privacy",
        "resume",
        "safety",
        "settings",
        "support",
        "undo",
        "unsubscribe",
    }
)
"""Where `{{link:key}}` may lead; besides these `lesson-N` and `skip-PHASE` (the day after that phase)."""

LETTERS = frozenset({kind.value for kind in Kind} - {"lesson"} | {"paused-open"})
"""The authored letters by file name: one of each kind, and another for a pause without an end."""


def english(key: str, _language: str) -> str:
    """The heading of a section where no translation is at hand."""
    return HEADINGS[key]


@dataclass(frozen=True)
class Section:
    """One part of a lesson: `key` is its name in the anatomy ("why", "do", ...), `text` its Markdown."""

    key: str
    text: str


@dataclass(frozen=True)
class Lesson:
    """One day's reading in one language; `digest` is a hash of the file it came from."""

    day: int
    slug: str
    language: str
    title: str
    subject: str
    preheader: str
    objective: str
    phase: str
    teaches: str
    label: str
    uses: tuple[str, ...]
    care: tuple[str, ...]
    sources: tuple[str, ...]
    do_minutes: float
    sections: tuple[Section, ...]
    digest: str

    @property
    def name(self) -> str:
        """`NN-slug`: the file's name and the last part of its public address."""
        return f"{self.day:02}-{self.slug}"


@dataclass(frozen=True)
class Letter:
    """An authored letter of one kind in one language; `text` is Markdown."""

    kind: str
    language: str
    subject: str
    preheader: str
    text: str


@dataclass(frozen=True)
class Phase:
    key: str
    first: int
    last: int
    title: str
    line: str


@dataclass(frozen=True)
class Cover:
    """What a challenge says of itself in one language."""

    title: str
    blurb: str
    phases: tuple[Phase, ...]


@dataclass(frozen=True)
class Challenge:
    """A course of N lessons. `languages` lists them best first: the first one is complete.

    `lessons` are known by (language, slug), `letters` by (language, kind), `sources` by key (a citation),
    `covers` by language (the first language's is `title`, `blurb` and `phases`); `hour` is the wall-clock
    time proposed at sign-up.
    """

    slug: str
    title: str
    blurb: str
    languages: tuple[str, ...]
    phases: tuple[Phase, ...]
    lessons: Mapping[tuple[str, str], Lesson] = field(repr=False)
    letters: Mapping[tuple[str, str], Letter] = field(repr=False)
    sources: Mapping[str, str] = field(repr=False, default_factory=dict)
    covers: Mapping[str, Cover] = field(repr=False, default_factory=dict)
    hour: time = DEFAULT_HOUR

    @property
    def edition(self) -> tuple[str, ...]:
        """The ordered list day → slug that an enrollment begins with."""
        first = [lesson for (language, _), lesson in self.lessons.items() if language == self.languages[0]]
        return tuple(lesson.slug for lesson in sorted(first, key=lambda one: one.day))

    def lesson(self, slug: str, language: str) -> Lesson | None:
        """The lesson in that language, else in the first one; None when the slug is gone."""
        return self.lessons.get((language, slug)) or self.lessons.get((self.languages[0], slug))

    def letter(self, kind: str, language: str) -> Letter:
        return self.letters.get((language, kind)) or self.letters[(self.languages[0], kind)]

    def cover(self, language: str) -> Cover:
        """What it says of itself in that language, else in the first one."""
        return self.covers.get(language) or Cover(self.title, self.blurb, self.phases)

    def language(self, wanted: str) -> str:
        """The best language for what somebody asked for ("de-AT" → "de"), else the first."""
        for candidate in (wanted, wanted.partition("-")[0]):
            if candidate in self.languages:
                return candidate
        return self.languages[0]
