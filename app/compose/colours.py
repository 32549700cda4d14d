"""The colours of a letter, by day and by night, from the operator's one accent; every pair can be read."""

from collections.abc import Mapping
from dataclasses import replace

from app.compose.wheel import hue, luminance, mix, shown

_LEGIBLE = 4.5
"""WCAG 2 AA for text of any size."""

_FAMILY = 70
"""Degrees of the colour wheel that the phases share, half of them on each side of the brand's own."""


def of_phase(accent: str, place: int, count: int) -> str:
    """The accent of the phase at `place` (from 0) of `count`: as light and strong as the brand's, turned."""
    turn = _FAMILY * (place / (count - 1) - 0.5) if count > 1 else 0.0
    own = hue(accent)
    return shown(replace(own, degree=own.degree + turn)) if turn else accent


def day(accent: str) -> Mapping[str, str]:
    return _palette(accent, paper="#faf6ee", ink="#2b2420", quiet="#685d53", share=0.09)


def night(accent: str) -> Mapping[str, str]:
    return _palette(accent, paper="#1b1714", ink="#ece4d9", quiet="#b0a497", share=0.12)


def contrast(one: str, other: str) -> float:
    """1 to 21, as WCAG 2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _palette(accent: str, *, paper: str, ink: str, quiet: str, share: float) -> Mapping[str, str]:
    """`soft` is paper with a `share` of the accent in it, `line` with a little ink."""
    soft = mix(paper, _legible(accent, ink, paper), share)
    return {
        "paper": paper,
        "soft": soft,
        "line": mix(paper, ink, 0.16),
        "ink": ink,
        "quiet": quiet,
        "accent": _legible(accent, ink, paper, soft),
    }


def _legible(accent: str, ink: str, *grounds: str) -> str:
    """The accent, as much lighter or darker as it must be to be read there; in the end the ink."""
    own, step = hue(accent), 0.01 if luminance(ink) > luminance(grounds[0]) else -0.01
    for further in range(101):
        tried = shown(replace(own, light=own.light + step * further)) if further else accent
        if all(contrast(tried, ground) >= _LEGIBLE for ground in grounds):
            return tried
    return ink
