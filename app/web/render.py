"""Pages from templates, in the operator's name and the visitor's language."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.compose import words
from app.core.schedule import Slot
from app.web.front import Front

TEMPLATES = Path(__file__).parents[2] / "templates"


@dataclass(frozen=True)
class Page:
    """A page to show: its template under templates/pages, and what that template asks for."""

    name: str
    context: dict[str, Any]
    status: int = 200
    public: bool = False


def show(front: Front, request: Request, page: Page) -> HTMLResponse:
    """The page as an answer; all but the public ones are kept out of search engines."""
    language = language_of(front, request)
    context = {
        "brand": front.brand,
        "language": language,
        "direction": words.direction(language),
        "development": front.inbox is not None,
        "base_url": front.base_url,
        "canonical": f"{front.base_url}{request.url.path}" if page.public else None,
        "noindex": not page.public,
        **page.context,
    }
    html = _environment(language).get_template(f"pages/{page.name}.html").render(context)
    headers = {"Content-Language": language}
    if not page.public:
        headers["X-Robots-Tag"] = "noindex"
    return HTMLResponse(html, page.status, headers)


def language_of(front: Front, request: Request) -> str:
    """The first language of the browser that the course is written in."""
    for part in request.headers.get("accept-language", "").split(","):
        wanted = part.partition(";")[0].strip()
        if wanted and front.challenge.language(wanted).partition("-")[0] == wanted.partition("-")[0]:
            return front.challenge.language(wanted)
    return front.challenge.languages[0]


def when(slot: Slot, zone: str, language: str) -> str:
    """The slot in words: "Tuesday 24 November at 07:00, Berlin time"."""
    return words.moment(slot.due_at, zone, language)


def day_text(on: date, language: str) -> str:
    return words.day(on, language)


def clock_text(at: datetime, language: str) -> str:
    return words.moment(at, "UTC", language)


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
    return environment
