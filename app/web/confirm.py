"""The confirmation link: "When shall we write?", pre-filled, one button."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.actions.confirm import Choices, confirm, expired, send_again, start_with_room
from app.compose.words import say
from app.core.enrollment import Enrollment, Status
from app.core.links import Purpose
from app.core.schedule import local_date
from app.core.sentence import N_
from app.store.subscribers import Consent
from app.web import fields, zones
from app.web.course import course_of, next_text, url
from app.web.fields import Fields
from app.web.forms import Posted
from app.web.front import Front, Given
from app.web.pace import hours, pace_form, read_pace
from app.web.problems import problem
from app.web.render import Page, day_text, language_of, show
from app.web.sign_up import WORDING

router = APIRouter(include_in_schema=False)

LATEST_START = timedelta(days=90)
_ENDED = N_("This sign-up has ended. You are welcome to begin a new month whenever you like.")


@router.get("/confirm/{token}")
@router.head("/confirm/{token}")
def get_confirm(request: Request, front: Given, token: str) -> Response:
    course = course_of(front, request, Purpose.CONFIRM, token)
    return _closed(front, request, course) or _page(front, request, course, {}, {})


@router.post("/confirm/{token}")
def post_confirm(request: Request, front: Given, token: str, posted: Posted) -> Response:
    course = course_of(front, request, Purpose.CONFIRM, token)
    if posted.get("action") == "again":
        with front.writing() as (session, now):
            send_again(session, course, now)
        return RedirectResponse("/check-inbox", 303)
    closed = _closed(front, request, course)
    if closed is not None:
        return closed
    typed = Fields(posted, language_of(front, request))
    with front.reading() as (_, now):
        choices = _choices(typed, course, now)
    if typed.errors:
        return _page(front, request, course, posted, typed.errors)
    with front.writing() as (session, now):
        on = start_with_room(session, course.challenge, front.warm_up, choices.starts_on)
        consent = Consent("confirmed", WORDING, "confirm")
        confirm(session, course.id, replace(choices, starts_on=on), consent, now)
    return RedirectResponse(request.url.path, 303)


def _choices(typed: Fields, course: Enrollment, now: datetime) -> Choices:
    pace = read_pace(typed, course.pace)
    today = local_date(now, pace.zone)
    company = typed.read("company", fields.company, course.company)
    return Choices(pace, _starts_on(typed, today), company, bool(typed.typed.get("discreet")))


def _starts_on(typed: Fields, today: date) -> date:
    tomorrow = today + timedelta(days=1)
    match typed.typed.get("starts", "tomorrow"):
        case "monday":
            return tomorrow + timedelta(days=-tomorrow.weekday() % 7)
        case "date":
            return typed.read(
                "start_date", lambda text: fields.day(text, tomorrow, today + LATEST_START), tomorrow
            )
        case _:
            return tomorrow


def _closed(front: Front, request: Request, course: Enrollment) -> Response | None:
    """Already begun, ended, or too old: a page of its own for each."""
    with front.reading() as (session, now):
        too_old = expired(session, course, now)
    if too_old:
        return show(front, request, Page("expired", {}, 410))
    if course.status is Status.WAITING:
        return None
    if course.status in (Status.LEFT, Status.FINISHED):
        return problem(request, 410, _ENDED, N_("This month is over"), N_("Sign up again"))
    return _started(front, request, course)


def _started(front: Front, request: Request, course: Enrollment) -> Response:
    with front.reading() as (session, _):
        first = next_text(front, request, session, course)
    context = {"first": first, "day": course.day, "settings_url": url(front, Purpose.SETTINGS, course)}
    return show(front, request, Page("started", context))


def _page(
    front: Front, request: Request, course: Enrollment, typed: dict[str, str], errors: dict[str, str]
) -> Response:
    language, form = language_of(front, request), pace_form(course, typed, errors)
    form["values"] = {"starts": "tomorrow", "start_date": "", **form["values"]}
    context: dict[str, Any] = {
        "form": form,
        "hours": hours(language),
        "zones": zones.choices(course.pace.zone, language),
        "guessed": course.pace.zone == "UTC",
        "starts": _starts(front, course, language),
    }
    return show(front, request, Page("confirm", context, 422 if errors else 200))


def _starts(front: Front, course: Enrollment, language: str) -> list[tuple[str, str]]:
    with front.reading() as (_, now):
        today = local_date(now, course.pace.zone)
    tomorrow = today + timedelta(days=1)
    monday = tomorrow + timedelta(days=-tomorrow.weekday() % 7)
    return [
        ("tomorrow", say(N_("Tomorrow, {day}"), language).format(day=day_text(tomorrow, language))),
        ("monday", say(N_("Next Monday, {day}"), language).format(day=day_text(monday, language))),
        ("date", say(N_("On a date of your choice"), language)),
    ]
