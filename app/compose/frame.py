"""The one frame of all letters: from a manuscript to a sheet to be stamped (templates/letter.*)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from app.compose import colours, words
from app.compose.markdown import Setting, capitals
from app.compose.stencil import Stencil, TextStencil, cut, cut_text

TEMPLATES = Path(__file__).parents[2] / "templates"


@dataclass(frozen=True)
class Part:
    """A piece of a letter under a heading of its own; `heading` is empty where the text brings its own."""

    key: str
    heading: str
    body: Setting


@dataclass(frozen=True)
class Manuscript:
    """What a letter says before anybody's name is in it.

    `parts` come under the greeting, `why`, `doors` (label and link key) and `asides` stand in the foot.
    `borrowed` says, in the reader's language (`wanted`), why it is in another one; `phase` is a lesson's.
    """

    language: str
    subject: str
    preheader: str
    eyebrow: str
    title: str
    parts: tuple[Part, ...]
    why: Setting
    asides: tuple[Setting, ...] = ()
    doors: tuple[tuple[str, str], ...] = ()
    wanted: str = ""
    borrowed: str = ""
    phase: str = ""


@dataclass(frozen=True)
class Sheet:
    """A type-set letter that waits for a person."""

    language: str
    subject: str
    html: Stencil
    text: TextStencil

    @property
    def holes(self) -> frozenset[str]:
        return self.html.holes | self.text.holes


def set_in_frame(manuscript: Manuscript, accent: str, constant: Mapping[str, str]) -> Sheet:
    """`constant` fills the holes that are the same for everybody, in plain words."""
    context = {
        "letter": manuscript,
        "direction": words.direction(manuscript.language),
        "day": colours.day(accent),
        "night": colours.night(accent),
        "legal": bool(constant["legal"]),
        "postal": bool(constant["postal"]),
    }
    html = _INLINER.inline(_environment().get_template("letter.html").render(context)).replace(_MARK, "")
    text = _environment().get_template("letter.txt").render(context)
    marked_up = {hole: escape(value).replace("\n", "<br>\n") for hole, value in constant.items()}
    return Sheet(
        language=manuscript.language,
        subject=manuscript.subject,
        html=cut(html, marked_up),
        text=cut_text(text, constant),
    )


_INLINER = CSSInliner(load_remote_stylesheets=False)
"""Rules move onto the tags; a style marked to keep (it depends on the screen) stays."""
_MARK = ' data-css-inline="keep"'


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"capitals": capitals, "set": Markup}
    return environment
