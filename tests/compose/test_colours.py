"""The colours of letters, whatever accent an operator chose."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compose import colours
from app.compose.wheel import hue

SCHEMES = pytest.mark.parametrize("scheme", [colours.day, colours.night])
Scheme = Callable[[str], Mapping[str, str]]
ANY = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
EMBER, PHASES = "#a8452c", 5


@SCHEMES
@settings(deadline=None)
@given(accent=ANY, place=st.integers(0, PHASES - 1))
def test_every_pair_can_be_read_whatever_the_accent_and_the_phase(
    scheme: Scheme, accent: str, place: int
) -> None:
    palette = scheme(colours.of_phase(accent, place, PHASES))
    for ground in (palette["paper"], palette["soft"]):
        for ink in ("ink", "quiet", "accent"):
            assert colours.contrast(palette[ink], ground) >= 4.5


@SCHEMES
@pytest.mark.parametrize("accent", ["#ff0", "#ffffff", "#000000", "#00f", "#7f7f7f"])
def test_so_can_the_accents_at_the_ends(scheme: Scheme, accent: str) -> None:
    palette = scheme(accent)
    assert min(colours.contrast(palette["accent"], palette[ground]) for ground in ("paper", "soft")) >= 4.5


def test_an_accent_that_can_be_read_stays_as_it_is() -> None:
    assert colours.day(EMBER)["accent"] == EMBER


@settings(deadline=None)
@given(accent=ANY)
def test_the_phase_in_the_middle_and_an_only_one_wear_the_brand_itself(accent: str) -> None:
    assert colours.of_phase(accent, 2, PHASES) == colours.of_phase(accent, 0, 1) == accent


@settings(deadline=None)
@given(accent=ANY, place=st.integers(0, PHASES - 1))
def test_a_phase_stays_within_the_family(accent: str, place: int) -> None:
    own, turned = hue(accent), hue(colours.of_phase(accent, place, PHASES))
    away = abs((turned.degree - own.degree + 180) % 360 - 180)
    assert turned.light == pytest.approx(own.light, abs=0.02)
    assert turned.strength <= own.strength + 0.01
    assert away <= 45 or own.light < 0.3 or turned.strength < 0.03


@SCHEMES
def test_every_phase_has_a_colour_of_its_own(scheme: Scheme) -> None:
    accents = {scheme(colours.of_phase(EMBER, place, PHASES))["accent"] for place in range(PHASES)}
    assert len(accents) == PHASES


def test_contrast_is_that_of_the_standard() -> None:
    assert colours.contrast("#000", "#ffffff") == pytest.approx(21)
