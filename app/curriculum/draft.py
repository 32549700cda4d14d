"""Draft: a challenge as it lies in its folder, before anybody vouches for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from app.core.challenge import Heading
from app.curriculum.file import read_text
from app.curriculum.finding import Finding
from app.curriculum.form import Filled, T, fill
from app.curriculum.page import LessonPage, LetterPage, Page
from app.curriculum.pages import read_pages
from app.curriculum.schema import (
    LABELS,
    PLAN,
    PLAN_WORDS,
    SKILLS,
    SOURCES,
    VOCABULARY,
    Plan,
    PlanWords,
    Skill,
    SourceNote,
    Vocabulary,
)
from app.curriculum.wordlists import WORD_LISTS, WordLists


@dataclass(frozen=True)
class Draft:
    """All that could be read; `findings` tell what could not. The first of the languages is complete.

    `plan_words` and `labels` (of skills, by id) are those of the other languages, as far as they have any.
    """

    folder: Path
    heading: Heading
    plan: Filled[Plan]
    vocabulary: Vocabulary
    sources: Filled[dict[str, SourceNote]]
    skills: Filled[list[Skill]]
    plan_words: Mapping[str, Filled[PlanWords]]
    labels: Mapping[str, Filled[dict[str, str]]]
    word_lists: Mapping[str, WordLists]
    originality: frozenset[str] | None
    pages: tuple[Page, ...]
    findings: tuple[Finding, ...]

    @property
    def language(self) -> str:
        return self.plan.value.languages[0]

    @property
    def lessons(self) -> tuple[LessonPage, ...]:
        return tuple(page for page in self.pages if isinstance(page, LessonPage))

    @property
    def letters(self) -> tuple[LetterPage, ...]:
        return tuple(page for page in self.pages if isinstance(page, LetterPage))

    @property
    def originals(self) -> tuple[LessonPage, ...]:
        """The lessons of the first language in the order of their days."""
        first = (page for page in self.lessons if page.language == self.language)
        return tuple(sorted(first, key=lambda page: (page.matter.day, page.stem)))

    @property
    def translations(self) -> tuple[str, ...]:
        return tuple(self.plan.value.languages[1:])

    def labels_in(self, language: str) -> Mapping[str, str]:
        """What the skills are called in a language, by id."""
        if language == self.language:
            return {skill.id: skill.label for skill in self.skills.value}
        return self.labels[language].value if language in self.labels else {}

    def file(self, *names: str) -> str:
        return str(self.folder.joinpath(*names))


def read_draft(folder: Path, heading: Heading) -> Draft:
    """Unreadable where a file of the challenge itself is; a broken page is told among the findings."""
    plan = _filled(folder, "challenge.yaml", PLAN)
    first, *others = plan.value.languages
    pages, findings = read_pages(folder, [first, *others], heading)
    return Draft(
        folder=folder,
        heading=heading,
        plan=plan,
        vocabulary=_filled(folder, "vocabulary.yaml", VOCABULARY).value,
        sources=_filled(folder, "sources.yaml", SOURCES),
        skills=_filled(folder, "skills.yaml", SKILLS),
        plan_words=_each(folder, others, "challenge.yaml", PLAN_WORDS),
        labels=_each(folder, others, "skills.yaml", LABELS),
        word_lists={language: _word_lists(folder, language) for language in (first, *others)},
        originality=_originality(folder),
        pages=pages,
        findings=findings,
    )


def _filled(folder: Path, name: str, form: TypeAdapter[T]) -> Filled[T]:
    path = folder / name
    return fill(read_text(path, folder), form, str(path))


def _each(folder: Path, languages: list[str], name: str, form: TypeAdapter[T]) -> dict[str, Filled[T]]:
    """A file of each language, where there is one."""
    return {
        language: _filled(folder, f"{language}/{name}", form)
        for language in languages
        if (folder / language / name).exists()
    }


def _word_lists(folder: Path, language: str) -> WordLists:
    if not (folder / language / "rules.yaml").exists():
        return WordLists()
    return _filled(folder, f"{language}/rules.yaml", WORD_LISTS).value


def _originality(folder: Path) -> frozenset[str] | None:
    """Fingerprints of texts not to be repeated, shared by all challenges beside each other."""
    path = folder.parent / "originality.txt"
    if not path.exists():
        return None
    lines = read_text(path, folder.parent).split("\n")
    return frozenset(line for line in lines if line and not line.startswith("#"))
