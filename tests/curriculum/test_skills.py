from pathlib import Path

import pytest

from app.curriculum import lint, write_skills
from app.errors import CourseError
from tests.curriculum.breaks import HELLO, both, change, remove


def test_what_the_lessons_teach_is_written_as_it_stands(little: Path) -> None:
    before = (little / "skills.yaml").read_text()
    write_skills(little)
    assert (little / "skills.yaml").read_text() == before


def test_a_new_skill_is_called_by_its_id_and_known_labels_stay(little: Path) -> None:
    both(
        change(HELLO, "teaches: small-hello", "teaches: big-hello"),
        change("en/02-slow-thanks.md", "[small-hello]", "[big-hello]"),
        change("en/02-slow-thanks.md", "small hello", "big hello"),
    )(little)
    write_skills(little)
    assert lint(little) == []
    assert "label: big hello" in (little / "skills.yaml").read_text()
    assert "label: good night line" in (little / "skills.yaml").read_text()


def test_a_first_list_needs_no_older_one(little: Path) -> None:
    remove("skills.yaml")(little)
    write_skills(little)
    assert "label: slow thanks" in (little / "skills.yaml").read_text()


def test_an_unreadable_lesson_is_told_and_nothing_is_written(little: Path) -> None:
    both(change(HELLO, "day: 1", "day: one"), remove("skills.yaml"))(little)
    with pytest.raises(CourseError, match="`day` cannot be used"):
        write_skills(little)
    assert not (little / "skills.yaml").exists()
