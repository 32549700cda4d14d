import pytest

from app.compose.markdown import capitals, typeset
from app.errors import CourseError


def text(markdown: str) -> str:
    return typeset(markdown, "en", "a.md").text


def html(markdown: str) -> str:
    return typeset(markdown, "en", "a.md").html


def test_emphasis_is_kept_in_html_and_dropped_in_text() -> None:
    assert html("**Now** *wait*.") == "<p><strong>Now</strong> <em>wait</em>.</p>"
    assert text("**Now** *wait*.") == "Now wait."


def test_where_a_link_leads_stands_under_its_paragraph() -> None:
    assert text("See [the page]({{link:safety}}).") == "See the page.\n{{link:safety}}"
    assert text("1. See [the page]({{link:safety}}).") == "1. See the page.\n   {{link:safety}}"
    assert html("See [the page]({{link:safety}}).") == '<p>See <a href="{{link:safety}}">the page</a>.</p>'


def test_several_links_are_told_apart_by_marks() -> None:
    assert (
        text("[Stop]({{link:a}}) or [go]({{link:b}}).")
        == "Stop [1] or go [2].\n[1] {{link:a}}\n[2] {{link:b}}"
    )


def test_a_number_keeps_to_the_word_before_it() -> None:
    assert html("For 72 hours, Day {{day}}.") == "<p>For\u00a072 hours, Day\u00a0{{day}}.</p>"
    assert text("For 72 hours") == "For 72 hours"


def test_a_link_alone_in_its_paragraph_is_a_button() -> None:
    assert 'class="button"' in html("[Yes, start]({{link:confirm}})")
    assert text("[Yes, start]({{link:confirm}})") == "Yes, start:\n{{link:confirm}}"


def test_headings_are_capitals_in_text_and_placeholders_with_them() -> None:
    assert text("## About {{partner}}") == "ABOUT {{PARTNER}}"
    assert text("One.\n\n## Two\n\nThree.") == "One.\n\n\nTWO\n\nThree."
    assert capitals("See {{link:safety}}") == "SEE {{link:safety}}"


def test_steps_are_numbered() -> None:
    assert text("1. One.\n2. Two.") == "1. One.\n2. Two."
    assert html("1. One.\n2. Two.") == "<ol>\n<li>One.</li>\n<li>Two.</li>\n</ol>"


def test_a_line_break_in_the_file_is_a_space() -> None:
    assert text("One\ntwo.") == "One two."


def test_english_gets_its_quotes() -> None:
    assert text("\"I don't say 'now'.\"") == "“I don’t say ‘now’.”"
    assert typeset('„So" sagt', "de", "a.md").text == '„So" sagt'


def test_markup_of_an_author_is_only_words() -> None:
    assert "<script>" not in html("<script>alert(1)</script> and 5 < 6")


@pytest.mark.parametrize(
    "markdown", ["# Title", "- bullet", "> quote", "`code`", "![i](x.png)", "---", "1. a\n\n   b", "a  \nb"]
)
def test_what_has_no_place_is_refused_by_the_name_of_its_file(markdown: str) -> None:
    with pytest.raises(CourseError, match=r"^a\.md: "):
        html(markdown)


def test_a_link_to_anywhere_else_is_refused() -> None:
    with pytest.raises(CourseError, match="elsewhere"):
        html("[text here](https://elsewhere.example)")
