from typing import Any

import pytest
from pydantic import TypeAdapter

from app.curriculum.finding import Unreadable
from app.curriculum.form import Form, fill


class Cup(Form):
    colour: str
    handles: int


CUP, CUPS = TypeAdapter(Cup), TypeAdapter(dict[str, Cup])


def refused(text: str, form: TypeAdapter[Any] = CUP) -> list[tuple[int, str]]:
    with pytest.raises(Unreadable) as caught:
        fill(text, form, "cup.yaml", 3)
    return [(finding.line, finding.sentence) for finding in caught.value.findings]


def test_a_form_is_filled_and_knows_its_lines() -> None:
    filled = fill("colour: grey\nhandles: 1\n", CUP, "cup.yaml", 3)
    assert filled.value == Cup(colour="grey", handles=1)
    assert filled.lines == {"colour": 3, "handles": 4}


def test_every_field_that_is_wrong_is_told() -> None:
    assert refused("color: grey\nhandles: one\n") == [
        (3, "`colour` is missing; add it."),
        (4, "`handles` cannot be used: it should be a valid integer."),
        (3, "`color` is not a field here; correct its spelling or remove it."),
    ]


@pytest.mark.parametrize("handles", ["true", "'1'", "1.0", "[1]"])
def test_nothing_is_guessed(handles: str) -> None:
    assert [line for line, _ in refused(f"colour: grey\nhandles: {handles}\n")] == [4]


def test_a_field_within_a_field_is_named_by_its_path() -> None:
    assert refused("tea: {colour: grey}\n", CUPS) == [(3, "`tea.handles` is missing; add it.")]


def test_a_key_given_twice_deep_down_is_told() -> None:
    assert refused("tea:\n  colour: grey\n  colour: blue\n", CUPS) == [
        (5, "`colour` is given twice; keep one.")
    ]


@pytest.mark.parametrize("text", ["", "grey", "- grey", "2026-11-23"])
def test_what_is_no_mapping_is_told(text: str) -> None:
    assert [line for line, _ in refused(text)] == [3]


def test_deep_nesting_is_told() -> None:
    assert refused("colour: " + "[" * 1000) == [(3, "This is nested too deeply.")]


def test_yaml_that_would_build_objects_is_refused() -> None:
    [(line, sentence)] = refused("colour: !!python/object/apply:os.system [ls]\nhandles: 1\n")
    assert line == 3
    assert sentence.startswith("This cannot be read as YAML")
