"""Markdown into HTML and plain text from one token tree, so that both say the same words.

`{{placeholders}}` come through untouched, in sentences and as link targets, to be stamped per person.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.errors import CourseError

_PLAIN = MarkdownIt("commonmark", {"html": False})
_ENGLISH = MarkdownIt("commonmark", {"html": False, "typographer": True, "quotes": "“”‘’"}).enable(
    ["replacements", "smartquotes"]
)
_TARGET = re.compile(r"\{\{link:[A-Za-z0-9-]+\}\}")
_WITH_TARGETS = re.compile(f"({_TARGET.pattern})")


@dataclass(frozen=True)
class Setting:
    """The same words twice. One line of `text` is one paragraph, not yet wrapped."""

    html: str
    text: str


def typeset(markdown: str, language: str, source: str) -> Setting:
    """Headings, paragraphs, ordered lists, emphasis and links; CourseError (naming `source`) for the rest."""
    parser = _ENGLISH if language.partition("-")[0] == "en" else _PLAIN
    blocks = list(_blocks(parser.parse(markdown), source))
    return Setting("\n".join(map(_html, blocks)), "\n\n".join(map(_text, blocks)))


def capitals(text: str) -> str:
    """A heading of the plain text; `{{partner}}` in it becomes `{{PARTNER}}`, a link stays as it is."""
    return "".join(part if _TARGET.fullmatch(part) else part.upper() for part in _WITH_TARGETS.split(text))


@dataclass(frozen=True)
class _Block:
    """`tag` is h2, p, ol or a (a link alone in its paragraph); every run is one line of inline tokens."""

    tag: str
    runs: tuple[Sequence[Token], ...]


def _blocks(tokens: list[Token], source: str) -> Iterator[_Block]:
    ahead = iter(tokens)
    for token in ahead:
        if token.type == "ordered_list_open":
            yield _Block("ol", tuple(_steps(ahead, source)))
        elif token.type == "paragraph_open" or (token.type == "heading_open" and token.tag == "h2"):
            run = _checked(next(ahead), source)
            yield _Block("a" if token.tag == "p" and _is_link(run) else token.tag, (run,))
            next(ahead)
        else:
            raise _refused(token, source)


def _steps(ahead: Iterator[Token], source: str) -> Iterator[Sequence[Token]]:
    """The items of an ordered list, one paragraph each."""
    for token in ahead:
        if token.type == "ordered_list_close":
            return
        if token.type == "list_item_open":
            next(ahead)
            yield _checked(next(ahead), source)
            next(ahead)
        elif token.type != "list_item_close":
            raise _refused(token, source)


def _checked(inline: Token, source: str) -> Sequence[Token]:
    if inline.type != "inline":
        raise _refused(inline, source)
    run = inline.children or []
    for token in run:
        if token.type not in _INLINE:
            raise _refused(token, source)
        if token.type == "link_open" and not _TARGET.fullmatch(_href(token)):
            raise CourseError(f"{source}: a link leads to {_href(token)}; write ({{{{link:key}}}}).")
    return run


def _is_link(run: Sequence[Token]) -> bool:
    """Whether a paragraph is one link and nothing else."""
    spoken = [token for token in run if token.type != "text" or token.content]
    ends = [place for place, token in enumerate(spoken) if token.type == "link_close"]
    return bool(spoken) and spoken[0].type == "link_open" and ends == [len(spoken) - 1]


def _html(block: _Block) -> str:
    lines = [_inline_html(run) for run in block.runs]
    match block.tag:
        case "ol":
            return "<ol>\n" + "".join(f"<li>{line}</li>\n" for line in lines) + "</ol>"
        case "a":
            cell = f'<td class="button">{lines[0]}</td>'
            return f'<table role="presentation" class="button"><tr>{cell}</tr></table>'
        case tag:
            return f"<{tag}>{lines[0]}</{tag}>"


def _text(block: _Block) -> str:
    lines = [_inline_text(run) for run in block.runs]
    match block.tag:
        case "ol":
            return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
        case "a":
            words, _, target = lines[0].rpartition(" (")
            return f"{words}:\n{target.removesuffix(')')}"
        case "h2":
            return capitals(lines[0])
        case _:
            return lines[0]


_INLINE = {
    "text": None,
    "softbreak": " ",
    "link_open": None,
    "link_close": "</a>",
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
}


def _inline_html(run: Sequence[Token]) -> str:
    def one(token: Token) -> str:
        if token.type == "text":
            return escape(token.content, quote=False)
        return _INLINE[token.type] or f'<a href="{_href(token)}">'

    return "".join(map(one, run))


def _inline_text(run: Sequence[Token]) -> str:
    said, targets = [], []
    for token in run:
        if token.type in ("text", "softbreak"):
            said.append(token.content or (" " if token.type == "softbreak" else ""))
        elif token.type == "link_open":
            targets.append(_href(token))
        elif token.type == "link_close":
            said.append(f" ({targets.pop()})")
    return "".join(said)


def _href(token: Token) -> str:
    """The target as it was written: the parser percent-encodes its braces."""
    return str(token.attrs["href"]).replace("%7B", "{").replace("%7D", "}")


def _refused(token: Token, source: str) -> CourseError:
    kind = (token.tag or token.type).removesuffix("_open")
    return CourseError(
        f"{source}: “{kind}” has no place here; use headings (##), paragraphs, 1. lists and links."
    )
