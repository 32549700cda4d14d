"""Words that a lesson does without, by the lists of its language: L18-L22, L24, L38, L39."""

from collections.abc import Iterator

from app.curriculum.draft import Draft
from app.curriculum.page import LessonPage, Page
from app.curriculum.prose import find, plain, sentences
from app.curriculum.rules.rule import ERROR, WARNING, Flaw, per_lesson, per_page


@per_page("L18", ERROR, "gendered")
def gendered(page: Page, draft: Draft) -> Iterator[Flaw]:
    """No gendered word: the partner is “they”."""
    for line, word in page.found(_list(draft, page, "gendered")):
        yield Flaw(page.file, line, f"“{word}” leaves somebody out; write “they”, “you two” or the name.")


@per_page("L19", ERROR, "pressure")
def pressure(page: Page, draft: Draft) -> Iterator[Flaw]:
    """No guilt and no hurry."""
    for line, word in page.found(_list(draft, page, "pressure")):
        yield Flaw(page.file, line, f"“{word}” presses; a missed day is nothing to speak of.")


@per_page("L20", ERROR, "claims")
def claims(page: Page, draft: Draft) -> Iterator[Flaw]:
    """No claim that a study would have to prove."""
    for line, word in page.found(_list(draft, page, "claims")):
        yield Flaw(page.file, line, f"“{word}” promises too much; say what people tend to do.")


@per_lesson("L21", WARNING, "assumptions")
def assumptions(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """No step that asks for one kind of body without another way; no life taken for granted."""
    for line, word in page.found(_list(draft, page, "assumptions")):
        yield Flaw(page.file, line, f"“{word}” is not in everybody's life; choose what is.")
    part = page.part("do")
    if part is None:
        return
    others = _list(draft, page, "alternatives")
    for offset, step in enumerate(part.text.split("\n")):
        for _, word in find(_list(draft, page, "abilities"), plain(step)):
            if not any(find(others, plain(step))):
                sentence = f"Not everybody can do this (“{word}”); offer another way in the same step."
                yield Flaw(page.file, part.start + offset, sentence)


@per_page("L22", WARNING, "easy")
def easy_words(page: Page, draft: Draft) -> Iterator[Flaw]:
    """No word that calls a thing easy."""
    for line, word in page.found(_list(draft, page, "easy")):
        yield Flaw(page.file, line, f"“{word}” may not be true for the reader; drop it.")


@per_lesson("L24", ERROR, "paces")
def other_paces(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """Nothing that is wrong at another pace: other lessons are named by their day."""
    for line, word in page.found(_list(draft, page, "paces")):
        yield Flaw(page.file, line, f"“{word}” is wrong for whoever reads at another pace; write “Day N”.")


@per_page("L38", WARNING, "spelling")
def spelling(page: Page, draft: Draft) -> Iterator[Flaw]:
    """One variant of spelling in each language."""
    wanted = draft.word_lists[page.language].spelling
    for line, word in page.found(tuple(wanted)):
        yield Flaw(page.file, line, f"Elsewhere “{word}” is spelled “{wanted[word.lower()]}”.")


@per_lesson("L39", WARNING, "you")
def one_you(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """No sentence that speaks to both and to one of them; many languages cannot say it."""
    you = draft.word_lists[page.language].you
    if you is None:
        return
    for part in page.parts:
        for line, one in sentences(part.text):
            both, alone = next(find(you.both, one), None), next(find(you.one, one), None)
            if both and alone:
                told = f"“{both[1]}” and “{alone[1]}” in one sentence: speak to both or to each."
                yield Flaw(page.file, part.start + line, told)


def _list(draft: Draft, page: Page, name: str) -> tuple[str, ...]:
    phrases: tuple[str, ...] = getattr(draft.word_lists[page.language], name)
    return phrases
