"""Lessons that build on one another: L25, L26, L30, L34."""

from collections import Counter
from collections.abc import Iterator, Mapping

from app.core.challenge import LETTERS
from app.curriculum.draft import Draft
from app.curriculum.page import LessonPage
from app.curriculum.prose import plain
from app.curriculum.rules.rule import ERROR, WARNING, Flaw, whole


@whole("L25", ERROR)
def complete(draft: Draft) -> Iterator[Flaw]:
    """One lesson a day, one letter of each kind, and no slug, title, subject or skill twice."""
    flaws = [*_days(draft), *_repeats(draft), *_letters(draft)]
    yield from flaws or _skills(draft)


def _days(draft: Draft) -> Iterator[Flaw]:
    days, seen = draft.plan.value.days, dict[int, LessonPage]()
    for page in draft.originals:
        day = page.matter.day
        if not 1 <= day <= days:
            sentence = f"`day` is {day}, but this challenge has days 1 to {days}."
            yield Flaw(page.file, page.at("day"), sentence)
        if day in seen:
            sentence = f"Day {day} is also {seen[day].stem}.md; give one of them another day."
            yield Flaw(page.file, page.at("day"), sentence)
        seen.setdefault(day, page)
    unread = {finding.file.rpartition("/")[2][:2] for finding in draft.findings}
    for day in range(1, days + 1):
        if day not in seen and f"{day:02}" not in unread:
            sentence = f"Day {day} has no lesson; write {draft.language}/{day:02}-slug.md."
            yield Flaw(draft.file("challenge.yaml"), draft.plan.lines["days"], sentence)


def _repeats(draft: Draft) -> Iterator[Flaw]:
    for field in ("slug", "teaches"):
        yield from _twice(draft.originals, field)
    for language in draft.plan.value.languages:
        pages = tuple(page for page in draft.lessons if page.language == language)
        for field in ("title", "subject"):
            yield from _twice(pages, field)


def _twice(pages: tuple[LessonPage, ...], field: str) -> Iterator[Flaw]:
    first = dict[str, LessonPage]()
    for page in pages:
        said = str(getattr(page.matter if field in ("slug", "teaches") else page.wording, field))
        before = first.setdefault(said.lower(), page)
        if before is not page:
            yield Flaw(
                page.file, page.at(field), f"`{field}` is the same as in {before.stem}.md; change one."
            )


def _letters(draft: Draft) -> Iterator[Flaw]:
    written = {page.matter.kind for page in draft.letters if page.language == draft.language}
    unread = {finding.file.rpartition("/")[2].removesuffix(".md") for finding in draft.findings}
    for kind in sorted(LETTERS - written - unread):
        sentence = f"There is no letter “{kind}”; write {draft.language}/letters/{kind}.md."
        yield Flaw(draft.file("challenge.yaml"), draft.plan.lines["languages"], sentence)


def _skills(draft: Draft) -> Iterator[Flaw]:
    listed = [(skill.id, skill.day) for skill in draft.skills.value]
    if not draft.findings and listed != [(p.matter.teaches, p.matter.day) for p in draft.originals]:
        sentence = "The skills differ from those of the lessons; run `kindling check --write-skills`."
        yield Flaw(draft.file("skills.yaml"), 1, sentence)


@whole("L26", ERROR)
def used_skills(draft: Draft) -> Iterator[Flaw]:
    """What a lesson uses was taught before, `builds_on` says when, and the skill is called by its label."""
    taught = {skill.id: skill.day for skill in draft.skills.value} if draft.findings else {}
    taught |= {page.matter.teaches: page.matter.day for page in reversed(draft.originals)}
    for page in draft.originals:
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
    for page in draft.lessons:
        yield from _recalled(page, draft.labels_in(page.language))
    for language in draft.translations:
        yield from _unlabelled(draft, language)


def _recalled(page: LessonPage, labels: Mapping[str, str]) -> Iterator[Flaw]:
    body = _comparable(page.body)
    for skill in page.matter.uses:
        if skill in labels and _comparable(labels[skill]) not in body:
            sentence = f"The body never says “{labels[skill]}”, the skill it uses; recall it by that name."
            yield Flaw(page.file, page.start, sentence)


def _unlabelled(draft: Draft, language: str) -> Iterator[Flaw]:
    """What <language>/skills.yaml has too little or too much of."""
    file = draft.file(language, "skills.yaml")
    if language not in draft.labels:
        sentence = f"{language}/skills.yaml is missing; until then skills have their {draft.language} labels."
        yield Flaw(draft.file("challenge.yaml"), draft.plan.lines["languages"], sentence, WARNING)
        return
    known, labels = draft.labels_in(draft.language), draft.labels[language]
    for skill in known.keys() - labels.value.keys():
        yield Flaw(file, 1, f"`{skill}` has no label here; add what it is called.")
    for skill in labels.value.keys() - known.keys():
        yield Flaw(file, labels.lines[skill], f"No lesson teaches `{skill}`; correct or remove it.")


def _comparable(text: str) -> str:
    return " ".join(plain(text).lower().replace("-", " ").split())


@whole("L30", ERROR)
def reused_skills(draft: Draft) -> Iterator[Flaw]:
    """Every skill taught early is used again later."""
    arc = draft.plan.value.arc
    used = Counter(skill for page in draft.originals for skill in page.matter.uses)
    for page in draft.originals:
        if (
            arc
            and not draft.findings
            and page.matter.day <= arc.reuse_until
            and not used[page.matter.teaches]
        ):
            sentence = f"No later lesson uses `{page.matter.teaches}`; recall it in one."
            yield Flaw(page.file, page.at("teaches"), sentence)


@whole("L34", ERROR)
def cited(draft: Draft) -> Iterator[Flaw]:
    """Each source of a lesson is in sources.yaml, with its citation and what was seen of it."""
    sources = draft.sources
    for page in draft.originals:
        for key in page.matter.sources:
            if key not in sources.value:
                yield Flaw(
                    page.file, page.at("sources"), f"`{key}` is not in sources.yaml; add or correct it."
                )
    for key, note in sources.value.items():
        if not note.citation.strip() or not note.seen.strip():
            sentence = f"`{key}` needs a citation, and `seen`: what was read, or “from memory”."
            yield Flaw(draft.file("sources.yaml"), sources.lines[key], sentence)
