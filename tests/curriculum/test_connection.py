"""The course itself: thirty days that hold together."""

from pathlib import Path

from app.compose.words import heading
from app.curriculum import lint, read_challenge
from app.curriculum.skills import skills

CONNECTION = Path(__file__).parents[2] / "lessons" / "connection"


def test_no_rule_is_broken() -> None:
    assert [str(one) for one in lint(CONNECTION, heading) if one.is_error] == []


def test_thirty_days_use_what_earlier_days_taught_54_times() -> None:
    challenge = read_challenge(CONNECTION, heading)
    lessons = [challenge.lesson(slug, "en") for slug in challenge.edition]
    assert len(lessons) == 30
    assert sum(len(lesson.uses) for lesson in lessons if lesson) == 54


def test_the_skills_are_those_of_the_lessons() -> None:
    assert skills(CONNECTION) == (CONNECTION / "skills.yaml").read_text()


def test_only_fingerprints_of_other_texts_are_kept() -> None:
    lines = (CONNECTION.parent / "originality.txt").read_text().splitlines()
    kept = [line for line in lines if not line.startswith("#")]
    assert kept == sorted(set(kept))
    assert all(len(line) == 16 and int(line, 16) >= 0 for line in kept)
