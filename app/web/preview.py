"""The preview: a day's letter through anybody's eyes, from the files as they are. Never in production."""

from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from app.actions.preview import Sight, Workshop, preview, remarks
from app.core.message import Address, Message, Sender
from app.core.persona import Persona
from app.curriculum import Severity
from app.curriculum.file import from_here, stamp
from app.curriculum.finding import Unreadable
from app.errors import CourseError
from app.web.front import Front, Given
from app.web.inbox import FRAME, FRAMED
from app.web.render import Page, show

router = APIRouter(prefix="/preview", include_in_schema=False)

LESSONS = Path(__file__).parents[2] / "lessons"
LIVE = {name: f"{rules}; script-src 'self'; connect-src 'self'" for name, rules in FRAMED.items()}
VIEWS = ("light", "dark", "text")


@dataclass(frozen=True)
class Wish:
    """What to show, and how."""

    sight: Sight
    view: str

    def query(self, **others: object) -> str:
        """Of an address that shows the same but for `others`."""
        asked = {"day": self.sight.day, "as": self.sight.persona, "language": self.sight.language}
        return urlencode(asked | {"view": self.view} | others)


def _wish(
    front: Given,
    day: str = "",
    persona: Annotated[str, Query(alias="as")] = "",
    language: str = "",
    view: str = "",
) -> Wish:
    """What cannot be understood is the first of its kind."""
    sight = Sight(
        day=int(day) if day in map(str, range(1, len(front.challenge.edition) + 1)) else 1,
        persona=Persona(persona) if persona in list(Persona) else Persona.TOGETHER,
        language=language if language in front.challenge.languages else front.challenge.languages[0],
    )
    return Wish(sight, view if view in VIEWS else VIEWS[0])


def course_folder(front: Given) -> Path:
    return from_here(LESSONS / front.challenge.slug)


Wished = Annotated[Wish, Depends(_wish)]
Folder = Annotated[Path, Depends(course_folder)]


@router.get("")
def page(request: Request, front: Given, folder: Folder, wish: Wished) -> Response:
    """The choices and the letter; a mistake in a lesson is a sentence in its place."""
    began = stamp(folder)
    message, told = _tried(front, folder, wish.sight)
    context = {
        "wish": wish,
        "days": _days(front, wish.sight.language),
        "personas": list(Persona),
        "languages": front.challenge.languages,
        "views": VIEWS,
        "message": message,
        "told": told,
        "stamp": began,
    }
    answer = show(front, request, Page("preview", context))
    answer.headers.update(LIVE)
    return answer


@router.get("/letter")
def letter(front: Given, folder: Folder, wish: Wished) -> Response:
    """The letter itself, for the frame; in the dark if so wished, whatever the browser prefers."""
    try:
        html = _lit(preview(_workshop(front), folder, wish.sight).html, wish.view)
    except CourseError:
        html = ""  # the page around it says why
    return HTMLResponse(html.replace("<head>", '<head><base target="_top">', 1), headers=FRAME)


@router.get("/stamp")
def changed(folder: Folder) -> Response:
    """What the page compares to know that a lesson was written since."""
    return PlainTextResponse(stamp(folder))


def _tried(front: Front, folder: Path, sight: Sight) -> tuple[Message | None, list[str]]:
    """The letter if there can be one, and what is wrong or doubtful about it."""
    try:
        message = preview(_workshop(front), folder, sight)
    except Unreadable as error:
        return None, [str(one) for one in error.findings]
    except CourseError as error:
        return None, [str(error)]
    return message, [str(one) for one in remarks(folder, sight) if one.severity is not Severity.NOTE]


def _workshop(front: Front) -> Workshop:
    name, address = parseaddr(front.sender)
    return Workshop(front.brand, Sender(Address(address, name)), front.base_url)


def _lit(html: str, view: str) -> str:
    """The rules for dark screens hold always, or never."""
    screens, scheme = ("all", "dark") if view == "dark" else ("not all", "light")
    return html.replace("@media (prefers-color-scheme: dark)", f"@media {screens}").replace(
        'content="light dark"', f'content="{scheme}"'
    )


def _days(front: Front, language: str) -> list[tuple[int, str]]:
    told = [front.challenge.lesson(slug, language) for slug in front.challenge.edition]
    return [(day, lesson.title if lesson else "") for day, lesson in enumerate(told, 1)]
