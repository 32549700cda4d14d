"""The colours of a letter, by day and by night, from the operator's one accent; every pair can be read."""

from collections.abc import Mapping

_LEGIBLE = 4.5
"""WCAG 2 AA for text of any size."""

Channels = tuple[int, int, int]


def day(accent: str) -> Mapping[str, str]:
    return _palette(accent, paper="#faf6ee", ink="#2b2420", quiet="#685d53", pole="#000000")


def night(accent: str) -> Mapping[str, str]:
    return _palette(accent, paper="#1b1714", ink="#ece4d9", quiet="#a99d90", pole="#ffffff")


def contrast(one: str, other: str) -> float:
    """1 to 21, as WCAG 2 defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`share` (0 to 1) of `other` in `one`."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _palette(accent: str, *, paper: str, ink: str, quiet: str, pole: str) -> Mapping[str, str]:
    soft = mix(paper, accent, 0.09)
    return {
        "paper": paper,
        "soft": soft,
        "line": mix(paper, ink, 0.16),
        "ink": ink,
        "quiet": quiet,
        "accent": _legible(accent, soft, pole),
    }


def _legible(colour: str, ground: str, pole: str) -> str:
    """The colour, as far towards black or white as it must go to be read on the ground."""
    for step in range(101):
        moved = mix(colour, pole, step / 100)
        if contrast(moved, ground) >= _LEGIBLE:
            return moved
    return pole


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return float(share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> Channels:
    """Of `#rgb` or `#rrggbb`."""
    digits = colour.removeprefix("#")
    full = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return int(full[:2], 16), int(full[2:4], 16), int(full[4:6], 16)
