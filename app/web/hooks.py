"""The hooks: what mail providers tell. Proved first, then taken, committed before the answer."""

import hmac
from collections import Counter
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response

from app.actions.receive import Heard, receive
from app.errors import ForgedError, UnreadableError
from app.mail.contract import Hearing
from app.mail.hook import Call
from app.web import guard
from app.web.front import Front, Given
from app.web.guard import Pass

log = structlog.get_logger()

router = APIRouter(include_in_schema=False)


async def _octets(request: Request, front: Given, provider: str, secret: str) -> bytes:
    """The body as it was signed (only `async` hands it out); of a caller who lacks the secret, nothing."""
    return await request.body() if _ear(front, provider, secret) else b""


Octets = Annotated[bytes, Depends(_octets)]


@router.post("/hooks/{provider}/{secret}")
def tell(request: Request, front: Given, provider: str, secret: str, body: Octets) -> Response:
    """200 once it is written down, also for what is not news; any other answer has the provider try again."""
    if not front.webhook_secret:
        log.error("a hook was called, but KINDLING_WEBHOOK_SECRET is not set")
        return _answer(503, "This installation has no KINDLING_WEBHOOK_SECRET.")
    ear = _ear(front, provider, secret)
    if ear is None:
        return _unproved(request, front, "another path than /hooks/ with a provider in use and the secret")
    with front.reading() as (_, now):
        pass  # to prove a call may take a look elsewhere, and no transaction stays open over that
    try:
        told = ear.hear(Call(dict(request.headers), body), now)
    except ForgedError as error:
        return _unproved(request, front, str(error), provider)
    except UnreadableError as error:
        log.warning("a hook's call cannot be read", provider=provider, why=str(error), octets=len(body))
        return _answer(400, "This call cannot be read.")
    with front.writing() as (session, now):
        heard = receive(session, provider, told, now)
    return _answer(200, _said(heard))


@router.head("/hooks/{provider}/{secret}")
def probe() -> Response:
    """Some providers look whether anybody is there before they tell anything."""
    return _answer(200, "")


def _ear(front: Front, provider: str, secret: str) -> Hearing | None:
    """Who listens to this provider, for a caller who knows the secret."""
    known = hmac.compare_digest(secret.encode("utf-8", "replace"), front.webhook_secret.encode())
    return front.hearing.get(provider) if known and front.webhook_secret else None


def _unproved(request: Request, front: Front, why: str, provider: str = "") -> Response:
    who = guard.visitor(request, front.proxies, front.expected, "")
    with front.writing() as (session, now):
        verdict = guard.unproved(session, front.ring, who, now)
    if verdict is Pass.WAIT:
        return _answer(429, "Too many calls that proved nothing.", {"Retry-After": "60"})
    log.warning("a hook's call was refused", provider=provider, why=why)
    return _answer(401, "This call is not proved.")


def _said(heard: Counter[Heard]) -> str:
    news, repeats, foreign = (heard[what] for what in Heard)
    return f"Taken: {news} news, {repeats} told before, {foreign} not about a mail of ours."


def _answer(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(sentence, status, headers)
