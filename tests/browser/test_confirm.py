"""The page behind the confirmation, in browsers from all over the world."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Visit
from tests.browser.service import Service, running_service
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

PLACES = ["America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Kyiv"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Nobody here minds what day it is."""
    with running_service(tmp_path_factory.mktemp("confirm")) as running:
        yield running


def test_the_zone_is_guessed_where_the_mail_is_opened(visit: Visit) -> None:
    """Browsers name some places as they were called long ago: Calcutta, Kiev."""
    ada = visit()
    opens_confirmation(ada, "ada@example.org")
    there = {place: visit(timezone_id=place) for place in PLACES}
    for one in there.values():
        one.page.goto(ada.page.url)
    guesses = {place: one.page.get_by_label("Time zone").input_value() for place, one in there.items()}
    assert guesses == {place: place for place in PLACES}


def test_back_leads_to_the_page_before_and_not_to_a_warning(visit: Visit) -> None:
    """A browser cannot show again what was the answer to a form."""
    ben = visit()
    opens_confirmation(ben, "ben@example.org")
    ben.presses("Start")
    ben.follows("Change the hour or anything else")
    ben.page.go_back()
    ben.sees("Good. That is all there is to set up.")


def opens_confirmation(somebody: Visitor, address: str) -> None:
    somebody.service.sign_up(address)
    somebody.opens_letter("Please confirm", address)
    somebody.follows_in_letter("Yes, choose a time and start")
    somebody.sees("When shall we write?")
