"""A lesson as it stands on the web."""

from dataclasses import replace

import pytest

from app.compose.page import lesson_html, sections_html
from app.core.challenge import HEADINGS, Section
from app.core.enrollment import Company
from app.core.order import Reader
from tests.compose.little import ADA, BASE, CHALLENGE, SECTIONS, lesson


def page(reader: Reader | None = None, *sections: Section) -> str:
    shown = lesson(2, "second", sections or SECTIONS)
    return lesson_html(CHALLENGE, shown, BASE, reader) if reader else lesson_html(CHALLENGE, shown, BASE)


@pytest.mark.parametrize("key", HEADINGS)
def test_every_section_is_there_escaped(key: str) -> None:
    html = page(None, Section(key, "A & B <script>alert(1)</script>, {{partner}}."))
    assert f'<section class="{key}"><h2>{HEADINGS[key]}</h2>' in html
    assert "A &amp; B &lt;script&gt;alert(1)&lt;/script&gt;, your partner." in html


def test_the_sections_stand_in_their_order_with_nothing_left_to_fill_in() -> None:
    html = page()
    places = [html.index(f'class="{key}"') for key in HEADINGS]
    assert places == sorted(places)
    assert "{{" not in html


def test_without_a_reader_nothing_in_it_is_personal() -> None:
    html = page()
    assert "Ben" not in html
    assert "/v1." not in html
    assert f'href="{BASE}/safety"' in html


def test_a_link_of_ones_own_is_words_where_anybody_reads() -> None:
    html = page(
        None, Section("apart", "Wait for [a quiet minute]({{link:pause}}) or [stop]({{link:unsubscribe}}).")
    )
    assert "Wait for a quiet minute or stop." in html
    assert "<a " not in html


def test_for_a_reader_names_are_filled_in_escaped_and_sections_move() -> None:
    html = page(replace(ADA, partner="<i>Ben</i>", company=Company.ALONE))
    assert "<i>" not in html
    assert "your partner" in html
    assert page(ADA).count("Ben") == 4
    assert html.index('class="solo"') < html.index('class="do"')


def test_links_may_lead_where_the_caller_says() -> None:
    html = sections_html(CHALLENGE, lesson(2, "second"), {"link:lesson-1": "#day-1"})
    assert 'href="#day-1"' in html
    assert "Skip it, or find confidential support." in html
