"""Words of our own: L27-L29. What must not be repeated is known by fingerprints (`hashes`)."""

from collections.abc import Callable, Iterator
from hashlib import sha256

from app.curriculum.draft import Draft
from app.curriculum.page import LessonPage, Page
from app.curriculum.prose import numbered_words, plain, runs, words
from app.curriculum.rules.rule import ERROR, NOTE, WARNING, Flaw, per_page, whole

LONGEST_TERM = 6
"""Words in a coined term."""


def hashes(text: str, run: int) -> set[str]:
    """The fingerprints of all runs of `run` words in a text.

    This is how a text is listed in `lessons/originality.txt`, and a coined term in `coined` of rules.yaml,
    without being repeated there. To add a text, add what `hashes(text, 5) | hashes(text, 7)` gives, sorted.
    """
    return {fingerprint(one) for one in runs([word.lower() for word in words(plain(text))], run)}


def fingerprint(run: str) -> str:
    return sha256(run.encode()).hexdigest()[:16]


@per_page("L27", ERROR, "coined")
def coined_terms(page: Page, draft: Draft) -> Iterator[Flaw]:
    """No name or coined term of somebody else's programme, nor one that the first language avoids."""
    coined = frozenset(draft.word_lists[page.language].coined + draft.word_lists[draft.language].coined)
    for length in range(1, LONGEST_TERM + 1) if coined else ():
        for line, run in _known(page, length, lambda run: fingerprint(run) in coined):
            yield Flaw(page.file, line, f"“{run}” is somebody else's term; use words of your own.")


@whole("L28", ERROR)
def repeats_a_listed_text(draft: Draft) -> Iterator[Flaw]:
    """No 7 words in a row of a text listed in originality.txt; 5 are a warning."""
    listed = draft.originality
    if listed is None:
        file = str(draft.folder.parent / "originality.txt")
        yield Flaw(file, 1, "Without this list of fingerprints nothing is compared.", NOTE)
        return
    for page in draft.pages:
        told: list[str] = []
        for length, severity in ((7, ERROR), (5, WARNING)):
            for line, run in _known(page, length, lambda run: fingerprint(run) in listed):
                if not any(run in longer for longer in told):
                    told.append(run)
                    yield Flaw(page.file, line, f"“{run}” stands in a listed text; say it anew.", severity)


@whole("L29", WARNING, "formulae")
def repeats_another_lesson(draft: Draft) -> Iterator[Flaw]:
    """No 6 words in a row that stand in another lesson, except formulae and the labels of skills."""
    for language, lists in draft.word_lists.items():
        meant = (*lists.formulae, *draft.labels_in(language).values())
        formulae = [" ".join(words(plain(one).lower())) for one in meant]
        first: dict[str, str] = {}
        for page in draft.lessons:
            if page.language == language:
                yield from _repeated(page, first, formulae)


def _repeated(page: LessonPage, first: dict[str, str], formulae: list[str]) -> Iterator[Flaw]:
    """`first` remembers the lesson in which each run stood first."""

    def elsewhere(run: str) -> bool:
        return first.setdefault(run, page.stem) != page.stem and not _excused(run, formulae)

    for line, run in _known(page, 6, elsewhere):
        yield Flaw(page.file, line, f"“{run}” also stands in {first[run]}.md; say it anew.")


def _excused(run: str, formulae: list[str]) -> bool:
    """A run with a number recalls a day; one within a formula, or with two words more than it, is meant."""
    return any(map(str.isdigit, run.split())) or any(
        run in one or (one in run and len(run.split()) - len(one.split()) <= 2) for one in formulae
    )


def _known(page: Page, length: int, known: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """Runs of words that are known, with their line; of overlapping ones only the first."""
    for first_line, text in page.texts:
        read = numbered_words(text, first_line)
        before = False
        for (_, line), run in zip(read, runs([word for word, _ in read], length), strict=False):
            now = known(run)
            if now and not before:
                yield line, run
            before = now
