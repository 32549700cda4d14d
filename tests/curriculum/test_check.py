"""Each rule fails on a good challenge in which one thing is broken (this is rule L40)."""

from pathlib import Path

import pytest

from app.curriculum import lint
from app.curriculum.rules import LATER, RULES
from tests.curriculum.broken import BROKEN
from tests.curriculum.conftest import LESSONS


def test_little_is_a_good_challenge() -> None:
    assert lint(LESSONS / "little") == []


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_found_by_its_rule(case: str, little: Path) -> None:
    BROKEN[case](little)
    found = lint(little)
    assert case[:3] in {one.rule for one in found}, found


@pytest.mark.parametrize("case", BROKEN)
def test_every_finding_names_a_line_and_speaks_in_sentences(case: str, little: Path) -> None:
    BROKEN[case](little)
    for one in lint(little):
        assert one.line >= 1
        assert Path(one.file).exists()
        assert one.sentence.endswith((".", "?"))


def test_rules_and_fixtures_agree() -> None:
    numbers = [rule.number for rule in RULES]
    assert {case[:3] for case in BROKEN} == set(numbers)
    assert numbers == sorted(set(numbers))
    assert {*numbers, *LATER, "L40"} == {f"L{number:02}" for number in range(1, 41)}
