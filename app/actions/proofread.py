"""Proofread: what curriculum and compose can only check together, and whether an edition is still whole.

L36  every lesson and letter renders for everybody, and both parts of the mail say the same words
L37  the HTML is small and fetches nothing
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product, zip_longest
from pathlib import Path

from app.actions.preview import lesson_order
from app.compose import words
from app.compose.proof import Proof
from app.compose.reading import fetched_by, words_of_html, words_of_text
from app.core.challenge import LETTER_PLACEHOLDERS, PLACEHOLDERS, Challenge
from app.core.delivery import Kind
from app.core.enrollment import Company
from app.core.message import Message
from app.core.order import Order, Reader
from app.core.persona import READERS, Persona
from app.curriculum.draft import read_draft
from app.curriculum.finding import Finding, Severity, Unreadable
from app.curriculum.page import LessonPage, LetterPage, Page
from app.curriculum.reader import challenge_of
from app.errors import CourseError
from app.store import enrollments, schema
from app.store.database import Database, Unavailable

MOST_BYTES = 40_000
PERSONAS = (
    Persona.NAMELESS,
    Persona.ONE_LETTER,
    Persona.THIRTY_LETTERS,
    Persona.ARABIC,
    Persona.HEBREW,
)
_FACTS = {"on": "2026-11-25", "day": "2"}
_UNTIL = {"until": "2027-01-03"}
_OF_A_PAUSE_WITH_AN_END = ("paused", "resuming")
_HOLE = re.compile(r"\{\{.*?\}\}")

Compose = Callable[[Order], Message]


def proofread(folder: Path, composing: Callable[[Challenge], Compose]) -> list[Finding]:
    """L36 and L37 for every page of the challenge in a folder; one note where it cannot be read at all."""
    try:
        draft = read_draft(folder, words.heading)
        challenge = challenge_of(draft, unready=True)
    except Unreadable:
        sentence = "Nothing was rendered, because the course cannot be read yet."
        return [Finding("L36", Severity.NOTE, str(folder / "challenge.yaml"), 1, sentence)]
    compose = composing(challenge)
    return [finding for page in draft.pages for finding in _page(page, challenge, compose)]


def still_needed(folder: Path, database: Database | None) -> list[Finding]:
    """Lessons that are gone although people who began with them are still in the course, with how many."""
    file = str(folder / "challenge.yaml")
    try:
        draft = read_draft(folder, words.heading)
        if database is None or not schema.fit(database):
            return [_unasked(file, "There is no migrated database")]
        with database.reading() as session:
            editions = enrollments.open_editions(session, folder.resolve().name)
    except Unreadable:
        return [_unasked(file, "The course cannot be read yet")]
    except Unavailable:
        return [_unasked(file, "The database cannot be reached")]
    here = {page.matter.slug for page in draft.originals}
    people = Counter[str]()
    for slugs, count in editions.items():
        people.update(dict.fromkeys(set(slugs) - here, count))
    return [
        Finding("edition", Severity.ERROR, file, 1, f"{_people(count)} “{slug}”, which is gone; put it back.")
        for slug, count in sorted(people.items())
    ]


def _unasked(file: str, why: str) -> Finding:
    return Finding("edition", Severity.NOTE, file, 1, f"{why}, so nobody was asked who needs a lesson.")


def _people(count: int) -> str:
    return "1 person still needs the lesson" if count == 1 else f"{count} people still need the lesson"


def _page(page: Page, challenge: Challenge, compose: Compose) -> list[Finding]:
    """What is wrong for the first reader for whom anything is."""
    for order in _orders(page, challenge):
        try:
            message = compose(order)
        except CourseError as error:
            said = str(error).partition(".md: ")[2] or str(error)
            return [_error("L36", page, _refused_at(page, challenge, said), said[:1].upper() + said[1:])]
        if found := [*_unequal(page, order.reader, message), *_heavy(page, message)]:
            return found
    return []


def _orders(page: Page, challenge: Challenge) -> Iterator[Order]:
    for persona, company, discreet in product(PERSONAS, Company, (False, True)):
        reader = replace(READERS[persona], company=company, discreet=discreet, language=page.language)
        if isinstance(page, LessonPage):
            yield lesson_order(challenge, page.matter.day, reader)
        if isinstance(page, LetterPage):
            yield _letter_order(page, challenge, reader)


def _letter_order(page: LetterPage, challenge: Challenge, reader: Reader) -> Order:
    """The letter as somebody gets it before the first lesson, or between the first and the second."""
    name = page.matter.kind
    return replace(
        lesson_order(challenge, 1, reader),
        kind=Kind(name.partition("-")[0]),
        skill_slug=challenge.edition[0],
        facts=_FACTS | (_UNTIL if name in _OF_A_PAUSE_WITH_AN_END else {}),
    )


def _unequal(page: Page, reader: Reader, message: Message) -> Iterator[Finding]:
    html, text = words_of_html(message.html), words_of_text(message.text)
    for one, other in zip_longest(html, text, fillvalue=""):
        if one != other:
            told = f"{_called(reader)} the two parts of the mail differ: HTML “{one}”, text “{other}”."
            yield _error("L36", page, _line(page, one or other), told)
            break
    for part in (message.subject, message.text, message.html):
        if left := _HOLE.search(part):
            told = f"{_called(reader)} {left[0]} is left in the mail; correct the placeholder."
            yield _error("L36", page, _line(page, left[0]), told)
            break


def _heavy(page: Page, message: Message) -> Iterator[Finding]:
    size = len(message.html.encode())
    if size > MOST_BYTES:
        told = (
            f"The HTML has {size / 1000:.0f} kB; mail programs cut it off, so keep to {MOST_BYTES // 1000}."
        )
        yield _error("L37", page, page.start, told)
    if fetching := fetched_by(message.html):
        told = (
            f"The HTML would fetch something from elsewhere ({fetching[0]}); a letter is complete in itself."
        )
        yield _error("L37", page, page.start, told)


def _called(reader: Reader) -> str:
    name = f"called “{reader.name}”" if reader.name else "without a name"
    return f"For a reader {name}, {reader.company}{', discreetly' if reader.discreet else ''},"


def _error(rule: str, page: Page, line: int, sentence: str) -> Finding:
    return Finding(rule, Severity.ERROR, page.file, line, sentence)


def _refused_at(page: Page, challenge: Challenge, said: str) -> int:
    """The line of the paragraph that cannot be set, or of the placeholder that the refusal names."""
    known = PLACEHOLDERS if isinstance(page, LessonPage) else LETTER_PLACEHOLDERS
    proof = Proof(page.file, page.language, challenge, known)
    for line, paragraph in _paragraphs(page):
        try:
            proof.typeset(paragraph)
        except CourseError:
            return line
    hole = _HOLE.search(said)
    return _line(page, hole[0]) if hole else page.start


def _paragraphs(page: Page) -> Iterator[tuple[int, str]]:
    line = page.start
    for paragraph in page.body.split("\n\n"):
        yield line + len(paragraph) - len(paragraph.lstrip("\n")), paragraph
        line += paragraph.count("\n") + 2


def _line(page: Page, said: str) -> int:
    """Where these words stand, whatever their capitals; the beginning where they are not the page's own."""
    lines = enumerate(page.body.casefold().split("\n"), page.start)
    return next((number for number, line in lines if said.casefold() in line), page.start)
