"""Page: one Markdown file of a challenge, front matter and body, with its lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.curriculum import prose
from app.curriculum.schema import LessonMatter, LetterMatter, Wording


@dataclass(frozen=True)
class Part:
    """One section as written. `key` is None where its heading is none of the anatomy.

    `line` is the heading's, `start` that of the first line of `text`.
    """

    key: str | None
    heading: str
    line: int
    start: int
    text: str


@dataclass(frozen=True)
class Page:
    """`file` is how to find it, `stem` its name without `.md`; `body` begins at line `start`."""

    file: str
    stem: str
    language: str
    digest: str
    lines: Mapping[str | int, int]
    start: int
    body: str

    @property
    def fields(self) -> Mapping[str, str]:
        """The authored strings of the front matter that a reader will see."""
        raise NotImplementedError

    def at(self, field: str) -> int:
        return self.lines.get(field, 1)

    @property
    def passages(self) -> tuple[tuple[int, str], ...]:
        """The body, in pieces that read on their own, with the line where each begins."""
        return ((self.start, self.body),)

    @cached_property
    def texts(self) -> tuple[tuple[int, str], ...]:
        """What is read, with the line where it begins: the fields, then the body, without markup."""
        fields = [(self.at(name), text) for name, text in self.fields.items()]
        return tuple((line, prose.plain(text)) for line, text in (*fields, *self.passages))

    def found(self, phrases: tuple[str, ...]) -> Iterator[tuple[int, str]]:
        """Where any of the phrases occurs: its line and the words as written."""
        for first_line, text in self.texts:
            yield from ((first_line + line, words) for line, words in prose.find(phrases, text))


@dataclass(frozen=True)
class LessonPage(Page):
    """`matter` is the first language's; `wording` is this page's own (the same object there)."""

    wording: Wording
    matter: LessonMatter
    parts: tuple[Part, ...]

    @property
    def fields(self) -> Mapping[str, str]:
        own = self.wording
        return {
            "title": own.title,
            "subject": own.subject,
            "preheader": own.preheader,
            "objective": own.objective,
        }

    @property
    def passages(self) -> tuple[tuple[int, str], ...]:
        return tuple((part.start, part.text) for part in self.parts)

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)

    @property
    def words(self) -> int:
        return sum(len(prose.words(prose.plain(part.text))) for part in self.parts)


@dataclass(frozen=True)
class LetterPage(Page):
    matter: LetterMatter

    @property
    def fields(self) -> Mapping[str, str]:
        return {"subject": self.matter.subject, "preheader": self.matter.preheader}
