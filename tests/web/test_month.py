"""The month at a glance: what builds on what, as a picture and in words."""

import re

from tests.web.conftest import Site


def month(site: Site) -> str:
    page = site.client.get("/").text
    return page[page.index('id="month"') : page.index('id="have-title"')]


def test_the_threads_are_drawn_for_a_wide_page_and_for_a_narrow_one(site: Site) -> None:
    html = month(site)
    assert re.findall(r'<svg class="threads (\w+)"', html) == ["lying", "standing"]
    assert html.count('class="arc"') == 4


def test_the_same_is_told_in_words(site: Site) -> None:
    listed = re.findall(r"<li>(Day .*?)</li>", month(site))
    assert listed == ["Day 2: small hello (Day 1)", "Day 3: slow thank-you (Day 2)"]


def test_no_thread_is_followed_that_this_course_does_not_have(site: Site) -> None:
    assert "One thread of many" not in month(site)


def test_its_looks_come_from_the_style_sheet_alone(site: Site) -> None:
    assert "style=" not in site.client.get("/").text
