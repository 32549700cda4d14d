"""Read a folder of lessons into a Challenge; what would break a course is refused by file and line."""

from collections.abc import Mapping
from datetime import time
from pathlib import Path

from app.core.challenge import Challenge, Heading, Lesson, Letter, Phase, Section, english
from app.curriculum.draft import Draft, read_draft
from app.curriculum.finding import Unreadable
from app.curriculum.page import LessonPage, LetterPage
from app.curriculum.rules import STRUCTURE


def read_challenges(folder: Path, heading: Heading = english) -> Mapping[str, Challenge]:
    """Every challenge beneath `lessons/`, by its slug, which is its folder's name."""
    plans = sorted(folder.glob("*/challenge.yaml"))
    return {plan.parent.name: read_challenge(plan.parent, heading) for plan in plans}


def read_challenge(folder: Path, heading: Heading = english) -> Challenge:
    """The challenge in a folder; CourseError where its structure does not hold."""
    draft = read_draft(folder, heading)
    _refuse_broken(draft)
    plan, labels = draft.plan.value, {skill.id: skill.label for skill in draft.skills.value}
    return Challenge(
        slug=folder.resolve().name,
        title=plan.title,
        blurb=plan.blurb,
        languages=tuple(plan.languages),
        phases=tuple(Phase(one.key, one.days[0], one.days[1], one.title, one.line) for one in plan.phases),
        lessons={(page.language, page.matter.slug): _lesson(page, labels) for page in _told(draft)},
        letters={(page.language, page.matter.kind): _letter(page) for page in draft.letters},
        sources={key: note.citation for key, note in draft.sources.value.items()},
        hour=time.fromisoformat(plan.hour),
    )


def _refuse_broken(draft: Draft) -> None:
    findings = [finding for rule in STRUCTURE for finding in rule.findings(draft)]
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        raise Unreadable(*errors)


def _told(draft: Draft) -> tuple[LessonPage, ...]:
    """A translation is read once it is ready; until then its lesson falls back to the first language."""
    return tuple(
        page for page in draft.lessons if page.language == draft.language or page.wording.status == "ready"
    )


def _lesson(page: LessonPage, labels: Mapping[str, str]) -> Lesson:
    own, matter = page.wording, page.matter
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
