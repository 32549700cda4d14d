"""Two spellings of one person, and names as they may be printed."""

import pytest

from app.core.subscriber import address_key, clean_name, speakable


def test_case_and_composition_do_not_make_two_people() -> None:
    assert address_key("USER@X.CO") == address_key("user@x.co")
    assert address_key("u\u0308@x.co") == address_key("\u00fc@x.co")


def test_a_tag_is_somebody_else() -> None:
    assert address_key("u+tag@gmail.com") != address_key("u@gmail.com")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  Ada ", "Ada"),
        ("Ada\nBcc: x", "Ada Bcc: x"),
        ("A\u2028d\x0ba\x85\x00", "A d a"),
        ("{{ config }}", "{{ config }}"),
        ("<script>", "<script>"),
        ("نور", "نور"),
        ("🌻", "🌻"),
    ],
)
def test_a_name_becomes_one_line(typed: str, printed: str) -> None:
    assert clean_name(typed) == printed


@pytest.mark.parametrize("typed", ["x" * 61, "http://evil.tld win", "www.evil.tld", "a@b.co", "\udcff"])
def test_a_name_that_is_something_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Please"):
        clean_name(typed)


@pytest.mark.parametrize(
    ("name", "spoken"),
    [("Ada", "Ada"), ("O'Neil-Ōé", "O'Neil-Ōé"), ("נועה", "נועה"), ("x" * 31, ""), ("<b>", ""), ("🌻", "")],
)
def test_only_letters_are_spoken(name: str, spoken: str) -> None:
    assert speakable(name) == spoken
