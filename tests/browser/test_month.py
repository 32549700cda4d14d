"""A month as a person lives it on a phone: from the landing page to the undone goodbye."""


import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

BROWSERS = [
    pytest.param({"java_script_enabled": True, "color_scheme": "light"}, id="script-light"),
    pytest.param({"java_script_enabled": False, "color_scheme": "dark"}, id="no-script-dark"),
]


@pytest.mark.parametrize("browser", BROWSERS)
def test_ada_begins_reads_pauses_moves_and_leaves(visit: Visit, browser: dict[str, object]) -> None:
    ada = visit(**browser)
    confirms(ada)
    reads_day_one(ada)
    pauses_and_resumes(ada)
    chooses_another_hour(ada)
    stops_and_takes_it_back(ada)
    assert ada.complaints == []
    assert ada.elsewhere == []
