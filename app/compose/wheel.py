"""Colours as eyes compare them: how light, how strong, where on the wheel (OKLCH; CSS Color 4, §9).

`light` is 0 to 1, `strength` 0 to about 0.4, `degree` 0 to 360; elsewhere a colour is `#rgb` or `#rrggbb`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LEAST = 0.004
"""A strength that nobody sees."""


@dataclass(frozen=True)
class Hue:
    light: float
    strength: float
    degree: float


def hue(colour: str) -> Hue:
    long, medium, short = map(math.cbrt, _times(_TO_CONES, _linear(colour)))
    light, a, b = _times(_TO_LAB, (long, medium, short))
    return Hue(light, math.hypot(a, b), math.degrees(math.atan2(b, a)))


def shown(wanted: Hue) -> str:
    """On a screen: as light as wanted, and as strong as a screen can show that."""
    strength = wanted.strength
    while not _fits(channels := _channels(wanted, strength)) and strength > _LEAST:
        strength *= 0.97
    return _written(channels)


def mix(one: str, other: str, share: float) -> str:
    """`share` (0 to 1) of `other` in `one`."""
    return _written(a + (b - a) * share for a, b in zip(_read(one), _read(other), strict=True))


def luminance(colour: str) -> float:
    """0 to 1, as WCAG 2 defines it."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_Matrix = tuple[Sequence[float], ...]
_TO_CONES: _Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB: _Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB: _Matrix = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_CONES: _Matrix = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def _times(matrix: _Matrix, column: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, column, strict=True)) for row in matrix]


def _channels(wanted: Hue, strength: float) -> list[float]:
    """Red, green and blue, linear; outside 0 to 1 no screen can show them."""
    way = math.radians(wanted.degree)
    lab = (wanted.light, strength * math.cos(way), strength * math.sin(way))
    return [_bent(part) for part in _times(_FROM_CONES, [cone**3 for cone in _times(_FROM_LAB, lab)])]


def _fits(channels: Iterable[float]) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in channels)


def _bent(part: float) -> float:
    """A linear channel as screens count it."""
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _linear(colour: str) -> list[float]:
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _read(colour)]


def _read(colour: str) -> list[float]:
    digits = colour.removeprefix("#")
    full = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]


def _written(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02x}" for part in channels)
