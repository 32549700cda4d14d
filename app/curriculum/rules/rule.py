"""Rule: a number, a severity, what it means, and how it looks at a draft."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.curriculum.draft import Draft
from app.curriculum.finding import Finding, Severity
from app.curriculum.page import LessonPage, Page

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True)
class Flaw:
    """What is wrong in one line, in a writer's words; `severity` where it is not the rule's own."""

    file: str
    line: int
    sentence: str
    severity: Severity | None = None


Look = Callable[[Draft], Iterator[Flaw]]


@dataclass(frozen=True)
class Rule:
    """`words` names the list of rules.yaml without which the rule is not (or not wholly) applied."""

    number: str
    severity: Severity
    meaning: str
    look: Look
    words: str = ""

    def findings(self, draft: Draft) -> Iterator[Finding]:
        for flaw in self.look(draft):
            yield Finding(self.number, flaw.severity or self.severity, flaw.file, flaw.line, flaw.sentence)
        for language, lists in draft.word_lists.items():
            if self.words and not lists.has(self.words):
                file = draft.file(language, "rules.yaml")
                yield Finding(self.number, Severity.NOTE, file, 1, f"Without `{self.words}` this is skipped.")


def whole(number: str, severity: Severity, words: str = "") -> Callable[[Look], Rule]:
    """A rule about the set; its docstring is its meaning."""
    return lambda look: Rule(number, severity, look.__doc__ or "", look, words)


def per_page(
    number: str, severity: Severity, words: str = ""
) -> Callable[[Callable[[Page, Draft], Iterator[Flaw]]], Rule]:
    """A rule about each lesson and each letter."""

    def made(look: Callable[[Page, Draft], Iterator[Flaw]]) -> Rule:
        def all_pages(draft: Draft) -> Iterator[Flaw]:
            for page in draft.pages:
                yield from look(page, draft)

        return Rule(number, severity, look.__doc__ or "", all_pages, words)

    return made


def per_lesson(
    number: str, severity: Severity, words: str = ""
) -> Callable[[Callable[[LessonPage, Draft], Iterator[Flaw]]], Rule]:
    """A rule about each lesson in each language."""

    def made(look: Callable[[LessonPage, Draft], Iterator[Flaw]]) -> Rule:
        def all_lessons(draft: Draft) -> Iterator[Flaw]:
            for lesson in draft.lessons:
                yield from look(lesson, draft)

        return Rule(number, severity, look.__doc__ or "", all_lessons, words)

    return made
