import pytest

from app.compose.reading import fetched_by, words_of_html, words_of_text
from tests.compose.little import composer, order


def test_a_letter_says_the_same_in_both_parts() -> None:
    message = composer().compose(order())
    assert words_of_html(message.html) == words_of_text(message.text) != []


def test_only_what_is_seen_is_read() -> None:
    head = "<head><title>No</title><style>p { }</style></head>"
    html = f'{head}<div class="glance">no</div><p>Yes, <b>oui</b>.</p>'
    assert words_of_html(html) == ["yes", "oui"]


def test_steps_have_their_numbers_and_each_list_begins_anew() -> None:
    html = "<ol><li>Sit.</li><li>Stay.</li></ol><ol><li>Go.</li></ol>"
    assert words_of_html(html) == words_of_text("1. Sit.\n2. Stay.\n\n1. Go.")


def test_addresses_and_capitals_are_not_words() -> None:
    assert words_of_text("WHY TODAY\n\nSee it (https://example.org/a-b).") == ["why", "today", "see", "it"]


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.org/a.png">',
        '<link rel="stylesheet" href="/a.css">',
        "<script>x</script>",
        '<td background="a.png">',
        '<p style="background: URL(a.png)">',
        "<style>@import 'a.css';</style>",
        "<style>p { background: url(a.png) }</style>",
        '<iframe srcdoc="x"></iframe>',
    ],
)
def test_whatever_would_load_something_is_noticed(html: str) -> None:
    assert fetched_by(html)


def test_links_and_words_about_loading_load_nothing() -> None:
    assert fetched_by('<a href="https://example.org">url(</a><p>@import</p>') == []
    assert fetched_by(composer().compose(order()).html) == []
