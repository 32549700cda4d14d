"""The seven parts of a lesson and what each must be: L05-L08, L10-L12."""

from collections.abc import Iterator

from markdown_it.token import Token

from app.core.challenge import HEADINGS
from app.curriculum.draft import Draft
from app.curriculum.markdown import parse
from app.curriculum.page import LessonPage, Part
from app.curriculum.prose import plain, sentences, words
from app.curriculum.rules.rule import ERROR, WARNING, Flaw, per_lesson

SLOW_READER = 175
"""Words a minute; design for older and second-language readers (Brysbaert 2019)."""

FIVE_MINUTES = 5.0
PARAGRAPH = 40
TOLERANCE = 0.2
BODY_TOLERANCE = 20
_STEP_ENDS = ".?\"'”’。？"


@per_lesson("L05", ERROR)
def sections(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """The sections are there, in order, called as in the catalogue, and none is empty."""
    for part in page.parts:
        if part.key is None:
            called = f"“{part.heading}” is not the heading of a section" if part.heading else "No heading"
            yield Flaw(page.file, part.line, f"{called}; correct it or move the text.")
        elif not part.text:
            yield Flaw(page.file, part.line, f"“{part.heading}” is empty.")
    present = [part.key for part in page.parts if part.key]
    for key in HEADINGS:
        if key not in present and key != "care":
            name = draft.heading(key, page.language)
            yield Flaw(page.file, page.start, f"The section “{name}” is missing.")
    if len(present) != len(set(present)) or present != sorted(present, key=list(HEADINGS).index):
        names = ", ".join(draft.heading(key, page.language) for key in HEADINGS)
        yield Flaw(page.file, page.start, f"The sections come once each and in this order: {names}.")


@per_lesson("L06", WARNING)
def words_per_section(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """Each section has as many words as challenge.yaml gives it; far beyond is an error."""
    for part in page.parts:
        span = draft.plan.value.words.get(part.key or "")
        count = len(words(plain(part.text)))
        if span and not span[0] <= count <= span[1]:
            far = not span[0] * (1 - TOLERANCE) <= count <= span[1] * (1 + TOLERANCE)
            sentence = f"“{part.heading}” has {count} words; aim for {span[0]} to {span[1]}."
            yield Flaw(page.file, part.line, sentence, ERROR if far else None)


@per_lesson("L07", WARNING)
def words_in_all(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """The whole lesson has as many words as challenge.yaml gives it; 20 beyond is an error."""
    span = draft.plan.value.words.get("lesson")
    if span and not span[0] <= page.words <= span[1]:
        far = not span[0] - BODY_TOLERANCE <= page.words <= span[1] + BODY_TOLERANCE
        sentence = f"The lesson has {page.words} words; aim for {span[0]} to {span[1]}."
        yield Flaw(page.file, page.start, sentence, ERROR if far else None)


@per_lesson("L08", ERROR)
def five_minutes(page: LessonPage, _: Draft) -> Iterator[Flaw]:
    """Reading slowly and doing take five minutes at most."""
    minutes = page.words / SLOW_READER + page.matter.do_minutes
    if minutes > FIVE_MINUTES:
        sentence = f"Reading and doing take {minutes:.1f} minutes; shorten the text or the exercise."
        yield Flaw(page.file, page.at("do_minutes"), sentence)


@per_lesson("L10", ERROR)
def steps(page: LessonPage, _: Draft) -> Iterator[Flaw]:
    """“Do this” is one list of 2 to 5 whole sentences, with at most one short paragraph beside it."""
    part = page.part("do")
    if part is None:
        return
    tokens = parse(part.text)
    items = [token for token in tokens if token.type == "list_item_open"]
    if _count(tokens, "ordered_list_open") != 1 or not 2 <= len(items) <= 5:
        yield Flaw(page.file, part.line, f"“{part.heading}” needs one numbered list of 2 to 5 steps.")
    beside = [tokens[place + 1].content for place, token in enumerate(tokens) if _paragraph(token)]
    if len(beside) > 1 or any(len(words(plain(text))) > PARAGRAPH for text in beside):
        sentence = f"Beside the steps there is room for one paragraph of {PARAGRAPH} words."
        yield Flaw(page.file, part.line, sentence)
    yield from _unfinished(page, part, tokens)
    for other in page.parts:
        if other is not part and _count(parse(other.text), "ordered_list_open"):
            yield Flaw(page.file, other.line, f"Steps belong into “{part.heading}”, not here.")


def _count(tokens: list[Token], kind: str) -> int:
    return sum(token.type == kind for token in tokens)


def _paragraph(token: Token) -> bool:
    return token.type == "paragraph_open" and token.level == 0


def _unfinished(page: LessonPage, part: Part, tokens: list[Token]) -> Iterator[Flaw]:
    for place, token in enumerate(tokens):
        if token.type == "list_item_open" and tokens[place + 1].type == "paragraph_open":
            text = plain(tokens[place + 2].content)
            begins = next(iter(words(text)), "a")[0]
            if begins.islower() or text[-1:] not in _STEP_ENDS:
                sentence = "A step begins with a capital and ends with a full stop, question mark or quote."
                yield Flaw(page.file, part.start + (token.map or [0])[0], sentence)


@per_lesson("L11", ERROR, "plan")
def one_plan(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """“When and then” holds exactly one plan in double quotes, speech inside it in single ones."""
    part, form = page.part("plan"), draft.word_lists[page.language].plan
    if part is None or len(form) != 2:
        return
    when, then = form
    pieces = plain(part.text).split('"')
    plan = pieces[1] if len(pieces) == 3 else ""
    if not plan.startswith(f"{when} ") or f", {then} " not in plan:
        sentence = (
            f"Write one plan in double quotes: \"{when} ..., {then} ...\"; speech in it in 'single' ones."
        )
        yield Flaw(page.file, part.start, sentence)


@per_lesson("L12", ERROR)
def one_question(page: LessonPage, _: Draft) -> Iterator[Flaw]:
    """“One question” is one sentence with exactly one question mark."""
    part = page.part("question")
    if part is None:
        return
    asked = part.text.count("?") + part.text.count("？")
    if asked != 1 or len(sentences(part.text)) != 1:
        yield Flaw(page.file, part.start, f"“{part.heading}” is one sentence with one question mark.")
