"""Lessons that build on one another: L25, L26, L30, L34."""

from collections import Counter
from collections.abc import Iterator

from app.curriculum.manuscript import Manuscript
from app.curriculum.page import LessonPage
from app.curriculum.prose import plain
from app.curriculum.rules.front_matter import LETTER_KINDS
from app.curriculum.rules.rule import ERROR, Flaw, whole


@whole("L25", ERROR)
def complete(manuscript: Manuscript) -> Iterator[Flaw]:
    """One lesson a day, one letter of each kind, and no slug, title, subject or skill twice."""
    yield from _days(manuscript)
    for field in ("slug", "teaches"):
        yield from _twice(manuscript.originals, field)
    for language in manuscript.plan.value.languages:
        pages = tuple(page for page in manuscript.lessons if page.language == language)
        for field in ("title", "subject"):
            yield from _twice(pages, field)
    yield from _letters(manuscript)
    yield from _skills(manuscript)


def _days(manuscript: Manuscript) -> Iterator[Flaw]:
    days, seen = manuscript.plan.value.days, dict[int, LessonPage]()
    for page in manuscript.originals:
        day = page.matter.day
        if not 1 <= day <= days:
            sentence = f"`day` is {day}, but this challenge has days 1 to {days}."
            yield Flaw(page.file, page.at("day"), sentence)
        if day in seen:
            sentence = f"Day {day} is also {seen[day].stem}.md; give one of them another day."
            yield Flaw(page.file, page.at("day"), sentence)
        seen.setdefault(day, page)
    unread = {finding.file.rpartition("/")[2][:2] for finding in manuscript.findings}
    for day in range(1, days + 1):
        if day not in seen and f"{day:02}" not in unread:
            sentence = f"Day {day} has no lesson; write {manuscript.language}/{day:02}-slug.md."
            yield Flaw(manuscript.file("challenge.yaml"), manuscript.plan.lines["days"], sentence)


def _twice(pages: tuple[LessonPage, ...], field: str) -> Iterator[Flaw]:
    first = dict[str, LessonPage]()
    for page in pages:
        said = str(getattr(page.matter if field in ("slug", "teaches") else page.wording, field))
        before = first.setdefault(said.lower(), page)
        if before is not page:
            yield Flaw(
                page.file, page.at(field), f"`{field}` is the same as in {before.stem}.md; change one."
            )


def _letters(manuscript: Manuscript) -> Iterator[Flaw]:
    written = {page.matter.kind for page in manuscript.letters if page.language == manuscript.language}
    unread = {finding.file.rpartition("/")[2].removesuffix(".md") for finding in manuscript.findings}
    for kind in sorted(LETTER_KINDS - written - unread):
        sentence = f"There is no letter “{kind}”; write {manuscript.language}/letters/{kind}.md."
        yield Flaw(manuscript.file("challenge.yaml"), manuscript.plan.lines["languages"], sentence)


def _skills(manuscript: Manuscript) -> Iterator[Flaw]:
    listed = [(skill.id, skill.day) for skill in manuscript.skills.value]
    if not manuscript.findings and listed != [(p.matter.teaches, p.matter.day) for p in manuscript.originals]:
        sentence = "The skills differ from those of the lessons; run `kindling check --write-skills`."
        yield Flaw(manuscript.file("skills.yaml"), 1, sentence)


@whole("L26", ERROR)
def used_skills(manuscript: Manuscript) -> Iterator[Flaw]:
    """What a lesson uses was taught before, `builds_on` says when, and the skill is called by its label."""
    taught = {page.matter.teaches: page.matter.day for page in reversed(manuscript.originals)}
    for page in manuscript.originals:
        own = page.matter
        for skill in own.uses:
            if taught.get(skill, own.day) >= own.day:
                yield Flaw(page.file, page.at("uses"), f"`{skill}` is not taught on an earlier day.")
        days = sorted({taught[skill] for skill in own.uses if skill in taught})
        if own.builds_on != days:
            sentence = f"`builds_on` should be {days}, the days that teach what is used."
            yield Flaw(page.file, page.at("builds_on"), sentence)
        if not own.uses and own.day > 1:
            yield Flaw(page.file, page.at("uses"), "Only Day 1 stands alone; use a skill of an earlier day.")
        yield from _labels(page, manuscript)


def _labels(page: LessonPage, manuscript: Manuscript) -> Iterator[Flaw]:
    labels = {skill.id: skill.label for skill in manuscript.skills.value}
    body = _comparable(page.body)
    for skill in page.matter.uses:
        if skill in labels and _comparable(labels[skill]) not in body:
            sentence = f"The body never says “{labels[skill]}”, the skill it uses; recall it by that name."
            yield Flaw(page.file, page.start, sentence)


def _comparable(text: str) -> str:
    return " ".join(plain(text).lower().replace("-", " ").split())


@whole("L30", ERROR)
def reused_skills(manuscript: Manuscript) -> Iterator[Flaw]:
    """Every skill taught early is used again later."""
    arc = manuscript.plan.value.arc
    used = Counter(skill for page in manuscript.originals for skill in page.matter.uses)
    for page in manuscript.originals:
        if arc and page.matter.day <= arc.reuse_until and not used[page.matter.teaches]:
            sentence = f"No later lesson uses `{page.matter.teaches}`; recall it in one."
            yield Flaw(page.file, page.at("teaches"), sentence)


@whole("L34", ERROR)
def cited(manuscript: Manuscript) -> Iterator[Flaw]:
    """Each source of a lesson is in sources.yaml, with its citation and what was seen of it."""
    sources = manuscript.sources
    for page in manuscript.originals:
        for key in page.matter.sources:
            if key not in sources.value:
                yield Flaw(
                    page.file, page.at("sources"), f"`{key}` is not in sources.yaml; add or correct it."
                )
    for key, note in sources.value.items():
        if not note.citation.strip() or not note.seen.strip():
            sentence = f"`{key}` needs a citation, and `seen`: what was read, or “from memory”."
            yield Flaw(manuscript.file("sources.yaml"), sources.lines[key], sentence)
