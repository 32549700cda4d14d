"""Placeholders, Markdown and links: L13-L16."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from app.core.challenge import LETTER_PLACEHOLDERS, LINK_KEYS, PLACEHOLDERS
from app.curriculum.draft import Draft
from app.curriculum.markdown import inline, parse
from app.curriculum.page import LessonPage, Page
from app.curriculum.prose import words
from app.curriculum.rules.rule import ERROR, Flaw, per_lesson, per_page
from app.curriculum.schema import Plan

MOST_PLACEHOLDERS = 5
MOST_STRONG = 2
_BRACES = re.compile(r"\{\{(?:(?P<name>[A-Za-z_]+)|link:(?P<key>[a-z0-9-]+))\}\}")
_LOOSE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_PARTNER = re.compile(r"\{\{([Pp])artners?\}\}")
_SENTENCE_START = re.compile(r"(?:^|[.?!…][\"'”’)]*[ \n]|\n\n|\n\d+\. |\n#+ [^\n]*\n)[\"'“‘(]*$")
_MID_SENTENCE = re.compile(r"[\w,;] $")
_LINK_TARGET = re.compile(r"\{\{link:[a-z0-9-]+\}\}")
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


@per_page("L13", ERROR)
def placeholders(page: Page, draft: Draft) -> Iterator[Flaw]:
    """Only known placeholders and link keys occur, and every brace is closed."""
    names = PLACEHOLDERS if isinstance(page, LessonPage) else LETTER_PLACEHOLDERS
    for number, line in enumerate(page.body.split("\n"), page.start):
        for match in _BRACES.finditer(line):
            if match["name"] and match["name"] not in names:
                yield Flaw(
                    page.file, number, f"{match[0]} is not a placeholder here; use one of {_list(names)}."
                )
            if match["key"] and not _leads_somewhere(match["key"], draft.plan.value):
                yield Flaw(
                    page.file,
                    number,
                    f"{match[0]} leads nowhere; use lesson-N, skip-PHASE or one of {_list(LINK_KEYS)}.",
                )
        if loose := _LOOSE.search(_BRACES.sub("", line)):
            yield Flaw(
                page.file, number, f"“{loose[0]}” belongs to no placeholder; write {{{{partner}}}} whole."
            )


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _leads_somewhere(key: str, plan: Plan) -> bool:
    days = {f"lesson-{day}" for day in range(1, plan.days + 1)}
    return key in LINK_KEYS | days | {f"skip-{phase.key}" for phase in plan.phases[:-1]}


@per_lesson("L14", ERROR, "articles")
def names_in_sentences(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """A placeholder reads naturally: no article before it, a capital at the start, five at most."""
    articles = draft.word_lists[page.language].articles
    before = re.compile(rf"\b({'|'.join(articles) or '(?!)'})\s+$", re.IGNORECASE)
    for match in _PARTNER.finditer(page.body):
        text, line = page.body[: match.start()], page.start + page.body.count("\n", 0, match.start())
        if found := before.search(text):
            sentence = f"“{found[1]}” cannot stand before {match[0]}: without a name it reads “your partner”."
            yield Flaw(page.file, line, sentence)
        if match[1] == "p" and _SENTENCE_START.search(text):
            yield Flaw(page.file, line, f"A sentence begins here; write {match[0].replace('p', 'P', 1)}.")
        if match[1] == "P" and _MID_SENTENCE.search(text):
            yield Flaw(page.file, line, f"No sentence begins here; write {match[0].lower()}.")
    count = sum(1 for match in _BRACES.finditer(page.body) if match["name"])
    if count > MOST_PLACEHOLDERS:
        sentence = f"There are {count} placeholders; more than {MOST_PLACEHOLDERS} read like a mail merge."
        yield Flaw(page.file, page.start, sentence)


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
def links(page: Page, draft: Draft) -> Iterator[Flaw]:
    """A link's text makes sense alone, and its target is a link key."""
    vague = {" ".join(words(text)) for text in draft.word_lists[page.language].vague_links}
    for offset, children in inline(page.body):
        for place, token in enumerate(children):
            if token.type != "link_open" or token.markup == "autolink":
                continue
            text = words(_link_text(children[place + 1 :]).lower())
            if len(text) < 2 or " ".join(text) in vague:
                sentence = "The text of this link does not say where it leads; use two words or more."
                yield Flaw(page.file, page.start + offset, sentence)
            if not _LINK_TARGET.fullmatch(str(token.attrs.get("href", ""))):
                sentence = (
                    "A link leads to a {{link:key}} and nowhere else; cite outside texts in sources.yaml."
                )
                yield Flaw(page.file, page.start + offset, sentence)


def _link_text(tokens: list[Token]) -> str:
    end = next(place for place, token in enumerate(tokens) if token.type == "link_close")
    return "".join(token.content for token in tokens[:end])
