"""A bounce address that names its delivery, and that nobody else can make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.return_path import delivery_of, read_pattern, return_path

KEY, OTHER = b"k" * 32, b"o" * 32
PATTERN = "bounce+{tag}@example.org"
IDS = st.integers(1, 2**63 - 1)


@given(IDS)
def test_what_was_signed_is_read(delivery: int) -> None:
    assert delivery_of(return_path(PATTERN, KEY, delivery), KEY) == delivery


@given(IDS)
def test_capitals_do_not_matter(delivery: int) -> None:
    assert delivery_of(return_path(PATTERN, KEY, delivery).upper(), KEY) == delivery


def test_every_delivery_has_another_address() -> None:
    assert len({return_path(PATTERN, KEY, one) for one in range(1, 1000)}) == 999


def test_the_longest_tag_fits_the_longest_pattern() -> None:
    pattern = read_pattern("b" * 28 + "{tag}@example.org")
    longest = return_path(pattern, KEY, 2**63 - 1)
    assert len(longest.partition("@")[0]) == 64
    assert delivery_of(longest, KEY) == 2**63 - 1


def test_another_installations_tag_is_not_ours() -> None:
    assert delivery_of(return_path(PATTERN, OTHER, 17), KEY) is None


def test_a_tag_moved_to_another_delivery_is_forged() -> None:
    mine = return_path(PATTERN, KEY, 17)
    for forged in (mine.replace("17-", "18-"), mine.replace("17-", "117-"), mine.replace("17-", "017-")):
        assert delivery_of(forged, KEY) is None


@pytest.mark.parametrize("place", range(16))
def test_every_letter_of_the_mac_counts(place: int) -> None:
    local, at, domain = return_path(PATTERN, KEY, 17).partition("@")
    start = len(local) - 16 + place
    other = "a" if local[start] != "a" else "b"
    assert delivery_of(local[:start] + other + local[start + 1 :] + at + domain, KEY) is None


def test_the_first_that_is_ours_counts_among_others() -> None:
    text = f"To: {return_path(PATTERN, OTHER, 3)}\nDelivered-To: {return_path(PATTERN, KEY, 17)}"
    assert delivery_of(text, KEY) == 17


def test_a_flood_of_tags_is_not_read_to_its_end() -> None:
    assert delivery_of("1-aaaaaaaaaaaaaaaa " * 1000 + return_path(PATTERN, KEY, 17), KEY) is None


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    assert delivery_of(text, KEY) is None


@pytest.mark.parametrize(
    "pattern", [PATTERN, "b-{tag}@bounces.example.org", "{tag}@example.org", "{tag}+b@xn--strae-oqa.example"]
)
def test_a_pattern_is_an_address_with_a_tag(pattern: str) -> None:
    assert read_pattern(pattern) == pattern


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("bounce@example.org", "with {tag} in it once"),
        ("bounce+{tag}{tag}@example.org", "with {tag} in it once"),
        ("bounce@{tag}.example.org", "with {tag} in it once"),
        ("b{tag}@{tag}.example.org", "with {tag} in it once"),
        ("bounce+{tag}", "with {tag} in it once"),
        ("bounce+{tag}@example", "with {tag} in it once"),
        ("bounce {tag}@example.org", "with {tag} in it once"),
        ("bounce+{tag}@example.org\r\nRCPT TO:<eve@example.org>", "with {tag} in it once"),
        ("bounce+{tag}@straße.example", "with {tag} in it once"),
        ("b" * 29 + "{tag}@example.org", "at most 28"),
        ("bounce1{tag}@example.org", "set {tag} apart"),
        ("{tag}bounce@example.org", "set {tag} apart"),
    ],
)
def test_what_cannot_carry_a_tag_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_pattern(pattern)
