"""The development inbox: every captured mail, and the button that lets time run. Never in production."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.mail.providers.capture import Captured, Inbox
from app.store import deliveries, installation
from app.web.front import Front, Given
from app.web.render import Page, clock_text, language_of, show

router = APIRouter(prefix="/inbox", include_in_schema=False)

FRAME = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    )
}
FRAMED = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
        "base-uri 'none'"
    )
}


@router.get("")
def inbox(request: Request, front: Given) -> Response:
    with front.reading() as (session, now):
        due = deliveries.next_due(session)
    language = language_of(front, request)
    context = {
        "mails": [_row(one, language) for one in _box(front).list()],
        "clock": clock_text(now, language),
        "next_due": clock_text(due, language) if due else None,
    }
    return show(front, request, Page("inbox", context))


@router.post("/next-day")
def next_day(front: Given) -> Response:
    """Drain what is due, move the clock to the next due instant of anything open, and deliver it."""
    _drain(front)
    with front.writing() as (session, now):
        due = deliveries.next_due(session)
        if due is not None and due > now:
            installation.move_clock(session, due)
    _drain(front)
    return RedirectResponse("/inbox", 303)


@router.get("/{name}")
def mail(request: Request, front: Given, name: str, view: str = "html") -> Response:
    raw = _read(front, name)
    parsed = message_from_bytes(raw, policy=policy.default)
    context = {
        "mail": {"name": name, "to": parsed["to"], "subject": parsed["subject"], "date": parsed["date"]},
        "text": _part(parsed, "plain"),
        "source": raw.decode("utf-8", "replace"),
        "view": view if view in ("html", "text", "source") else "html",
    }
    answer = show(front, request, Page("inbox_mail", context))
    answer.headers.update(FRAMED)
    return answer


@router.get("/{name}/html")
def html(front: Given, name: str) -> Response:
    parsed = message_from_bytes(_read(front, name), policy=policy.default)
    return HTMLResponse(
        _part(parsed, "html").replace("<head>", '<head><base target="_top">', 1), headers=FRAME
    )


def _row(one: Captured, language: str) -> dict[str, str]:
    date = clock_text(one.date, language) if one.date else ""
    return {"name": one.name, "to": one.to, "subject": one.subject, "date": date}


def _drain(front: Front) -> None:
    if front.worker is not None:
        front.worker.tick()


def _box(front: Front) -> Inbox:
    assert front.inbox is not None  # noqa: S101
    return front.inbox


def _read(front: Front, name: str) -> bytes:
    try:
        return _box(front).read(name)
    except FileNotFoundError:
        raise HTTPException(404) from None


def _part(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return str(part.get_content()) if part else ""
