"""The Markdown of a page as tokens; every link is kept, so that a rule can refuse it."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token


class _Open(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Dangerous targets are links too; hiding them as text would hide them from the rules."""
        return True

    def normalizeLink(self, url: str) -> str:
        """As written: `{{link:key}}` is no URL yet."""
        return url


_MARKDOWN = _Open("commonmark").enable("table")


def parse(text: str) -> list[Token]:
    return _MARKDOWN.parse(text)


def inline(text: str) -> Iterator[tuple[int, list[Token]]]:
    """Each block's inline tokens with the line of the block, counted from 0."""
    for token in parse(text):
        if token.type == "inline":
            yield (token.map or [0])[0], token.children or []


def links(text: str) -> Iterator[tuple[int, str, str]]:
    """Each link's line, counted from 0, its target and its words."""
    for line, tokens in inline(text):
        for place, token in enumerate(tokens):
            if token.type == "link_open":
                rest = tokens[place:]
                end = next(place for place, one in enumerate(rest) if one.type == "link_close")
                words = "".join(one.content for one in rest[:end])
                yield line, str(token.attrs.get("href", "")), words
