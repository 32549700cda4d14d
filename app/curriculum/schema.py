"""The fields of every file of a challenge (docs: `challenge.yaml`, front matter, word lists)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter

from app.core.challenge import HEADINGS
from app.curriculum.form import Form


def _a_section(key: str) -> str:
    if key not in {"lesson", *HEADINGS}:
        raise ValueError(f"use one of lesson, {', '.join(HEADINGS)}")
    return key


Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Span = Annotated[tuple[int, int], Field(strict=False)]
Strength = Literal[1, 2, 3]
Image = Annotated[str, Field(pattern=r"^[a-z0-9-]+\.(png|jpg|webp|svg)$")]


class PhasePlan(Form):
    key: Key
    days: Span
    title: str
    line: str


class Coverage(Form):
    """On how many days each element is the first one, and each way, distance and sign occurs."""

    elements: int
    ways: int
    distance: int
    signs: int


class Arc(Form):
    """What a course of weeks promises as a whole; a short one may leave it out."""

    reuse_until: int
    deep_from: int
    conflict: Span
    coverage: Coverage


class Plan(Form):
    """challenge.yaml. `words` gives the fewest and most words of a lesson and of each section."""

    title: str
    blurb: str
    languages: list[Language] = Field(min_length=1)
    hour: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):(00|15|30|45)$")]
    days: Annotated[int, Field(ge=1, le=99)]
    phases: list[PhasePlan] = Field(min_length=1)
    checkins: dict[Literal["midway", "final"], int] = Field(default_factory=dict)
    words: dict[Annotated[str, AfterValidator(_a_section)], Span] = Field(default_factory=dict)
    arc: Arc | None = None


class PhaseWords(Form):
    title: str
    line: str


class PlanWords(Form):
    """<language>/challenge.yaml: what a translation says of the challenge itself; phases by their key."""

    title: str
    blurb: str
    phases: dict[Key, PhaseWords]


class Vocabulary(Form):
    """vocabulary.yaml: the codes a lesson may use, with what they mean."""

    elements: dict[str, str]
    ways: dict[str, str]
    distance: dict[str, str]
    signs: dict[str, str]


class SourceNote(Form):
    """`seen` says what was read: an abstract, a press text, or nothing (from memory)."""

    citation: str
    seen: str
    limit: str = ""


class Skill(Form):
    id: Key
    label: str
    day: int


class Wording(Form):
    """What a translation says for itself."""

    title: str
    subject: str
    preheader: str
    objective: str
    updated: date
    status: Literal["draft", "review", "ready"]


class LessonMatter(Wording):
    """The front matter of a lesson in the first language."""

    day: int
    slug: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,36}$")]
    phase: Key
    mode: Literal["notice", "say", "talk", "touch", "story", "play", "act", "reflect", "write", "plan"]
    elements: list[str] = Field(min_length=1, max_length=3)
    ways: list[str] = Field(min_length=1, max_length=3)
    distance: list[str] = Field(min_length=1, max_length=2)
    signs: list[str] = Field(min_length=1, max_length=3)
    teaches: Key
    uses: list[Key] = Field(max_length=4)
    builds_on: list[int]
    do_minutes: Annotated[float, Field(ge=1, le=3, multiple_of=0.5)]
    materials: list[Literal["none", "timer", "paper-or-phone", "calendar", "link"]] = Field(min_length=1)
    intensity: Strength
    care: list[Literal["touch", "disclosure", "conflict"]]
    checkin: Literal["none", "midway", "final"]
    sources: list[str] = Field(min_length=1, max_length=4)
    language: Language
    image: Image | None = None
    image_alt: str | None = None
    image_decorative: bool = False
    authors: str = ""
    reviewed_by: str = ""
    license: str = ""


class Translation(Wording):
    """The front matter of a lesson in another language; what it has too much of is told by L35."""

    model_config = ConfigDict(extra="ignore")


class LetterMatter(Form):
    kind: str
    subject: str
    preheader: str


PLAN = TypeAdapter(Plan)
PLAN_WORDS = TypeAdapter(PlanWords)
VOCABULARY = TypeAdapter(Vocabulary)
SOURCES = TypeAdapter(dict[str, SourceNote])
SKILLS = TypeAdapter(list[Skill])
LABELS = TypeAdapter(dict[Key, str])
LESSON = TypeAdapter(LessonMatter)
TRANSLATION = TypeAdapter(Translation)
LETTER = TypeAdapter(LetterMatter)
