"""Markdown into HTML and plain text from one token tree, so that both say the same words.

`{{placeholders}}` come through untouched, in sentences and as link targets, to be stamped per person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markdown_it.token import Token

from app.compose.blocks import TARGET, Block, href, read_blocks


@dataclass(frozen=True)
class Setting:
    """The same words twice. One line of `text` is one paragraph, not yet wrapped."""

    html: str
    text: str


def typeset(markdown: str, language: str, source: str) -> Setting:
    """Headings, paragraphs, ordered lists, emphasis and links; CourseError (naming `source`) for the rest."""
    blocks = list(read_blocks(markdown, language, source))
    return Setting("\n".join(map(_html, blocks)), "\n\n".join(map(_text, blocks)).lstrip("\n"))


def capitals(text: str) -> str:
    """A heading of the plain text; `{{partner}}` in it becomes `{{PARTNER}}`, a link stays as it is."""
    return "".join(part if TARGET.fullmatch(part) else part.upper() for part in _WITH_TARGETS.split(text))


_WITH_TARGETS = re.compile(f"({TARGET.pattern})")
_BEFORE_NUMBER = re.compile(r"(?<=\w) (?=\d|\{\{day\}\})")
"""`Day 8` stays on one line."""
_GRID = 'role="presentation" border="0" cellpadding="0" cellspacing="0"'


def _html(block: Block) -> str:
    lines = [_inline_html(run) for run in block.runs]
    match block.tag:
        case "ol":
            return "<ol>\n" + "".join(f"<li>{line}</li>\n" for line in lines) + "</ol>"
        case "a":
            return f'<div class="button"><table {_GRID}><tr><td>{lines[0]}</td></tr></table></div>'
        case tag:
            return f"<{tag}>{lines[0]}</{tag}>"


def _text(block: Block) -> str:
    match block.tag:
        case "ol":
            return "\n".join(_step(number, run) for number, run in enumerate(block.runs, 1))
        case "a":
            words, (target,) = _inline_text(block.runs[0])
            return f"{words}:\n{target}"
        case "h2":
            return "\n" + capitals(_inline_text(block.runs[0])[0])
        case _:
            words, targets = _inline_text(block.runs[0])
            return "\n".join([words, *targets])


def _step(number: int, run: Sequence[Token]) -> str:
    words, targets = _inline_text(run)
    return "\n   ".join([f"{number}. {words}", *targets])


def _inline_html(run: Sequence[Token]) -> str:
    return "".join(map(_html_of, run))


def _html_of(token: Token) -> str:
    match token.type:
        case "text":
            return _BEFORE_NUMBER.sub("\u00a0", escape(token.content, quote=False))
        case "softbreak":
            return " "
        case "link_open":
            return f'<a href="{href(token)}">'
        case _:
            return f"</{token.tag}>" if token.nesting < 0 else f"<{token.tag}>"


def _inline_text(run: Sequence[Token]) -> tuple[str, list[str]]:
    """The words, and the addresses that stand under them; where there are several, both are marked."""
    said, targets = [], []
    several = sum(token.type == "link_open" for token in run) > 1
    for token in run:
        match token.type:
            case "text":
                said.append(token.content)
            case "softbreak":
                said.append(" ")
            case "link_open":
                targets.append(href(token))
            case "link_close" if several:
                said.append(f" [{len(targets)}]")
    marked = [f"[{place}] {target}" for place, target in enumerate(targets, 1)]
    return "".join(said), marked if several else targets
