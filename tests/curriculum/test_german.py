"""The German word lists at work on a German lesson."""

from pathlib import Path
from shutil import copy

import pytest

from app.compose.words import heading
from app.curriculum import Finding, lint
from tests.curriculum.breaks import both_languages, change
from tests.curriculum.test_connection import CONNECTION

PAGE = "de/01-first-hello.md"


@pytest.fixture
def german(little: Path) -> Path:
    """The little challenge with one German lesson and the word lists of the real course."""
    both_languages(little)
    copy(CONNECTION / "de" / "rules.yaml", little / "de")
    change(PAGE, '"When the door opens, then', "„Wenn die Tür aufgeht, dann")(little)
    change(PAGE, 'cup down."\n\n## Eine', "cup down.“\n\n## Eine")(little)
    return little


def told(folder: Path) -> list[Finding]:
    return [one for one in lint(folder, heading) if "/de/" in one.file and one.is_error]


def test_a_german_plan_says_wenn_and_dann(german: Path) -> None:
    assert told(german) == []
    change(PAGE, "aufgeht, dann", "aufgeht")(german)
    assert [one.rule for one in told(german)] == ["L11"]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Dein Partner nickt.", "L18"),
        ("Einer von euch nickt.", "L18"),
        ("Dann legt er die Tasse weg.", "L18"),
        ("Vergiss nicht zu nicken.", "L19"),
        ("Das ist wissenschaftlich bewiesen.", "L20"),
        ("Am Dienstag nickt ihr.", "L24"),
        ("Sag es deinem {{partners}}.", "L14"),
    ],
)
def test_german_words_that_leave_out_or_press_are_told(german: Path, words: str, rule: str) -> None:
    change(PAGE, "A nod would do.", words)(german)
    assert rule in {one.rule for one in told(german)}


@pytest.mark.parametrize(
    "words", ["Es ist das Wort, das {{partner}} sagt.", "Man kann auch nicken.", "Ihr zwei seid hier."]
)
def test_german_sentences_that_are_fine_are_left_alone(german: Path, words: str) -> None:
    change(PAGE, "A nod would do.", words)(german)
    assert told(german) == []
