"""Every page on the narrowest phone, light and dark: what fits, what can be read, what reaches others."""

import pytest

from tests.browser.tour import Tour
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

INJECTED = """() => {
  const script = Object.assign(document.createElement("script"), { textContent: "window.stolen = 1" });
  const image = document.createElement("img");
  image.setAttribute("onerror", "window.stolen = 2");
  image.src = "/nothing";
  document.body.append(script, image);
}"""


def test_nothing_scrolls_sideways(tour: Tour) -> None:
    assert tour.faults(lambda look: look["overflow"]) == {}


def test_every_page_has_one_heading(tour: Tour) -> None:
    assert tour.faults(lambda look: look["headings"] != 1) == {}


def test_every_page_says_its_language_and_direction(tour: Tour) -> None:
    assert tour.faults(lambda look: (look["language"], look["direction"]) != ("en", "ltr")) == {}


def test_no_page_complains(tour: Tour) -> None:
    assert tour.somebody.complaints == []


def test_no_page_asks_anybody_else(tour: Tour) -> None:
    assert tour.somebody.elsewhere == []


def test_every_field_has_a_label(tour: Tour) -> None:
    assert tour.faults(lambda look: look["unlabelled"]) == {}


def test_every_button_and_link_says_something(tour: Tour) -> None:
    assert tour.faults(lambda look: look["silent"]) == {}


def test_every_text_stands_out_from_its_ground(tour: Tour) -> None:
    assert tour.faults(lambda look: look["faint"]) == {}


def test_every_button_and_field_can_be_hit_with_a_thumb(tour: Tour) -> None:
    assert tour.faults(lambda look: look["small"]) == {}


def test_descriptions_belong_to_something_on_the_page(tour: Tour) -> None:
    assert tour.faults(lambda look: look["doubled"] + look["dangling"]) == {}


def test_the_skip_link_skips_and_tab_goes_on_to_the_button(tour: Tour) -> None:
    assert {page: faults for page, faults in tour.keys.items() if faults} == {}


def test_a_script_of_somebody_else_does_not_run(tour: Tour) -> None:
    ada = Visitor(tour.somebody.page.context.new_page(), tour.somebody.service)
    ada.goes_to("/")
    ada.page.evaluate(INJECTED)
    assert ada.page.evaluate("window.stolen") is None
    assert any("Content Security Policy" in complaint for complaint in ada.complaints)
