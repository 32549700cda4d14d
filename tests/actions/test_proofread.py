"""Proofreading: L36 and L37 fail on what they are there for (rule L40); who needs a lesson is asked for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.actions.preview import Workshop
from app.actions.proofread import proofread, still_needed
from app.compose import words
from app.core.brand import Brand
from app.core.challenge import Challenge
from app.core.message import Address, Message, Sender
from app.core.order import Order
from app.curriculum import Finding, Severity, lint, read_challenge
from app.curriculum.rules import LATER
from app.store.database import Database
from tests.curriculum.breaks import HELLO, THANKS, Break, change, in_german, remove
from tests.curriculum.conftest import little
from tests.world import World

__all__ = ["little"]

WORKSHOP = Workshop(Brand(), Sender(Address("hello@example.org")), "https://little.example.org")
CONFIRM = "en/letters/confirm.md"

Spoil = Callable[[Message], Message]

BROKEN: dict[str, Break] = {
    "L36 escaped braces": change(HELLO, "{{partners}} name", r"\{\{stranger\}\}’s name"),
    "L36 half a placeholder": change(HELLO, "A nod would do.", r"A nod \{\{ would do."),
    "L36 a broken line": change(HELLO, "A nod would do.", "A nod  \nwould do."),
    "L36 an unknown fact": change(CONFIRM, "Yes, begin the three days", "Yes, until {{until}}"),
    "L37 a long letter": change(HELLO, "A nod would do.", "A nod would do. " * 3000),
}
SPOILED: dict[str, tuple[str, Spoil]] = {
    "L36 a word is missing in the text": (
        "HTML “kettle”, text",
        lambda one: replace(one, text=one.text.replace("kettle", "pan")),
    ),
    "L36 a placeholder in the subject": (
        "{{name}} is left",
        lambda one: replace(one, subject="Hello {{name}}"),
    ),
    "L37 a picture from elsewhere": (
        "fetch something from elsewhere (<img>)",
        lambda one: replace(one, html=one.html.replace("<h1", '<img src="https://example.org/a.png"><h1')),
    ),
}


def test_every_rule_has_something_that_breaks_it() -> None:
    assert {case[:3] for case in (*BROKEN, *SPOILED)} == set(LATER)


def test_little_is_rendered_for_everybody_without_a_fault(little: Path) -> None:
    assert proofread(little, WORKSHOP.compose) == []


@pytest.mark.parametrize("case", BROKEN)
def test_what_only_rendering_finds_is_told_with_file_and_line(case: str, little: Path) -> None:
    plain = {path: path.read_text().split("\n") for path in little.rglob("*.md")}
    BROKEN[case](little)
    assert not any(one.is_error for one in lint(little, words.heading) if one.rule in ("L13", "L15"))
    [found] = proofread(little, WORKSHOP.compose)
    assert (found.rule, found.severity) == (case[:3], Severity.ERROR)
    lines = Path(found.file).read_text().split("\n")
    assert lines[found.line - 1] not in plain[Path(found.file)] or found.rule == "L37"
    assert found.sentence[0].isupper() or found.sentence[0] in "{“"
    assert found.sentence.endswith(".")


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_mail_is_noticed(case: str, little: Path) -> None:
    sentence, spoil = SPOILED[case]
    found = proofread(little, spoiling(spoil))
    assert {one.rule for one in found} == {case[:3]}
    assert any(sentence in one.sentence for one in found)


def test_a_fault_that_only_some_names_have_names_the_reader(little: Path) -> None:
    found = proofread(little, spoiling(lambda one: replace(one, text=one.text.replace("נועה", ""))))
    assert found[0].sentence.startswith("For a reader called “נועה”, together,")


def test_a_line_is_that_of_the_word_that_differs(little: Path) -> None:
    found = proofread(little, spoiling(lambda one: replace(one, text=one.text.replace("kettle", "pan"))))
    assert [(Path(one.file).name, "kettle" in line_of(one)) for one in found] == [("01-first-hello.md", True)]


def test_translations_are_rendered_before_they_are_ready(little: Path) -> None:
    in_german(little)
    change("de/01-first-hello.md", "A nod would do.", "A nod  \nwould do.")(little)
    assert [Path(one.file).parent.name for one in proofread(little, WORKSHOP.compose)] == ["de"]


def test_a_course_that_cannot_be_read_is_left_to_the_other_rules(little: Path) -> None:
    remove(THANKS)(little)
    assert [(one.rule, one.severity) for one in proofread(little, WORKSHOP.compose)] == [
        ("L36", Severity.NOTE)
    ]


class TestEditions:
    def test_a_lesson_that_somebody_still_needs_may_not_go(self, world: World, little: Path) -> None:
        world.challenge = read_challenge(little)
        world.sign_up("ada@example.org")
        world.sign_up("ben@example.org")
        change(THANKS, "slug: slow-thanks", "slug: quick-thanks")(little)
        [found] = still_needed(little, world.database)
        assert (found.rule, found.severity) == ("edition", Severity.ERROR)
        assert found.sentence == "2 people still need the lesson “slow-thanks”, which is gone; put it back."

    def test_whoever_has_left_needs_nothing(self, world: World, little: Path) -> None:
        assert still_needed(little, world.database) == []

    def test_a_lesson_that_is_there_is_not_missed(self, world: World, little: Path) -> None:
        world.challenge = read_challenge(little)
        world.sign_up()
        assert still_needed(little, world.database) == []

    def test_one_person_is_one_person(self, world: World, little: Path) -> None:
        world.sign_up()
        told = [one.sentence for one in still_needed(little, world.database)]
        assert told[0] == "1 person still needs the lesson “day-1”, which is gone; put it back."
        assert len(told) == 3

    def test_without_a_database_it_is_said_that_nobody_was_asked(self, little: Path) -> None:
        [note] = still_needed(little, None)
        assert note.severity is Severity.NOTE
        assert "nobody was asked" in note.sentence

    def test_nor_is_one_asked_that_is_not_migrated_or_not_there(self, little: Path, tmp_path: Path) -> None:
        for url in (f"sqlite:///{tmp_path}/new.db", "postgresql://127.0.0.1:9/none"):
            database = Database(url)
            assert [one.severity for one in still_needed(little, database)] == [Severity.NOTE]
            database.close()

    def test_a_course_that_cannot_be_read_asks_nobody(self, world: World, little: Path) -> None:
        remove("challenge.yaml")(little)
        assert [one.severity for one in still_needed(little, world.database)] == [Severity.NOTE]


def spoiling(spoil: Spoil) -> Callable[[Challenge], Callable[[Order], Message]]:
    """A composer of letters that are spoiled on their way."""

    def composing(challenge: Challenge) -> Callable[[Order], Message]:
        compose = WORKSHOP.compose(challenge)
        return lambda order: spoil(compose(order))

    return composing


def line_of(finding: Finding) -> str:
    return Path(finding.file).read_text().split("\n")[finding.line - 1]
