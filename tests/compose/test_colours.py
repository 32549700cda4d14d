import pytest

from app.compose import colours


@pytest.mark.parametrize("accent", ["#a8452c", "#ff0", "#ffffff", "#000000", "#00b4d8", "#7f7f7f"])
@pytest.mark.parametrize("scheme", [colours.day, colours.night])
def test_every_pair_can_be_read_whatever_the_accent(accent: str, scheme: object) -> None:
    assert callable(scheme)
    palette = scheme(accent)
    for ground in (palette["paper"], palette["soft"]):
        for ink in ("ink", "quiet", "accent"):
            assert colours.contrast(palette[ink], ground) >= 4.5


def test_an_accent_that_can_be_read_stays_as_it_is() -> None:
    assert colours.day("#a8452c")["accent"] == "#a8452c"


def test_contrast_is_that_of_the_standard() -> None:
    assert colours.contrast("#000", "#ffffff") == pytest.approx(21)
