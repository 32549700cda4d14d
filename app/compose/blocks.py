"""Read Markdown into the few blocks that lessons and letters may hold; refuse the rest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.errors import CourseError

TARGET = re.compile(r"\{\{link:[A-Za-z0-9-]+\}\}")
_INLINE = (
    "text",
    "softbreak",
    "link_open",
    "link_close",
    "em_open",
    "em_close",
    "strong_open",
    "strong_close",
)
_PLAIN = MarkdownIt("commonmark", {"html": False})
_ENGLISH = MarkdownIt("commonmark", {"html": False, "typographer": True, "quotes": "“”‘’"}).enable(
    ["replacements", "smartquotes"]
)


@dataclass(frozen=True)
class Block:
    """`tag` is h2, p, ol or a (a link alone in its paragraph); each run is one paragraph of inline tokens."""

    tag: str
    runs: tuple[Sequence[Token], ...]


def read_blocks(markdown: str, language: str, source: str) -> Iterator[Block]:
    """The blocks in order, English with proper quotes; CourseError (naming `source`) for anything else."""
    parser = _ENGLISH if language.partition("-")[0] == "en" else _PLAIN
    ahead = iter(parser.parse(markdown))
    for token in ahead:
        if token.type == "ordered_list_open":
            yield Block("ol", tuple(_steps(ahead, source)))
        elif token.type == "paragraph_open" or (token.type == "heading_open" and token.tag == "h2"):
            run = _checked(next(ahead), source)
            yield Block("a" if token.tag == "p" and _is_link(run) else token.tag, (run,))
            next(ahead)
        else:
            raise _refused(token, source)


def href(token: Token) -> str:
    """The target as it was written: the parser percent-encodes its braces."""
    return str(token.attrs["href"]).replace("%7B", "{").replace("%7D", "}")


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
        if token.type == "link_open" and not TARGET.fullmatch(href(token)):
            raise CourseError(f"{source}: a link leads to {href(token)}; write ({{{{link:key}}}}).")
    return run


def _is_link(run: Sequence[Token]) -> bool:
    """Whether a paragraph is one link and nothing else."""
    spoken = [token for token in run if token.type != "text" or token.content]
    ends = [place for place, token in enumerate(spoken) if token.type == "link_close"]
    return bool(spoken) and spoken[0].type == "link_open" and ends == [len(spoken) - 1]


def _refused(token: Token, source: str) -> CourseError:
    kind = (token.tag or token.type).removesuffix("_open")
    return CourseError(
        f"{source}: “{kind}” has no place here; use ## headings, paragraphs, 1. lists and links."
    )
