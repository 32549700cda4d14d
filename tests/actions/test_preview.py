"""A letter through a persona's eyes."""

from pathlib import Path

import pytest

from app.actions.preview import Sight, Workshop, preview, remarks
from app.core.brand import Brand
from app.core.links import KeyRing
from app.core.message import Address, Sender
from app.core.persona import Persona
from app.errors import CourseError, LinkError
from tests.curriculum.breaks import HELLO, THANKS, change, in_german
from tests.curriculum.conftest import little

__all__ = ["little"]

WORKSHOP = Workshop(Brand(name="Harbour"), Sender(Address("hello@example.org")), "https://little.example.org")


@pytest.mark.parametrize(
    ("persona", "said"),
    [
        (Persona.TOGETHER, "Hello Ada,"),
        (Persona.ALONE, "IF BEN JOINS IN"),
        (Persona.NAMELESS, "Hello,"),
        (Persona.ONE_LETTER, "Hello X,"),
        (Persona.THIRTY_LETTERS, "Hello Maximiliana Theodora Charlotte,"),
        (Persona.ARABIC, "\u2068نور\u2069"),
        (Persona.HEBREW, "\u2068נועה\u2069"),
    ],
)
def test_a_day_reads_as_it_would_for_them(persona: Persona, said: str, little: Path) -> None:
    assert said in preview(WORKSHOP, little, Sight(1, persona)).text


def test_apart_the_way_to_do_it_from_afar_comes_early(little: Path) -> None:
    text = preview(WORKSHOP, little, Sight(2, Persona.APART)).text
    assert text.index("APART TODAY") < text.index("DO THIS")


def test_the_links_of_a_preview_are_good_for_nothing(little: Path) -> None:
    text = preview(WORKSHOP, little, Sight(1)).text
    token = text.partition("/unsubscribe/")[2].split()[0]
    with pytest.raises(LinkError):
        KeyRing((b"k" * 32,)).read("unsubscribe", token)  # type: ignore[arg-type]


def test_a_translation_is_seen_before_it_is_ready(little: Path) -> None:
    in_german(little)
    change("de/01-first-hello.md", "A nod would do.", "Ein Nicken genügt.")(little)
    assert "Ein Nicken genügt." in preview(WORKSHOP, little, Sight(1, language="de")).text


def test_a_file_is_read_anew_each_time(little: Path) -> None:
    before = preview(WORKSHOP, little, Sight(1)).text
    change(HELLO, "A nod would do.", "A wave would do.")(little)
    assert "A nod" in before
    assert "A wave would do." in preview(WORKSHOP, little, Sight(1)).text


@pytest.mark.parametrize(
    ("sight", "why"), [(Sight(4), "days 1 to 3"), (Sight(1, language="fr"), "written in en")]
)
def test_what_there_is_not_is_said(sight: Sight, why: str, little: Path) -> None:
    with pytest.raises(CourseError, match=why):
        preview(WORKSHOP, little, sight)


def test_remarks_are_about_the_lesson_that_is_looked_at(little: Path) -> None:
    change(HELLO, "A nod would do.", "Simply nod.")(little)
    change(THANKS, "Think the thanks", "Simply think the thanks")(little)
    assert [(one.rule, Path(one.file).name) for one in remarks(little, Sight(2))] == [
        ("L22", "02-slow-thanks.md")
    ]
    assert remarks(little, Sight(2, language="de")) == []
