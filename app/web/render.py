"""Pages from templates, in the operator's name and the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.compose import words
from app.compose.addresses import in_language
from app.core.schedule import Slot
from app.web.front import Front

TEMPLATES = Path(__file__).parents[2] / "templates"


@dataclass(frozen=True)
class Page:
    """A page to show: its template under templates/pages, and what that template asks for.

    `elsewhere` is where the same page stands in each language, for a reader to choose.
    """

    name: str
    context: dict[str, Any]
    status: int = 200
    public: bool = False
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def show(front: Front, request: Request, page: Page) -> HTMLResponse:
    """The page as an answer; all but the public ones are kept out of search engines."""
    language = language_of(front, request)
    context = {
        "brand": front.brand,
        "language": language,
        "direction": words.direction(language),
        "development": front.inbox is not None,
        "base_url": front.base_url,
        "at": _carrying(front, request, language),
        "canonical": front.base_url + _canonical(front, request, page) if page.public else None,
        "elsewhere": [(one, words.own_name(one), path) for one, path in page.elsewhere.items()],
        "noindex": not page.public,
        **page.context,
    }
    html = _environment(language).get_template(f"pages/{page.name}.html").render(context)
    headers = {"Content-Language": language}
    if not page.public:
        headers["X-Robots-Tag"] = "noindex"
    return HTMLResponse(html, page.status, headers)


def everywhere(front: Front, path: str) -> dict[str, str]:
    """The path of a public page in each language, where there are several."""
    languages = front.challenge.languages
    return {one: in_language(path, front.challenge, one) for one in languages if len(languages) > 1}


def speak(front: Front, request: Request, wanted: str) -> None:
    """From here on the answer is in this language, a person's own or a path's, whatever the browser says."""
    request.state.language = front.challenge.language(wanted)


def language_of(front: Front, request: Request) -> str:
    """The reader's own, else `?lang=`, else the first of the browser's that the course has."""
    said = _said(front, request)
    if said:
        return said
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


def _said(front: Front, request: Request) -> str:
    """A language that is known without asking the browser; empty where none is."""
    spoken: str = getattr(request.state, "language", "")
    asked = request.query_params.get("lang", "")
    return spoken or (asked if asked in front.challenge.languages else "")


def _carrying(front: Front, request: Request, language: str) -> Callable[[str], str]:
    """A public path as this page links to it: with its language, where the browser did not choose it."""
    if not _said(front, request):
        return lambda path: path
    return lambda path: in_language(path, front.challenge, language)


def _canonical(front: Front, request: Request, page: Page) -> str:
    """The path a search engine should know the page by."""
    asked = _said(front, request)
    if not asked or not page.elsewhere:
        return request.url.path
    return page.elsewhere.get(asked) or next(iter(page.elsewhere.values()))


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
