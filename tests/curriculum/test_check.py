"""Each rule fails on a good challenge in which one thing is broken (this is rule L40)."""

from pathlib import Path

import pytest

from app.curriculum import Finding, Severity, lint
from app.curriculum.rules import LATER, RULES
from tests.curriculum.breaks import GERMAN, HELLO, NIGHT, THANKS, change, remove, translate
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
def test_a_finding_names_a_line_of_a_file_and_speaks_in_sentences(case: str, little: Path) -> None:
    BROKEN[case](little)
    for one in _but_notes(lint(little)):
        lines = Path(one.file).read_text().split("\n")
        assert 1 <= one.line <= len(lines)
        assert one.sentence.endswith((".", "?"))


def test_rules_and_fixtures_agree() -> None:
    numbers = [rule.number for rule in RULES]
    assert {case[:3] for case in BROKEN} == set(numbers)
    assert numbers == sorted(set(numbers))
    assert {*numbers, *LATER, "L40"} == {f"L{number:02}" for number in range(1, 41)}


def test_every_rule_says_what_it_means() -> None:
    assert all(rule.meaning.endswith(".") for rule in RULES)


def test_a_finding_prints_as_file_line_rule_and_sentence() -> None:
    one = Finding("L12", Severity.ERROR, "lessons/connection/en/08-x.md", 12, "Ask one question.")
    assert str(one) == "lessons/connection/en/08-x.md:12 L12 error: Ask one question."


def test_two_lessons_of_a_day_are_told_with_file_and_line(little: Path) -> None:
    change(THANKS, "day: 2", "day: 1")(little)
    told = [one for one in lint(little) if "also" in one.sentence]
    assert [(one.rule, one.file, one.line) for one in told] == [("L25", str(little / THANKS), 2)]


def test_a_missing_day_is_told_at_the_plan(little: Path) -> None:
    remove(THANKS)(little)
    assert f"{little}/challenge.yaml:6 L25 error: Day 2 has no lesson; write en/02-slug.md." in map(
        str, lint(little)
    )


@pytest.mark.parametrize("day", [0, 4])
def test_a_day_outside_the_challenge_is_told_at_its_lesson(day: int, little: Path) -> None:
    change(NIGHT, "day: 3", f"day: {day}")(little)
    sentence = f"`day` is {day}, but this challenge has days 1 to 3."
    assert (str(little / NIGHT), 2, sentence) in [(x.file, x.line, x.sentence) for x in lint(little)]


def test_one_unreadable_lesson_is_one_finding(little: Path) -> None:
    change(HELLO, "day: 1", "day: one")(little)
    assert [one.rule for one in lint(little)] == ["L01"]


def test_word_lists_that_are_absent_skip_their_rules_and_say_so(little: Path) -> None:
    remove("en/rules.yaml")(little)
    change(HELLO, "someone comes in", "she comes in")(little)
    assert "Without `gendered` this is skipped." in [one.sentence for one in lint(little)]
    assert {one.severity for one in lint(little)} == {Severity.NOTE}


def test_without_a_list_of_fingerprints_nothing_is_compared_and_that_is_said(little: Path) -> None:
    (little.parent / "originality.txt").unlink()
    assert [(one.rule, one.severity) for one in lint(little)] == [("L28", Severity.NOTE)]


def test_a_translation_is_checked_as_its_original_is(little: Path) -> None:
    translate(GERMAN)(little)
    assert [one for one in lint(little) if one.is_error] == []


def test_a_translation_of_nothing_is_told(little: Path) -> None:
    translate(GERMAN, "04-more.md")(little)
    assert [one.sentence for one in lint(little) if one.is_error] == [
        "The first language has no readable lesson of this name."
    ]


def _but_notes(findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if one.severity is not Severity.NOTE]
