"""A month as a person lives it on a phone: from the landing page to the goodbye that was taken back."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

SCRIPTED = {"java_script_enabled": True, "color_scheme": "light"}
BARE = {"java_script_enabled": False, "color_scheme": "dark"}
BROWSERS = [pytest.param(SCRIPTED, "America/New_York", id="scripted"), pytest.param(BARE, "UTC", id="bare")]


@pytest.mark.parametrize(("browser", "guess"), BROWSERS)
def test_ada_begins_reads_pauses_moves_and_leaves(
    visit: Visit, browser: dict[str, object], guess: str
) -> None:
    ada = visit(**browser)
    ada.signs_up("ada@example.org", "Ada", "Ben")
    confirms(ada, guess)
    reads_day_one(ada)
    pauses_and_goes_on(ada)
    chooses_another_hour(ada)
    stops_and_takes_it_back(ada)
    assert ada.complaints == []
    assert ada.elsewhere == []


def confirms(ada: Visitor, guess: str) -> None:
    ada.opens_letter("Please confirm")
    ada.follows_in_letter("Yes, choose a time and start")
    expect(ada.page.get_by_label("Time zone")).to_have_value(guess)
    expect(ada.page.get_by_text("This zone is a guess")).to_be_visible(visible=guess == "UTC")
    ada.page.get_by_label("Time zone").select_option("America/New_York")
    ada.presses("Start")
    expect(ada.main).to_contain_text("Your first lesson comes on:")
    expect(ada.main).to_contain_text("at 07:00, New York time")


def reads_day_one(ada: Visitor) -> None:
    ada.lets_a_day_pass()
    ada.opens_letter("Day 1: The first minute back")
    expect(ada.letter.locator("body")).to_contain_text("Hello Ada")
    ada.follows_in_letter("Read on the web")
    ada.sees("The first minute back")
    expect(ada.main).to_contain_text("Day 1 of 30")
    expect(ada.main).to_contain_text("turn towards Ben")


def pauses_and_goes_on(ada: Visitor) -> None:
    ada.follows("Pause")
    ada.page.get_by_label("For a week").check()
    ada.presses("Pause")
    ada.sees("Paused. Life first.")
    ada.opens_letter("Paused, as you asked")
    ada.follows_in_letter("Resume with Day 2")
    ada.presses("Go on with Day 2")
    ada.sees("Back with Day 2")


def chooses_another_hour(ada: Visitor) -> None:
    ada.follows("All your settings")
    ada.page.get_by_label("Hour").select_option("21:30")
    ada.presses("Save")
    expect(ada.main.get_by_role("status")).to_contain_text("Saved")
    expect(ada.main).to_contain_text("at 21:30, New York time")


def stops_and_takes_it_back(ada: Visitor) -> None:
    ada.follows("Stop the emails")
    ada.presses("Stop the emails")
    ada.sees("Done. No more lessons.")
    ada.presses("Undo, I pressed by mistake")
    ada.sees("Undone. Everything is as it was.")
    expect(ada.main).to_contain_text("at 21:30, New York time")
