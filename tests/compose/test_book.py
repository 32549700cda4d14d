"""The book: all of the course on one page that needs nothing else."""

import re
from dataclasses import replace

import pytest

from app.compose.book import book_html
from app.compose.reading import fetched_by
from app.core.challenge import LETTERS, Challenge
from tests.compose.little import BASE, BRAND, CHALLENGE, lesson, targets

COURSE = replace(
    CHALLENGE,
    lessons={
        ("en", "first"): lesson(1, "first"),
        ("en", "second"): replace(lesson(2, "second"), uses=("first",), sources=("greetings",)),
        ("en", "third"): replace(lesson(3, "third"), uses=("first", "second")),
    },
    sources={"greetings": "A made-up study of <greetings>."},
)


def book(challenge: Challenge = COURSE, language: str = "en") -> str:
    return book_html(challenge, language, BRAND, BASE)


def test_every_lesson_and_letter_is_in_it_once() -> None:
    ids = re.findall(r'<article class="[^"]*" id="([^"]*)"', book())
    assert ids[:3] == ["day-1", "day-2", "day-3"]
    assert sorted(ids[3:]) == sorted(LETTERS)
    assert ids[3:5] == ["confirm", "welcome"]


def test_a_lesson_says_what_it_builds_on_and_where_it_comes_back() -> None:
    html = book()
    assert "<dd>first skill (Day 1) and second skill (Day 2)</dd>" in html
    assert "first skill; comes back on Day 2 and Day 3" in html
    assert "nothing; it stands alone" in html


def test_what_a_writer_must_read_is_there() -> None:
    html = book()
    for said in (
        "You can say hello.",
        "Sixty seconds of hello.",
        "A made-up study of &lt;greetings&gt;.",
        "Go gently",
    ):
        assert said in html


def test_what_is_filled_in_for_each_reader_is_marked() -> None:
    html = book()
    assert '<span class="slot">until</span>' in html
    assert "{{" not in html


def test_it_needs_nothing_else() -> None:
    assert fetched_by(book()) == []


def test_what_it_refers_to_is_in_it() -> None:
    html = book()
    inside = {target[1:] for target in targets(html) if target.startswith("#")}
    assert inside <= set(re.findall(r'id="([^"]*)"', html))
    assert all(target.startswith(("#", BASE)) for target in targets(html))


def test_nobodys_own_link_is_in_it() -> None:
    assert "/v1." not in book()


def test_each_lesson_begins_a_page_with_its_name_at_the_head() -> None:
    html = book()
    assert "#day-2 { page: day-2; }" in html
    assert '@top-right { content: "Day 2 – The second of it"' in html


@pytest.mark.parametrize("title", ['A "} body { display: none', "</style><script>", "a\\22 b"])
def test_no_title_can_end_the_style_sheet(title: str) -> None:
    strange = replace(COURSE.lessons["en", "first"], title=title)
    html = book(replace(COURSE, lessons={**COURSE.lessons, ("en", "first"): strange}))
    sheet = html[html.index("<style>") : html.index("</style>")]
    assert title not in sheet
    assert html.count("</style>") == 1
    assert "<script" not in html


def test_one_print_can_be_told_from_another() -> None:
    def wording(html: str) -> str:
        return re.findall(r"wording ([0-9a-f]{8})", html)[0]

    changed = replace(COURSE.lessons["en", "first"], digest="another")
    other = replace(COURSE, lessons={**COURSE.lessons, ("en", "first"): changed})
    assert wording(book()) == wording(book())
    assert wording(book()) != wording(book(other))


def test_what_a_language_does_not_have_is_said() -> None:
    html = book(replace(COURSE, languages=("en", "de")), "de")
    assert html.count('class="borrowed" lang="de"') == 3
