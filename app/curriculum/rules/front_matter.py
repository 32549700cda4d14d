"""What stands above a lesson: L01-L04, L17, L35."""

import re
import unicodedata
from collections.abc import Iterator

from app.core.challenge import LETTERS
from app.curriculum.draft import Draft
from app.curriculum.page import LessonPage, LetterPage, Page
from app.curriculum.prose import words
from app.curriculum.rules.rule import ERROR, WARNING, Flaw, per_lesson, per_page, whole
from app.curriculum.schema import Wording

LESSON_LENGTHS = {"title": (4, 48), "subject": (8, 48), "preheader": (40, 90), "objective": (20, 120)}
LETTER_LENGTHS = {"subject": (4, 60), "preheader": (4, 90)}
FINAL_SUBJECT = 60


@whole("L01", ERROR)
def fields(draft: Draft) -> Iterator[Flaw]:
    """Front matter parses; every field is there, known and of its type."""
    for finding in draft.findings:
        yield Flaw(finding.file, finding.line, finding.sentence)
    for page in draft.originals:
        yield from _unknown_words(page, draft)


def _unknown_words(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    for field in ("elements", "ways", "distance", "signs"):
        known = getattr(draft.vocabulary, field)
        for word in getattr(page.matter, field):
            if word not in known:
                sentence = f"`{word}` is not among the {field} of vocabulary.yaml ({', '.join(known)})."
                yield Flaw(page.file, page.at(field), sentence)
    if page.matter.language != draft.language:
        sentence = f"`language` is {page.matter.language}, but the file lies in {draft.language}/."
        yield Flaw(page.file, page.at("language"), sentence)


@per_page("L02", ERROR)
def file_name(page: Page, _: Draft) -> Iterator[Flaw]:
    """A lesson's file is called `NN-slug.md` after its day, a letter's after its kind."""
    if isinstance(page, LessonPage):
        wanted = f"{page.matter.day:02}-{page.matter.slug}"
        if page.stem != wanted:
            yield Flaw(page.file, page.at("slug"), f"By day and slug this file should be called {wanted}.md.")
    if isinstance(page, LetterPage):
        if page.matter.kind not in LETTERS:
            known = ", ".join(sorted(LETTERS))
            yield Flaw(page.file, page.at("kind"), f"There is no letter of this kind; use one of {known}.")
        elif page.stem != page.matter.kind:
            yield Flaw(page.file, page.at("kind"), f"This letter should be called {page.matter.kind}.md.")


@per_page("L03", ERROR, "objective")
def lines_in_the_inbox(page: Page, draft: Draft) -> Iterator[Flaw]:
    """Title, subject, preheader and objective keep their lengths and do not shout."""
    lengths = LESSON_LENGTHS if isinstance(page, LessonPage) else LETTER_LENGTHS
    for field, text in page.fields.items():
        fewest, most = lengths[field]
        if not fewest <= len(text) <= most:
            sentence = f"`{field}` has {len(text)} characters; use {fewest} to {most}."
            yield Flaw(page.file, page.at(field), sentence)
        for fault in _shouting(text):
            yield Flaw(page.file, page.at(field), f"`{field}` has {fault}; write it plainly.")
    if isinstance(page, LessonPage):
        yield from _final_subject(page)
        yield from _objective(page, draft.word_lists[page.language].objective)


def _shouting(text: str) -> Iterator[str]:
    if not text.isprintable():
        yield "a line break or an invisible character"
    if "!" in text:
        yield "an exclamation mark"
    if any(unicodedata.category(character) in ("So", "Sk", "Co") for character in text):
        yield "an emoji or a symbol"
    if loud := [word for word in words(text) if len(word) > 1 and word.isupper() and word.isalpha()]:
        yield f"a word in capitals ({loud[0]})"
    if re.match(r"(re|fwd?)\s*:", text, re.IGNORECASE):
        yield "a mark of a reply or forward"


def _final_subject(page: LessonPage) -> Iterator[Flaw]:
    final = f"Day {page.matter.day}: {page.wording.subject}"
    if len(final) > FINAL_SUBJECT:
        sentence = f"In the inbox the subject has {len(final)} characters; use at most {FINAL_SUBJECT}."
        yield Flaw(page.file, page.at("subject"), sentence)


def _objective(page: LessonPage, beginnings: tuple[str, ...]) -> Iterator[Flaw]:
    if beginnings and not page.wording.objective.startswith(beginnings):
        sentence = f"`objective` begins with none of: {', '.join(beginnings)}."
        yield Flaw(page.file, page.at("objective"), sentence)


@per_page("L04", ERROR)
def subject_and_preheader(page: Page, _: Draft) -> Iterator[Flaw]:
    """Subject and preheader hold no placeholder; the preheader does not repeat the subject."""
    for field, text in page.fields.items():
        if "{{" in text or "{%" in text:
            yield Flaw(page.file, page.at(field), f"`{field}` cannot hold a placeholder; say it without.")
    if _beginning(page.fields["subject"]) == _beginning(page.fields["preheader"]):
        sentence = "The preheader begins like the subject; let it add something."
        yield Flaw(page.file, page.at("preheader"), sentence)


def _beginning(text: str) -> list[str]:
    return [word.lower() for word in words(text)][:3]


@per_lesson("L17", ERROR)
def images(page: LessonPage, _: Draft) -> Iterator[Flaw]:
    """An image comes with 8 to 120 characters of `image_alt`, or is declared decorative."""
    matter = page.matter
    described = matter.image_alt is not None and 8 <= len(matter.image_alt) <= 120
    decorative = matter.image_decorative and not matter.image_alt
    if matter.image and not described and not decorative:
        sentence = "Say what the image shows in `image_alt` (8 to 120 characters)."
        yield Flaw(page.file, page.at("image"), sentence)
    if not matter.image and (matter.image_alt is not None or matter.image_decorative):
        yield Flaw(page.file, page.at("image_alt"), "There is no `image` to describe; add it or drop this.")


@whole("L35", ERROR)
def translations(draft: Draft) -> Iterator[Flaw]:
    """A translation says only what is worded; all else comes from the first language."""
    for language in draft.translations:
        yield from _cover(draft, language)
    own = set(Wording.model_fields)
    for page in draft.lessons:
        if page.language != draft.language:
            for field in sorted(str(key) for key in page.lines.keys() - own):
                sentence = f"`{field}` comes from {draft.language}/; remove it here."
                yield Flaw(page.file, page.at(field), sentence)
    for folder in sorted(path.parent for path in draft.folder.glob("*/[0-9]*.md")):
        if folder.name not in draft.plan.value.languages:
            sentence = f"{folder.name}/ is not among the `languages`, so nobody reads its lessons."
            yield Flaw(draft.file("challenge.yaml"), draft.plan.lines["languages"], sentence, WARNING)


def _cover(draft: Draft, language: str) -> Iterator[Flaw]:
    """Whether <language>/challenge.yaml words every phase, and no other."""
    if language not in draft.plan_words:
        sentence = (
            f"{language}/challenge.yaml is missing; until then the course has its {draft.language} title."
        )
        yield Flaw(draft.file("challenge.yaml"), draft.plan.lines["languages"], sentence, WARNING)
        return
    worded, phases = draft.plan_words[language], {phase.key for phase in draft.plan.value.phases}
    for key in sorted(phases ^ worded.value.phases.keys()):
        told = "is not worded; add it" if key in phases else "is no phase of this challenge; remove it"
        yield Flaw(draft.file(language, "challenge.yaml"), worded.lines["phases"], f"`{key}` {told}.")
