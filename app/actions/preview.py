"""Preview: a letter as a persona would get it, from the files as they are now. Nobody gets it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path

from app.compose import words
from app.compose.letters import Composer
from app.core.brand import Brand
from app.core.challenge import Challenge
from app.core.delivery import Kind
from app.core.links import KeyRing
from app.core.message import Message, Sender
from app.core.order import Order, Reader
from app.core.persona import READERS, Persona
from app.core.schedule import Pace
from app.curriculum import Finding, lint, read_challenge
from app.errors import CourseError

NOBODY = KeyRing((b"The links of a letter that nobody gets belong to nobody.",))
TUESDAY = datetime(2026, 11, 24, 7, tzinfo=UTC)
SEVEN = Pace(time(7), "UTC")


@dataclass(frozen=True)
class Workshop:
    """Sets letters in the operator's name, with links that are good for nothing."""

    brand: Brand
    sender: Sender
    base_url: str

    def compose(self, challenge: Challenge) -> Callable[[Order], Message]:
        challenges = {challenge.slug: challenge}
        return Composer(challenges, self.brand, self.sender, self.base_url, NOBODY, b"preview").compose


@dataclass(frozen=True)
class Sight:
    """What is looked at, and through whose eyes; an empty language is the first one."""

    day: int
    persona: Persona = Persona.TOGETHER
    language: str = ""


def preview(workshop: Workshop, folder: Path, sight: Sight) -> Message:
    """The letter of a day, ready or not; CourseError tells why there is none."""
    challenge = read_challenge(folder, words.heading, unready=True)
    reader = replace(READERS[sight.persona], language=written_in(challenge, sight.language))
    return workshop.compose(challenge)(lesson_order(challenge, sight.day, reader))


def remarks(folder: Path, sight: Sight) -> list[Finding]:
    """What the rules say about the lesson that is looked at."""
    return [one for one in lint(folder, words.heading) if _is_about(Path(one.file), sight)]


def _is_about(file: Path, sight: Sight) -> bool:
    return file.name.startswith(f"{sight.day:02}-") and sight.language in ("", file.parent.name)


def written_in(challenge: Challenge, language: str) -> str:
    """The language, or the first one if none is named; CourseError where the course is not written in it."""
    if language and language not in challenge.languages:
        raise CourseError(f"This course is written in {', '.join(challenge.languages)}, not in {language}.")
    return language or challenge.languages[0]


def lesson_order(challenge: Challenge, day: int, reader: Reader) -> Order:
    """A lesson as it would be owed to a reader on some Tuesday; CourseError where there is no such day."""
    length = len(challenge.edition)
    if not 1 <= day <= length:
        raise CourseError(f"This course has days 1 to {length}; there is no day {day}.")
    return Order(
        id=1,
        kind=Kind.LESSON,
        to="you@example.org",
        reader=reader,
        challenge=challenge.slug,
        at=TUESDAY,
        pace=SEVEN,
        enrollment_id=1,
        day=day,
        slug=challenge.edition[day - 1],
        length=length,
    )
