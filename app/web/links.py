"""The links of a mail. GET and HEAD show, POST does; fifty machines before the person change nothing."""

from datetime import date, timedelta
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import leave, pause, settle
from app.compose import words
from app.core.enrollment import Enrollment, Status
from app.core.links import Purpose
from app.core.schedule import Rhythm, local_date
from app.web import fields, zones
from app.web.course import course_of, next_text, owner, url
from app.web.fields import Fields
from app.web.forms import Posted
from app.web.front import Front, Given
from app.web.pace import hours, pace_form, read_pace
from app.web.render import Page, day_text, language_of, show, speak

router = APIRouter(include_in_schema=False)

A_YEAR = timedelta(days=366)


@router.get("/settings/{token}")
@router.head("/settings/{token}")
def get_settings(request: Request, front: Given, token: str) -> Response:
    course = course_of(front, request, Purpose.SETTINGS, token)
    return _settings_page(front, request, course, {}, {})


@router.post("/settings/{token}")
def post_settings(request: Request, front: Given, token: str, posted: Posted) -> Response:
    course = course_of(front, request, Purpose.SETTINGS, token)
    if posted.get("action") == "next":
        with front.writing() as (session, now):
            course = settle.send_next(session, course.id, now)
        return _settings_page(front, request, course, {}, {}, saved=True)
    typed = Fields(posted, language_of(front, request))
    wishes = settle.Wishes(
        pace=read_pace(typed, course.pace),
        company=typed.read("company", fields.company, course.company),
        discreet=bool(posted.get("discreet")),
        language=typed.read("language", partial(fields.language, known=front.challenge.languages), None),
    )
    if typed.errors:
        return _settings_page(front, request, course, posted, typed.errors)
    with front.writing() as (session, now):
        course = settle.settle(session, course.id, wishes, now)
    speak(front, request, wishes.language or language_of(front, request))
    return _settings_page(front, request, course, {}, {}, saved=True)


@router.get("/pause/{token}")
@router.head("/pause/{token}")
def get_pause(request: Request, front: Given, token: str) -> Response:
    return _pause_page(front, request, course_of(front, request, Purpose.PAUSE, token), {}, {})


@router.post("/pause/{token}")
def post_pause(request: Request, front: Given, token: str, posted: Posted) -> Response:
    course = course_of(front, request, Purpose.PAUSE, token)
    with front.reading() as (_, now):
        today = local_date(now, course.pace.zone)
    typed = Fields(posted, language_of(front, request))
    until = _until(typed, today)
    if typed.errors:
        return _pause_page(front, request, course, posted, typed.errors)
    with front.writing() as (session, now):
        course = pause.pause(session, course.id, until, now)
    language = language_of(front, request)
    context = {
        "until": day_text(course.resume_on, language) if course.resume_on else None,
        "day": course.day,
        "status": course.status,
        "resume_url": url(front, Purpose.RESUME, course),
        "settings_url": url(front, Purpose.SETTINGS, course),
    }
    return show(front, request, Page("paused", context))


@router.get("/resume/{token}")
@router.head("/resume/{token}")
def get_resume(request: Request, front: Given, token: str) -> Response:
    course = course_of(front, request, Purpose.RESUME, token)
    return show(front, request, Page("resume", {"day": course.day, "status": course.status}))


@router.post("/resume/{token}")
def post_resume(request: Request, front: Given, token: str) -> Response:
    course = course_of(front, request, Purpose.RESUME, token)
    with front.writing() as (session, now):
        course = pause.resume(session, course.id, now)
        upcoming = next_text(front, request, session, course)
    context = {
        "next": upcoming,
        "day": course.day,
        "status": course.status,
        "settings_url": url(front, Purpose.SETTINGS, course),
    }
    return show(front, request, Page("resumed", context))


@router.get("/unsubscribe/{token}")
@router.head("/unsubscribe/{token}")
def get_unsubscribe(request: Request, front: Given, token: str) -> Response:
    course = course_of(front, request, Purpose.UNSUBSCRIBE, token)
    if course.status is Status.LEFT:
        return _stopped_page(front, request)
    return show(front, request, Page("unsubscribe", {"owner": owner(front, course), "status": course.status}))


@router.post("/unsubscribe/{token}")
def post_unsubscribe(request: Request, front: Given, token: str, posted: Posted) -> Response:
    """RFC 8058's one click, the button of the page, or its undoing; anything else only shows the page."""
    course = course_of(front, request, Purpose.UNSUBSCRIBE, token)
    one_click = any(
        name.lower() == "list-unsubscribe" and value.lower() == "one-click" for name, value in posted.items()
    )
    if one_click or posted.get("stop"):
        with front.writing() as (session, now):
            leave.leave(session, course.id, now, goodbye=not one_click)
        return _stopped_page(front, request)
    if posted.get("undo"):
        with front.writing() as (session, now):
            course = leave.come_back(session, course.id, now)
            upcoming = next_text(front, request, session, course)
        context = {"next": upcoming, "settings_url": url(front, Purpose.SETTINGS, course)}
        return show(front, request, Page("back", context))
    return get_unsubscribe(request, front, token)


def _settings_page(
    front: Front,
    request: Request,
    course: Enrollment,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    saved: bool = False,
) -> Response:
    language = language_of(front, request)
    with front.reading() as (session, _):
        upcoming = next_text(front, request, session, course)
    form = pace_form(course, typed, errors)
    form["values"] = {"language": language, **form["values"]}
    context = {
        "form": form,
        "hours": hours(language),
        "zones": zones.choices(course.pace.zone, language),
        "languages": [(one, words.own_name(one), "") for one in front.challenge.languages],
        "day": course.day,
        "length": course.length,
        "next": upcoming,
        "status": str(course.status),
        "asked": course.pace.rhythm is Rhythm.ASKED,
        "owner": owner(front, course),
        "saved": saved,
        "urls": {
            "pause": url(front, Purpose.PAUSE, course),
            "resume": url(front, Purpose.RESUME, course),
            "unsubscribe": url(front, Purpose.UNSUBSCRIBE, course),
            "lesson": url(front, Purpose.LESSON, course),
        },
    }
    return show(front, request, Page("settings", context, 422 if errors else 200))


def _pause_page(
    front: Front, request: Request, course: Enrollment, typed: dict[str, str], errors: dict[str, str]
) -> Response:
    values = {"until": "week", "date": "", **typed}
    context = {
        "form": {"values": values, "errors": errors},
        "day": course.day,
        "status": str(course.status),
        "settings_url": url(front, Purpose.SETTINGS, course),
    }
    return show(front, request, Page("pause", context, 422 if errors else 200))


def _until(typed: Fields, today: date) -> date | None:
    choice = typed.typed.get("until", "week")
    if choice == "date":
        return typed.read(
            "date", lambda text: fields.day(text, today + timedelta(days=1), today + A_YEAR), today
        )
    if choice == "open":
        return None
    return today + timedelta(days=7)


def _stopped_page(front: Front, request: Request) -> Response:
    return show(front, request, Page("stopped", {"keep": front.keep_days}))
