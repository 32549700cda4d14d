from hypothesis import given
from hypothesis import strategies as st

from app.compose.stencil import WIDTH, cut, cut_text, wrap


def test_what_a_value_holds_is_never_read_again() -> None:
    stencil = cut("{{a}} and {{b}}", {"a": "{{b}}"})
    assert stencil.fill({"b": "{{a}}"}) == "{{b}} and {{a}}"


def test_what_is_the_same_for_everybody_is_filled_already() -> None:
    assert cut("{{brand}} says {{name}}", {"brand": "Harbour"}).holes == {"name"}


def test_a_step_hangs_under_its_number() -> None:
    first, second = wrap("2. " + "word " * 16).split("\n")
    assert first.startswith("2. word")
    assert second.startswith("   word")


def test_text_is_wrapped_after_a_name_is_in_it() -> None:
    page = "{{name}} " + "word " * 20
    lines = cut_text(page, {}).fill({"name": "A" * 30}).split("\n")
    assert max(map(len, lines)) <= WIDTH


def test_a_long_address_stays_whole() -> None:
    url = "https://example.org/" + "x" * 90
    assert url in wrap("Read this now (" + url + ") " + "word " * 20)


def test_the_mark_above_the_foot_keeps_its_space() -> None:
    assert cut_text("a\n-- \nb", {}).fill({}) == "a\n-- \nb"


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=20), min_size=1, max_size=60))
def test_wrapping_loses_no_word_and_keeps_the_width(said: list[str]) -> None:
    wrapped = wrap(" ".join(said))
    assert wrapped.split() == said
    assert all(len(line) <= WIDTH for line in wrapped.split("\n"))
