"""The drawing of threads: well-formed, without styles of its own, and told in words."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from app.compose.drawing import drawing
from app.core.challenge import Challenge
from tests.compose.little import CHALLENGE


def spun(**uses: tuple[str, ...]) -> Challenge:
    lessons = {key: replace(one, uses=uses.get(one.slug, ())) for key, one in CHALLENGE.lessons.items()}
    return replace(CHALLENGE, lessons=lessons)


COURSE = spun(second=("first",), third=("first", "second"))


@pytest.mark.parametrize("kind", ["lying", "standing"])
class TestEachWay:
    def test_there_is_a_dot_a_number_and_an_arc_for_everything(self, kind: str) -> None:
        svg = ElementTree.fromstring(getattr(drawing(COURSE, "en"), kind))
        assert [one.text for one in svg.iter("text") if one.get("class") == "day"] == ["1", "2", "3"]
        assert len(list(svg.iter("circle"))) == 3
        assert len([one for one in svg.iter("path") if one.get("class") == "arc"]) == 3

    def test_it_has_a_name_and_a_description(self, kind: str) -> None:
        svg = ElementTree.fromstring(getattr(drawing(COURSE, "en"), kind))
        assert svg.get("role") == "img"
        told = {one.get("id"): one.text for one in svg if one.tag in ("title", "desc")}
        assert (svg.get("aria-labelledby") or "").split() == list(told)
        assert all(told.values())

    def test_its_looks_are_left_to_the_style_sheet(self, kind: str) -> None:
        svg = getattr(drawing(COURSE, "en", along=(1, 2, 3)), kind)
        assert not any(word in svg for word in ("style", "fill=", "stroke=", "#"))

    def test_phases_are_named_and_escaped(self, kind: str) -> None:
        phases = (replace(CHALLENGE.phases[0], title="Give & take"), *CHALLENGE.phases[1:])
        assert "Give &amp; take" in getattr(drawing(replace(COURSE, phases=phases), "en"), kind)

    def test_everything_stays_inside(self, kind: str) -> None:
        svg = ElementTree.fromstring(getattr(drawing(COURSE, "en"), kind))
        _, _, width, height = map(float, (svg.get("viewBox") or "").split())
        for dot in svg.iter("circle"):
            assert 0 < float(dot.get("cx") or 0) < width
            assert 0 < float(dot.get("cy") or 0) < height


def test_an_arc_says_from_where_to_where() -> None:
    assert "<title>Day 1 comes back on Day 3</title>" in drawing(COURSE, "en").lying


def test_one_thread_can_be_followed() -> None:
    followed = drawing(COURSE, "en", along=(1, 2, 3))
    assert followed.followed
    assert followed.lying.count('"arc strong"') == 2
    assert followed.lying.count('<circle class="day strong"') == 3


def test_a_thread_that_is_not_there_is_not_followed() -> None:
    plain = drawing(COURSE, "en", along=(1, 4))
    assert not plain.followed
    assert "strong" not in plain.lying + plain.standing


def test_a_course_without_threads_or_phases_is_a_row_of_days() -> None:
    bare = drawing(replace(spun(), phases=()), "en")
    assert 'class="arc' not in bare.lying
    assert bare.lying.count("<circle") == bare.standing.count("<circle") == 3
