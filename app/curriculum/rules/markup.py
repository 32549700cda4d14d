"""Plain Markdown and links that say where they lead: L15, L16."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from app.curriculum.draft import Draft
from app.curriculum.markdown import inline, links, parse
from app.curriculum.page import Page
from app.curriculum.prose import words
from app.curriculum.rules.rule import ERROR, Flaw, per_page

MOST_STRONG = 2
_BARE_URL = re.compile(r"https?://|www\.|\w@\w")
_REFUSED = {
    "html_block": "raw HTML",
    "html_inline": "raw HTML",
    "image": "an image",
    "table_open": "a table",
    "code_block": "code",
    "fence": "code",
    "code_inline": "code",
    "blockquote_open": "a quotation block",
    "bullet_list_open": "a bullet list",
    "hr": "a rule",
}


@per_page("L15", ERROR)
def plain_markdown(page: Page, _: Draft) -> Iterator[Flaw]:
    """No raw HTML, image, table, code, bare URL, bullet list or heading but H2; little bold."""
    before = ""
    for token in parse(page.body):
        line = page.start + (token.map or [0])[0]
        named = _refused(token)
        if before == "paragraph_close" and token.type == "paragraph_open" and token.level > 1:
            named = "a second paragraph within a step"
        before = token.type
        if named:
            yield Flaw(page.file, line, f"A page cannot hold {named}; say it in sentences.")
    strong = 0
    for offset, children in inline(page.body):
        for token in children:
            strong += token.type == "strong_open"
            named = _REFUSED.get(token.type) or _bare(token)
            if named:
                yield Flaw(
                    page.file, page.start + offset, f"A page cannot hold {named}; say it in sentences."
                )
    if strong > MOST_STRONG:
        yield Flaw(page.file, page.start, f"There are {strong} bold passages; keep {MOST_STRONG} at most.")


def _refused(token: Token) -> str | None:
    if token.type == "heading_open" and token.markup != "##":
        return "a heading other than “## ...”"
    if token.type == "ordered_list_open" and token.level > 0:
        return "a list within a list"
    return _REFUSED.get(token.type)


def _bare(token: Token) -> str | None:
    if token.markup == "autolink" or (token.type == "text" and _BARE_URL.search(token.content)):
        return "a bare address"
    return "a footnote" if token.type == "text" and "[^" in token.content else None


@per_page("L16", ERROR, "vague_links")
def link_texts(page: Page, draft: Draft) -> Iterator[Flaw]:
    """The text of a link makes sense alone."""
    vague = {" ".join(words(text)) for text in draft.word_lists[page.language].vague_links}
    for offset, _, text in links(page.body):
        said = words(text.lower())
        if len(said) < 2 or " ".join(said) in vague:
            sentence = "The text of this link does not say where it leads; use two words or more."
            yield Flaw(page.file, page.start + offset, sentence)
