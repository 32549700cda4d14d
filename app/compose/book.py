"""The whole course as one page that needs nothing else: to be read through, printed and corrected."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from babel.lists import format_list
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.compose import addresses, names, words
from app.compose.drawing import drawing
from app.compose.frame import TEMPLATES
from app.compose.page import sections_html
from app.compose.proof import Proof
from app.compose.stencil import cut
from app.compose.words import say
from app.core.brand import Brand
from app.core.challenge import LETTER_PLACEHOLDERS, Challenge, Lesson, Letter, Phase
from app.core.delivery import Kind
from app.core.sentence import N_
from app.core.thread import builds_on, comes_back_on, threads


@dataclass(frozen=True)
class Chapter:
    """One lesson; `builds_on` and `comes_back` are lists in words, empty where there is nothing to list."""

    lesson: Lesson
    title: str
    borrowed: str
    builds_on: str
    comes_back: str
    html: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """One letter, with what is filled in for each reader marked as such."""

    letter: Letter
    title: str
    html: str


def book_html(challenge: Challenge, language: str, brand: Brand, base_url: str) -> str:
    """Title page, contents, every lesson and letter; what a language does not have is in the first one."""
    chapters = _chapters(challenge, language, base_url)
    pages = _pages(challenge, language, base_url)
    cover = challenge.cover(language)
    context = {
        "cover": cover,
        "language": language,
        "spoken": words.own_name(language),
        "direction": words.direction(language),
        "brand": brand,
        "drawn": drawing(challenge, language),
        "parts": [(phase, _within(phase, chapters)) for phase in cover.phases],
        "pages": pages,
        "wording": _wording(chapters, pages),
    }
    return _environment(language).get_template("book.html").render(context)


def _within(phase: Phase, chapters: list[Chapter]) -> list[Chapter]:
    return [one for one in chapters if phase.first <= one.lesson.day <= phase.last]


def _chapters(challenge: Challenge, language: str, base_url: str) -> list[Chapter]:
    spun = threads(challenge)
    told = [challenge.lesson(slug, language) for slug in challenge.edition]
    lessons = {lesson.day: lesson for lesson in told if lesson is not None}
    return [
        Chapter(
            lesson=lesson,
            title=_proof(challenge, lesson.language).title(lesson.title),
            borrowed=words.borrowed(lesson.language, language),
            builds_on=_skills((lessons[one] for one in builds_on(day, spun)), language),
            comes_back=_days(comes_back_on(day, spun), language),
            html=sections_html(challenge, lesson, _links(challenge, lesson.language, base_url)),
            sources=tuple(challenge.sources.get(key, key) for key in lesson.sources),
        )
        for day, lesson in lessons.items()
    ]


def _pages(challenge: Challenge, language: str, base_url: str) -> list[Page]:
    """The letters in the order in which somebody may get them."""
    order = list(Kind)
    kinds = sorted({kind for _, kind in challenge.letters}, key=lambda kind: (order.index(_kind(kind)), kind))
    letters = [challenge.letter(kind, language) for kind in kinds]
    return [_page(challenge, one, base_url) for one in letters]


def _page(challenge: Challenge, letter: Letter, base_url: str) -> Page:
    proof = _proof(challenge, letter.language)
    slots = {name: f'<span class="slot">{name}</span>' for name in LETTER_PLACEHOLDERS}
    values = slots | names.in_html("", "", letter.language) | _links(challenge, letter.language, base_url)
    html = cut(proof.typeset(letter.text).html, {}).fill(values)
    return Page(letter, proof.title(letter.subject), html)


def _kind(name: str) -> Kind:
    """Of a letter's file: `paused-open` is a letter of the kind `paused`."""
    return Kind(name.partition("-")[0])


def _proof(challenge: Challenge, language: str) -> Proof:
    return Proof(f"lessons/{challenge.slug}/{language}", language, challenge, LETTER_PLACEHOLDERS)


def _links(challenge: Challenge, language: str, base_url: str) -> dict[str, str]:
    """Other days are in this book; what is a person's own ends in an ellipsis."""
    own = {key: f"{base_url}/{purpose}/…" for key, purpose in addresses.PERSONAL.items()}
    days = {f"lesson-{day}": f"#day-{day}" for day in range(1, len(challenge.edition) + 1)}
    skips = {f"skip-{phase.key}": f"#day-{phase.last + 1}" for phase in challenge.phases}
    links = {**addresses.public(base_url, challenge, language), **own, **days, **skips}
    return {f"link:{key}": target for key, target in links.items()}


def _skills(lessons: Iterable[Lesson], language: str) -> str:
    said = say(N_("{label} (Day {day})"), language)
    return _and([said.format(label=one.label, day=one.day) for one in lessons], language)


def _days(days: Iterable[int], language: str) -> str:
    return _and([say(N_("Day {day}"), language).format(day=day) for day in days], language)


def _and(said: list[str], language: str) -> str:
    return format_list(said, locale=words.locale_of(language)) if said else ""


def _wording(chapters: list[Chapter], pages: list[Page]) -> str:
    """What tells one print from another: eight digits that change with any word."""
    texts = [one.lesson.digest for one in chapters] + [repr(one.letter) for one in pages]
    return sha256("\n".join(texts).encode()).hexdigest()[:8]


def _css_string(said: str) -> Markup:
    """As a style sheet quotes it; nothing in it can end the string or the sheet."""
    return Markup('"' + re.sub(r"[^\w ,.?’“”–-]", lambda one: f"\\{ord(one[0]):x} ", said) + '"')  # noqa: S704


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(words.catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {"css_string": _css_string, "set": Markup}
    return environment
