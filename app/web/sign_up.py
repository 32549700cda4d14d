"""The doors that lead in: a form, and the same for programs. One guard; nobody is told anything."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Body, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from app.actions.sign_up import Request as SignUp
from app.actions.sign_up import sign_up
from app.compose.addresses import in_language
from app.compose.words import say
from app.core.schedule import Pace
from app.core.sentence import N_
from app.store.subscribers import Consent
from app.web import fields, guard
from app.web.fields import Fields
from app.web.forms import Posted
from app.web.front import Front, Given
from app.web.guard import Pass
from app.web.public import landing
from app.web.render import Page, language_of, show, speak

router = APIRouter()

WORDING = hashlib.sha256(
    b"One email a day for thirty days at this address, after a confirmation; stop from any email."
).hexdigest()


class NewSubscriber(BaseModel):
    """A sign-up. The owner of the address is asked to confirm it by mail."""

    model_config = ConfigDict(extra="forbid")

    email: str
    name: str = ""
    partner_name: str = ""
    timezone: str = "UTC"
    hour: str = "07:00"
    language: str = ""


class CheckInbox(BaseModel):
    status: str = "check_inbox"


class Refused(BaseModel):
    """One sentence per field."""

    errors: dict[str, str]


class Problem(BaseModel):
    detail: str


@router.post("/signup", include_in_schema=False)
def post_form(request: Request, front: Given, posted: Posted) -> Response:
    if posted.get("language") in front.challenge.languages:
        speak(front, request, posted["language"])
    language = language_of(front, request)
    typed = Fields(posted, language)
    wanted = _request(
        front, typed, language, Pace(fields.hour(""), fields.guessed_zone(posted.get("timezone", "")))
    )
    with front.writing() as (session, now):
        token, honeypot = posted.get("token", ""), posted.get("website", "")
        verdict = guard.inspect(session, front.ring, token, honeypot, now)
    if verdict is Pass.SILENT:
        return _to_inbox(front, language)
    if typed.errors or verdict is Pass.AGAIN:
        again = {} if typed.errors else {"form": say(N_("Please press the button once more."), language)}
        return landing(front, request, posted, typed.errors | again, 422)
    _take(front, request, wanted, "form")
    return _to_inbox(front, language)


@router.get("/check-inbox", include_in_schema=False)
@router.head("/check-inbox", include_in_schema=False)
def check_inbox(request: Request, front: Given) -> Response:
    context = {"sender": front.sender, "challenge": front.challenge}
    return show(front, request, Page("check_inbox", context))


@router.post(
    "/api/subscribers",
    status_code=202,
    response_model=CheckInbox,
    responses={400: {"model": Problem}, 413: {"model": Problem}, 415: {"model": Problem},
               422: {"model": Refused}, 429: {"model": Problem}, 503: {"model": Problem}},
)  # fmt: skip
def post_json(request: Request, front: Given, new: Annotated[NewSubscriber, Body()]) -> CheckInbox:
    """Ask for a confirmation mail. The answer is the same whatever the address."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, N_("Please send JSON."))
    typed = Fields(new.model_dump(), language_of(front, request))
    pace = Pace(typed.read("hour", fields.hour, fields.hour("")), typed.read("timezone", fields.zone, "UTC"))
    wanted = _request(front, typed, front.challenge.language(new.language or "en"), pace)
    typed.check()
    _take(front, request, wanted, "api")
    return CheckInbox()


def _to_inbox(front: Front, language: str) -> Response:
    return RedirectResponse(in_language("/check-inbox", front.challenge, language), 303)


def _request(front: Front, typed: Fields, language: str, pace: Pace) -> SignUp:
    return SignUp(
        address=typed.read("email", lambda text: fields.address(text, smtputf8=front.mailer.smtputf8), ""),
        language=language,
        pace=pace,
        name=typed.read("name", fields.name, ""),
        partner=typed.read("partner_name", fields.name, ""),
    )


def _take(front: Front, request: Request, wanted: SignUp, origin: str) -> None:
    who = guard.visitor(request, front.proxies, front.expected, wanted.address)
    with front.writing() as (session, now):
        verdict = guard.crowd(session, front.ring, who, now)
        if verdict is Pass.OPEN:
            sign_up(session, wanted, front.challenge, Consent("asked", WORDING, origin), now)
    if verdict is Pass.WAIT:
        raise HTTPException(429, headers={"Retry-After": "3600"})
