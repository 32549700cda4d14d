"""Read a folder of lessons into a Challenge; what would break a course is refused by file and line."""

from collections.abc import Mapping
from datetime import time
from pathlib import Path

from app.core.challenge import Challenge, Cover, Heading, Lesson, Letter, Phase, Section, english
from app.curriculum.draft import Draft, read_draft
from app.curriculum.finding import Unreadable
from app.curriculum.page import LessonPage, LetterPage
from app.curriculum.rules import STRUCTURE
from app.curriculum.schema import Plan, PlanWords


def read_challenges(folder: Path, heading: Heading = english) -> Mapping[str, Challenge]:
    """Every challenge beneath `lessons/`, by its slug, which is its folder's name."""
    plans = sorted(folder.glob("*/challenge.yaml"))
    return {plan.parent.name: read_challenge(plan.parent, heading) for plan in plans}


def read_challenge(folder: Path, heading: Heading = english, *, unready: bool = False) -> Challenge:
    """The challenge in a folder; CourseError where its structure does not hold."""
    return challenge_of(read_draft(folder, heading), unready=unready)


def challenge_of(draft: Draft, *, unready: bool = False) -> Challenge:
    """What a draft tells; with `unready` also by the translations that are not to be sent yet."""
    _refuse_broken(draft)
    plan = draft.plan.value
    return Challenge(
        slug=draft.folder.resolve().name,
        title=plan.title,
        blurb=plan.blurb,
        languages=tuple(plan.languages),
        phases=tuple(Phase(one.key, one.days[0], one.days[1], one.title, one.line) for one in plan.phases),
        covers={language: _cover(plan, filled.value) for language, filled in draft.plan_words.items()},
        lessons={(page.language, page.matter.slug): _lesson(page, draft) for page in _told(draft, unready)},
        letters={(page.language, page.matter.kind): _letter(page) for page in draft.letters},
        sources={key: note.citation for key, note in draft.sources.value.items()},
        hour=time.fromisoformat(plan.hour),
    )


def _refuse_broken(draft: Draft) -> None:
    findings = [finding for rule in STRUCTURE for finding in rule.findings(draft)]
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        raise Unreadable(*errors)


def _told(draft: Draft, unready: bool) -> tuple[LessonPage, ...]:
    """A translation is read once it is ready; until then its lesson falls back to the first language."""
    return tuple(
        page
        for page in draft.lessons
        if unready or page.language == draft.language or page.wording.status == "ready"
    )


def _cover(plan: Plan, words: PlanWords) -> Cover:
    phases = (
        Phase(one.key, one.days[0], one.days[1], said.title, said.line)
        for one in plan.phases
        for said in [words.phases.get(one.key, one)]
    )
    return Cover(words.title, words.blurb, tuple(phases))


def _lesson(page: LessonPage, draft: Draft) -> Lesson:
    own, matter = page.wording, page.matter
    labels = {**draft.labels_in(draft.language), **draft.labels_in(page.language)}
    return Lesson(
        day=matter.day,
        slug=matter.slug,
        language=page.language,
        title=own.title,
        subject=own.subject,
        preheader=own.preheader,
        objective=own.objective,
        phase=matter.phase,
        teaches=matter.teaches,
        label=labels[matter.teaches],
        uses=tuple(matter.uses),
        care=tuple(matter.care),
        sources=tuple(matter.sources),
        do_minutes=matter.do_minutes,
        sections=tuple(Section(part.key, part.text) for part in page.parts if part.key),
        digest=page.digest,
    )


def _letter(page: LetterPage) -> Letter:
    own = page.matter
    return Letter(own.kind, page.language, own.subject, own.preheader, page.body.strip())
