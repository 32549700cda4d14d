"""A person's own lessons on the web: what was sent, re-readable; what was not, not yet."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from app.core.delivery import Delivery
from app.core.enrollment import Enrollment
from app.core.links import Purpose
from app.core.order import reader_of, slug_of
from app.core.sentence import N_
from app.store import lessons, subscribers
from app.web.course import course_of, next_text, url
from app.web.front import Front, Given
from app.web.public import lesson_context
from app.web.render import Page, language_of, show

router = APIRouter(include_in_schema=False)


@router.get("/lesson/{token}")
@router.head("/lesson/{token}")
def latest(request: Request, front: Given, token: str) -> Response:
    course = course_of(front, request, Purpose.LESSON, token)
    return _lesson_page(front, request, course, None)


@router.get("/lesson/{token}/{day}")
@router.head("/lesson/{token}/{day}")
def one(request: Request, front: Given, token: str, day: str) -> Response:
    course = course_of(front, request, Purpose.LESSON, token)
    if not (day.isascii() and day.isdigit() and str(int(day)) == day):
        raise HTTPException(404)
    return _lesson_page(front, request, course, int(day))


def _lesson_page(front: Front, request: Request, course: Enrollment, day: int | None) -> Response:
    with front.reading() as (session, _):
        sent = lessons.sent(session, course.id)
        upcoming = next_text(front, request, session, course)
        reader = reader_of(subscribers.get(session, course.subscriber_id), course)
    days = [delivery.day for delivery in sent if delivery.day is not None]
    shown = day if day is not None else max(days, default=0)
    lesson = front.challenge.lesson(slug_of(course, shown) or "", language_of(front, request))
    if shown not in days or lesson is None:
        raise HTTPException(404, N_("This lesson has not been sent yet.") if lesson or not days else None)
    context = {
        "lesson": lesson_context(front, lesson, reader) | {"day": shown},
        "length": course.length,
        "earlier": _earlier(front, request, course, sent, shown),
        "next": upcoming,
        "urls": {
            "settings": url(front, Purpose.SETTINGS, course),
            "pause": url(front, Purpose.PAUSE, course),
        },
    }
    return show(front, request, Page("lesson", context))


def _earlier(
    front: Front, request: Request, course: Enrollment, sent: list[Delivery], shown: int
) -> list[tuple[int, str, str]]:
    """(day, title, URL) of every other lesson somebody has."""
    base, language = url(front, Purpose.LESSON, course), language_of(front, request)
    rows = []
    for delivery in sent:
        lesson = front.challenge.lesson(slug_of(course, delivery.day or 0) or "", language)
        if lesson is not None and delivery.day is not None and delivery.day != shown:
            rows.append((delivery.day, lesson.title, f"{base}/{delivery.day}"))
    return rows
