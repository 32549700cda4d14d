"""The pages that anybody may read."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from app.compose.page import ANYBODY, lesson_html
from app.core.challenge import Lesson
from app.core.order import Reader
from app.web import guard
from app.web.front import Front, Given
from app.web.render import Page, language_of, show

router = APIRouter(include_in_schema=False)

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
        "first": {"title": first.title, "html": lesson_html(front.challenge, first, front.base_url)},
        "form": {"values": values, "errors": errors},
        "token": token,
    }
    return show(front, request, Page("landing", context, status, public=True))


@router.get("/lessons/{challenge}/{language}/{name}")
@router.head("/lessons/{challenge}/{language}/{name}")
def share(request: Request, front: Given, challenge: str, language: str, name: str) -> Response:
    """A lesson without personal data, for forwarding; every day of the course is public."""
    lesson = _named(front, challenge, language, name)
    context = {
        "challenge": front.challenge,
        "lesson": lesson_context(front, lesson),
        "previous": _neighbour(front, lesson, language, -1),
        "following": _neighbour(front, lesson, language, +1),
    }
    return show(front, request, Page("share", context, public=True))


@router.get("/privacy")
def privacy(request: Request, front: Given) -> Response:
    return show(front, request, Page("privacy", {"keep": f"{front.keep_days} days"}, public=True))


@router.get("/safety")
def safety(request: Request, front: Given) -> Response:
    return show(front, request, Page("safety", {}, public=True))


@router.get("/checkin")
def checkin(request: Request, front: Given) -> Response:
    return show(front, request, Page("checkin", {}))


@router.get("/api/docs")
def api_docs(request: Request, front: Given) -> Response:
    """Written by hand: the usual viewers load scripts from elsewhere."""
    return show(front, request, Page("api", {}, public=True))


@router.get("/robots.txt")
def robots() -> Response:
    closed = ["confirm", "settings", "pause", "resume", "unsubscribe", "lesson", "inbox", "api"]
    lines = [f"Disallow: /{door}/" for door in closed]
    return PlainTextResponse("User-agent: *\n" + "\n".join(lines) + "\n")


@router.get("/.well-known/security.txt")
def security(front: Given) -> Response:
    contact = front.brand.privacy_contact or front.sender.partition("<")[2].rstrip(">") or front.sender
    return PlainTextResponse(f"Contact: mailto:{contact}\nPreferred-Languages: en\n")


@router.get("/static/brand.css")
def brand_css(front: Given) -> Response:
    return Response(f":root {{ --accent: {front.brand.accent}; }}\n", media_type="text/css")


def lesson_context(front: Front, lesson: Lesson, reader: Reader = ANYBODY) -> dict[str, Any]:
    return {
        "day": lesson.day,
        "title": lesson.title,
        "html": lesson_html(front.challenge, lesson, front.base_url, reader),
        "sources": [front.challenge.sources.get(key, key) for key in lesson.sources],
    }


def _named(front: Front, challenge: str, language: str, name: str) -> Lesson:
    if challenge == front.challenge.slug and language in front.challenge.languages:
        for lesson in front.challenge.lessons.values():
            if (lesson.language, lesson.name) == (language, name):
                return lesson
    raise HTTPException(404)


def _neighbour(front: Front, lesson: Lesson, language: str, step: int) -> dict[str, str] | None:
    edition = front.challenge.edition
    index = lesson.day - 1 + step
    if not 0 <= index < len(edition):
        return None
    other = front.challenge.lesson(edition[index], language)
    if other is None:
        return None
    url = f"/lessons/{front.challenge.slug}/{other.language}/{other.name}"
    return {"title": other.title, "url": url, "day": str(other.day)}
