"""What is filled in later, and where links lead: L13, L14."""

import re
from collections.abc import Iterator

from app.core.challenge import LETTER_PLACEHOLDERS, LINK_KEYS, PLACEHOLDERS
from app.curriculum.draft import Draft
from app.curriculum.markdown import links
from app.curriculum.page import LessonPage, Page
from app.curriculum.rules.rule import ERROR, Flaw, per_lesson, per_page
from app.curriculum.schema import Plan

MOST_PLACEHOLDERS = 5
_BRACES = re.compile(r"\{\{(?:(?P<name>[A-Za-z_]+)|link:(?P<key>[a-z0-9-]+))\}\}")
_LOOSE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_PARTNER = re.compile(r"\{\{([Pp])artners?\}\}")
_SENTENCE_START = re.compile(r"(?:^|[.?!…][\"'”’)]*[ \n]|\n\n|\n\d+\. |\n#+ [^\n]*\n)[\"'“‘(]*$")
_MID_SENTENCE = re.compile(r"[\w,;] $")
_LINK_TARGET = re.compile(r"\{\{link:[a-z0-9-]+\}\}")


@per_page("L13", ERROR)
def placeholders(page: Page, draft: Draft) -> Iterator[Flaw]:
    """Only known placeholders occur, every brace is closed, and links lead to a known key."""
    known = PLACEHOLDERS if isinstance(page, LessonPage) else LETTER_PLACEHOLDERS
    for number, line in enumerate(page.body.split("\n"), page.start):
        for match in _BRACES.finditer(line):
            if match["name"] and match["name"] not in known:
                sentence = f"{match[0]} is not a placeholder here; use one of {_list(known)}."
                yield Flaw(page.file, number, sentence)
            if match["key"] and not _leads_somewhere(match["key"], draft.plan.value):
                sentence = f"{match[0]} leads nowhere; use lesson-N, skip-PHASE or one of {_list(LINK_KEYS)}."
                yield Flaw(page.file, number, sentence)
        if loose := _LOOSE.search(_BRACES.sub("", line)):
            sentence = f"“{loose[0]}” belongs to no placeholder; write {{{{partner}}}} whole."
            yield Flaw(page.file, number, sentence)
    for offset, target, _ in links(page.body):
        if not _LINK_TARGET.fullmatch(target):
            sentence = "A link leads to a {{link:key}} and nowhere else; cite outside texts in sources.yaml."
            yield Flaw(page.file, page.start + offset, sentence)


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
