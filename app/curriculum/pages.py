"""Read the Markdown files of a challenge into pages: split at `---`, sections by their headings."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.core.challenge import HEADINGS, Heading
from app.curriculum.file import digest, read_text
from app.curriculum.finding import Finding, Unreadable, unreadable
from app.curriculum.form import fill
from app.curriculum.page import LessonPage, LetterPage, Page, Part
from app.curriculum.schema import LESSON, LETTER, TRANSLATION, LessonMatter, Wording

P = TypeVar("P", bound=Page)
_FENCE = "---"
_H2 = re.compile(r"^## (.*?)\s*$")


def read_pages(
    folder: Path, languages: list[str], heading: Heading
) -> tuple[tuple[Page, ...], tuple[Finding, ...]]:
    """Every lesson and letter that can be read, and why the others cannot."""
    findings: list[Finding] = []
    pages: list[Page] = []
    originals: dict[str, LessonMatter] | None = None
    for language in languages:
        lesson = partial(_lesson, folder, language, heading, originals)
        lessons = list(_each(folder / language, lesson, findings))
        pages += lessons
        pages += _each(folder / language / "letters", partial(_letter, folder, language), findings)
        originals = originals or {page.stem: page.matter for page in lessons}
    return tuple(pages), tuple(findings)


def _each(folder: Path, read: Callable[[Path], P], findings: list[Finding]) -> Iterator[P]:
    for path in sorted(folder.glob("[!.]*.md")):
        try:
            yield read(path)
        except Unreadable as error:
            findings += error.findings


def _lesson(
    folder: Path,
    language: str,
    heading: Heading,
    originals: Mapping[str, LessonMatter] | None,
    path: Path,
) -> LessonPage:
    """A lesson of the first language where there are no originals yet, else its translation."""
    text = read_text(path, folder)
    front, start, body = _split(text, str(path))
    lines, wording, matter = _matter(front, path, originals)
    return LessonPage(
        file=str(path),
        stem=path.stem,
        language=language,
        digest=digest(text),
        lines=lines,
        start=start,
        body=body,
        wording=wording,
        matter=matter,
        parts=tuple(_parts(body, start, language, heading)),
    )


def _matter(
    front: str, path: Path, originals: Mapping[str, LessonMatter] | None
) -> tuple[Mapping[str | int, int], Wording, LessonMatter]:
    if originals is None:
        own = fill(front, LESSON, str(path), 2)
        return own.lines, own.value, own.value
    wording = fill(front, TRANSLATION, str(path), 2)
    if path.stem not in originals:
        raise unreadable(str(path), 1, "The first language has no readable lesson of this name.")
    return wording.lines, wording.value, originals[path.stem]


def _letter(folder: Path, language: str, path: Path) -> LetterPage:
    text = read_text(path, folder)
    front, start, body = _split(text, str(path))
    matter = fill(front, LETTER, str(path), 2)
    return LetterPage(str(path), path.stem, language, digest(text), matter.lines, start, body, matter.value)


def _split(text: str, file: str) -> tuple[str, int, str]:
    """The front matter, the line where the body begins, and the body."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise unreadable(file, 1, "The first line is not `---`; front matter comes first.")
    ends = [number for number, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE]
    if not ends:
        raise unreadable(file, 1, "The front matter has no end; close it with a line `---`.")
    return "\n".join(lines[1 : ends[0]]), ends[0] + 2, "\n".join(lines[ends[0] + 1 :])


def _parts(body: str, start: int, language: str, heading: Heading) -> Iterator[Part]:
    """The sections of a body; what stands before the first heading is a part without one."""
    keys = {heading(key, language): key for key in HEADINGS}
    title, line, gathered = "", start, list[str]()
    for number, written in enumerate([*body.split("\n"), "## "], start):
        if match := _H2.match(written):
            if title or "".join(gathered).strip():
                yield _part(keys.get(title), title, line, gathered)
            title, line, gathered = match[1], number, []
        else:
            gathered.append(written)


def _part(key: str | None, title: str, line: int, gathered: list[str]) -> Part:
    blank = next((place for place, text in enumerate(gathered) if text.strip()), 0)
    return Part(key, title, line, line + 1 + blank, "\n".join(gathered).strip())
