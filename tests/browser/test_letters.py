"""Every kind of letter on the narrowest phone, by day and by night, as a careful eye would find it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.sitters import sitters
from tests.browser.tour import MEASURE, NARROW

pytestmark = pytest.mark.browser

Looks = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def looks(chromium: Browser) -> Iterator[Looks]:
    """By letter and scheme, what was measured."""
    page = chromium.new_page(viewport={"width": NARROW, "height": 740})
    found = {}
    for name, message in sitters().items():
        page.set_content(message.html)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found[f"{name}, {scheme}"] = page.evaluate(MEASURE)
    yield found
    page.close()


def faults(looks: Looks, what: str) -> dict[str, Any]:
    return {name: look[what] for name, look in looks.items() if look[what] not in (0, [])}


def test_nothing_reaches_over_the_edge(looks: Looks) -> None:
    assert faults(looks, "overflow") == {}


def test_every_text_stands_out_from_its_ground(looks: Looks) -> None:
    assert faults(looks, "faint") == {}


def test_every_button_and_door_can_be_hit_with_a_thumb(looks: Looks) -> None:
    assert faults(looks, "small") == {}


def test_every_letter_has_one_heading_and_says_its_language(looks: Looks) -> None:
    assert {(look["headings"], look["language"], look["direction"]) for look in looks.values()} == {
        (1, "en", "ltr"),
        (1, "de", "ltr"),
    }
