"""The shape of the whole, as far as challenge.yaml declares one: L31-L33."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from app.curriculum.draft import Draft
from app.curriculum.page import LessonPage
from app.curriculum.rules.rule import ERROR, Flaw, whole
from app.curriculum.schema import Arc


@whole("L31", ERROR)
def coverage(draft: Draft) -> Iterator[Flaw]:
    """Every element leads, and every way, distance and sign occurs, on as many days as promised."""
    arc = draft.plan.value.arc
    if arc is None or draft.findings:
        return
    matters = [page.matter for page in draft.originals]
    counted = {
        "elements": Counter(matter.elements[0] for matter in matters),
        "ways": Counter(way for matter in matters for way in matter.ways),
        "distance": Counter(code for matter in matters for code in matter.distance),
        "signs": Counter(sign for matter in matters for sign in matter.signs),
    }
    for field, days in counted.items():
        wanted = getattr(arc.coverage, field)
        for word in getattr(draft.vocabulary, field):
            if days[word] < wanted:
                sentence = (
                    f"`{word}` ({field}) is met on {days[word]} days; this challenge promises {wanted}."
                )
                yield Flaw(draft.file("challenge.yaml"), draft.plan.lines["arc"], sentence)


@whole("L32", ERROR)
def pacing(draft: Draft) -> Iterator[Flaw]:
    """No three days of one mode in a row; deep days late and apart; conflict only where it is prepared."""
    arc, pages = draft.plan.value.arc, draft.originals
    for first, second, third in zip(pages, pages[1:], pages[2:], strict=False):
        if first.matter.mode == second.matter.mode == third.matter.mode:
            sentence = f"This is the third day of `{third.matter.mode}` in a row; change the exercise."
            yield Flaw(third.file, third.at("mode"), sentence)
    for before, page in pairwise(pages):
        if before.matter.intensity == page.matter.intensity == 3:
            yield Flaw(page.file, page.at("intensity"), "Two days of intensity 3 cannot follow each other.")
    if arc:
        yield from (flaw for page in pages for flaw in _too_early(page, arc))


def _too_early(page: LessonPage, arc: Arc) -> Iterator[Flaw]:
    first, last = arc.conflict
    if page.matter.intensity == 3 and page.matter.day < arc.deep_from:
        sentence = f"Intensity 3 comes not before Day {arc.deep_from}."
        yield Flaw(page.file, page.at("intensity"), sentence)
    if "conflict" in page.matter.care and not first <= page.matter.day <= last:
        sentence = f"Conflict belongs to Days {first} to {last}, where it is prepared."
        yield Flaw(page.file, page.at("care"), sentence)


@whole("L33", ERROR)
def phases(draft: Draft) -> Iterator[Flaw]:
    """Phases follow each other without a gap, each day is in its own, and check-ins are where declared."""
    plan = draft.plan.value
    expected = 1
    for phase in plan.phases:
        if phase.days[0] != expected or phase.days[1] < phase.days[0]:
            yield _plan_flaw(draft, "phases", f"The phase `{phase.key}` should begin on Day {expected}.")
        expected = phase.days[1] + 1
    if expected != plan.days + 1:
        yield _plan_flaw(draft, "phases", f"The last phase should end on Day {plan.days}.")
    for page in draft.originals:
        yield from _in_place(page, draft)


def _in_place(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    plan, matter = draft.plan.value, page.matter
    phase = next((one.key for one in plan.phases if one.days[0] <= matter.day <= one.days[1]), None)
    if phase and matter.phase != phase:
        yield Flaw(page.file, page.at("phase"), f"Day {matter.day} belongs to the phase `{phase}`.")
    checkin = next((name for name, day in plan.checkins.items() if day == matter.day), "none")
    if matter.checkin != checkin:
        yield Flaw(page.file, page.at("checkin"), f"`checkin` of Day {matter.day} should be `{checkin}`.")


def _plan_flaw(draft: Draft, field: str, sentence: str) -> Flaw:
    return Flaw(draft.file("challenge.yaml"), draft.plan.lines[field], sentence)
