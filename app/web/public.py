"""The pages that anybody may read."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from app.compose import words
from app.compose.addresses import lesson_path
from app.compose.drawing import drawing
from app.compose.page import lesson_html
from app.core.challenge import Lesson
from app.core.order import Reader
from app.core.thread import builds_on, threads
from app.web import guard
from app.web.front import Front, Given
from app.web.render import Page, everywhere, language_of, show, speak

router = APIRouter(include_in_schema=False)

ONE_THREAD = (4, 7, 8, 16, 25)
"""Days whose skills grow out of one another; the landing page follows them, where the course has them."""

EMPTY_FORM = {"email": "", "name": "", "partner_name": "", "timezone": "", "hour": ""}


@router.get("/")
@router.head("/")
def home(request: Request, front: Given) -> Response:
    return landing(front, request, {}, {}, 200)


def landing(
    front: Front, request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int
) -> Response:
    """The landing page with its form, as typed if something in it was refused."""
    language = language_of(front, request)
    first = front.challenge.lesson(front.challenge.edition[0], language)
    assert first is not None  # noqa: S101
    with front.reading() as (_, now):
        token = guard.issue(front.ring, now)
    values = {name: typed.get(name, "") for name in EMPTY_FORM}
    context = {
        "challenge": front.challenge,
        "cover": front.challenge.cover(language),
        "first": lesson_context(front, first, Reader(language=language)),
        "drawn": drawing(front.challenge, language, ONE_THREAD),
        "uses": _uses(front, language),
        "form": {"values": values, "errors": errors},
        "token": token,
    }
    page = Page("landing", context, status, public=True, elsewhere=everywhere(front, "/"))
    return show(front, request, page)


@router.get("/lessons/{challenge}/{language}/{name}")
@router.head("/lessons/{challenge}/{language}/{name}")
def share(request: Request, front: Given, challenge: str, language: str, name: str) -> Response:
    """A lesson without personal data, for forwarding; every day of the course is public."""
    lesson = _named(front, challenge, language, name)
    speak(front, request, language)
    context = {
        "challenge": front.challenge,
        "lesson": lesson_context(front, lesson, Reader(language=language)),
        "previous": _neighbour(front, lesson, language, -1),
        "following": _neighbour(front, lesson, language, +1),
    }
    return show(front, request, Page("share", context, public=True, elsewhere=_translations(front, lesson)))


@router.get("/privacy")
@router.head("/privacy")
def privacy(request: Request, front: Given) -> Response:
    return _open(front, request, "privacy", keep=front.keep_days)


@router.get("/safety")
@router.head("/safety")
def safety(request: Request, front: Given) -> Response:
    return _open(front, request, "safety")


@router.get("/checkin")
@router.head("/checkin")
def checkin(request: Request, front: Given) -> Response:
    return show(front, request, Page("checkin", {}, elsewhere=everywhere(front, "/checkin")))


@router.get("/api/docs")
@router.head("/api/docs")
def api_docs(request: Request, front: Given) -> Response:
    """Written by hand: the usual viewers load scripts from elsewhere."""
    return show(front, request, Page("api", {}, public=True))


@router.get("/robots.txt")
@router.head("/robots.txt")
def robots() -> Response:
    closed = ["confirm", "settings", "pause", "resume", "unsubscribe", "lesson", "inbox", "api"]
    lines = [f"Disallow: /{door}/" for door in closed]
    return PlainTextResponse("User-agent: *\n" + "\n".join(lines) + "\n")


@router.get("/.well-known/security.txt")
@router.head("/.well-known/security.txt")
def security(front: Given) -> Response:
    contact = front.brand.privacy_contact or front.sender.partition("<")[2].rstrip(">") or front.sender
    languages = ", ".join(front.challenge.languages)
    return PlainTextResponse(f"Contact: mailto:{contact}\nPreferred-Languages: {languages}\n")


@router.get("/static/brand.css")
@router.head("/static/brand.css")
def brand_css(front: Given) -> Response:
    return Response(f":root {{ --accent: {front.brand.accent}; }}\n", media_type="text/css")


def lesson_context(front: Front, lesson: Lesson, reader: Reader) -> dict[str, Any]:
    """A lesson for a reader; `borrowed` says so where it is not in their language."""
    return {
        "day": lesson.day,
        "language": lesson.language,
        "direction": words.direction(lesson.language),
        "borrowed": words.borrowed(lesson.language, front.challenge.language(reader.language)),
        "title": lesson.title,
        "html": lesson_html(front.challenge, lesson, front.base_url, reader),
        "sources": [front.challenge.sources.get(key, key) for key in lesson.sources],
    }


def _uses(front: Front, language: str) -> list[tuple[int, list[tuple[int, str]]]]:
    """For each day that builds on others: those days, and what their skills are called."""
    course, spun = front.challenge, threads(front.challenge)
    labels = {
        day: lesson.label
        for day, slug in enumerate(course.edition, 1)
        if (lesson := course.lesson(slug, language)) is not None
    }
    used = ((day, builds_on(day, spun)) for day in labels)
    return [(day, [(one, labels[one]) for one in taught]) for day, taught in used if taught]


def _named(front: Front, challenge: str, language: str, name: str) -> Lesson:
    if challenge == front.challenge.slug and language in front.challenge.languages:
        for lesson in front.challenge.lessons.values():
            if lesson.name == name:
                return front.challenge.lesson(lesson.slug, language) or lesson
    raise HTTPException(404)


def _neighbour(front: Front, lesson: Lesson, language: str, step: int) -> dict[str, str] | None:
    edition = front.challenge.edition
    index = lesson.day - 1 + step
    if not 0 <= index < len(edition):
        return None
    other = front.challenge.lesson(edition[index], language)
    if other is None:
        return None
    url = lesson_path(front.challenge, other, language)
    return {"title": other.title, "url": url, "day": str(other.day), "language": other.language}


def _translations(front: Front, lesson: Lesson) -> dict[str, str]:
    """The path of a lesson in each language that it has been written in."""
    written = [one for one in front.challenge.languages if (one, lesson.slug) in front.challenge.lessons]
    return {one: lesson_path(front.challenge, lesson, one) for one in written}


def _open(front: Front, request: Request, name: str, **context: object) -> Response:
    """A page that is the same for everybody."""
    return show(front, request, Page(name, context, public=True, elsewhere=everywhere(front, f"/{name}")))
