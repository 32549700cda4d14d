"""The drawing of a course: its days in a row, and an arc from each day that teaches to each that uses.

Once lying, for a wide page, and once standing, for a narrow one. Colours are the style sheet's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from app.compose.words import say
from app.core.challenge import Challenge, Phase
from app.core.sentence import N_
from app.core.thread import Thread, strung, threads

RISE, BULGE = 0.5, 0.8
"""How far an arc reaches out, in halves of its length: lying and standing."""

_NAME = N_("How the days build on one another")
_TOLD = N_(
    "An arc leads from each day to every later day that uses its skill. A list says the same in words."
)
_ARC = N_("Day {taught} comes back on Day {used}")


@dataclass(frozen=True)
class Drawing:
    """Two pictures of the same threads, as SVG; `followed` tells whether some were drawn strongly."""

    lying: str
    standing: str
    followed: bool


@dataclass(frozen=True)
class _Spun:
    """What is drawn; `strong` are the threads, and `along` the days, that stand out."""

    language: str
    phases: tuple[Phase, ...]
    days: int
    threads: tuple[Thread, ...]
    strong: frozenset[Thread]
    along: frozenset[int]


def drawing(challenge: Challenge, language: str, along: Sequence[int] = ()) -> Drawing:
    """With the threads that lead `along` these days, one after the other, drawn strongly."""
    spun, days = threads(challenge), len(challenge.edition)
    strong = strung(along, spun)
    one = _Spun(
        language=language,
        phases=tuple(phase for phase in challenge.cover(language).phases if phase.last <= days),
        days=days,
        threads=tuple(sorted(spun, key=lambda thread: thread in strong)),
        strong=frozenset(strong),
        along=frozenset(along if strong else ()),
    )
    return Drawing(_lying(one), _standing(one), followed=bool(strong))


def _lying(one: _Spun) -> str:
    """Days from left to right, arcs above them, phases below."""
    places = _places(one, begin=18, step=31, gap=18)
    end = max(places.values()) + 18
    ground = 16 + max((_half(thread, places) for thread in one.threads), default=0) * RISE

    def shapes() -> Iterator[str]:
        for thread in one.threads:
            half = _half(thread, places)
            way = (
                f"M{places[thread.taught]} {ground}A{half} {half / 2:g} 0 0 1 {places[thread.used]} {ground}"
            )
            yield _arc(one, thread, way)
        for day, x in places.items():
            yield _dot(one, day, x, ground)
            yield _text(_kind(one, day), x, ground + 23, str(day), anchor="middle")
        for phase in one.phases:
            begin, last = places[phase.first] - 9, places[phase.last] + 9
            yield f'<path class="span" d="M{begin} {ground + 34}H{last}"/>'
            yield _text("phase", begin, ground + 54, phase.title)

    return _svg(one, "lying", (end, ground + 62), shapes())


def _standing(one: _Spun) -> str:
    """Days from top to bottom, arcs to their right, each phase under its title."""
    places = _places(one, begin=38, step=19, gap=32)
    end, spine = max(places.values()) + 12, 40

    def shapes() -> Iterator[str]:
        for thread in one.threads:
            half = _half(thread, places)
            bow = f"A{half * BULGE:g} {half} 0 0 1"
            way = f"M{spine} {places[thread.taught]}{bow} {spine} {places[thread.used]}"
            yield _arc(one, thread, way)
        for day, y in places.items():
            yield _dot(one, day, spine, y)
            yield _text(_kind(one, day), spine - 12, y + 5, str(day), anchor="end")
        for phase in one.phases:
            yield _text("phase", 10, places[phase.first] - 21, phase.title)

    return _svg(one, "standing", (320, end), shapes())


def _places(one: _Spun, begin: int, step: int, gap: int) -> dict[int, int]:
    """How far along each day is; a new phase begins after a gap."""
    first = {phase.first for phase in one.phases[1:]}
    places, place = {}, begin
    for day in range(1, one.days + 1):
        place += gap * (day in first) + step * (day > 1)
        places[day] = place
    return places


def _half(thread: Thread, places: dict[int, int]) -> float:
    return (places[thread.used] - places[thread.taught]) / 2


def _arc(one: _Spun, thread: Thread, way: str) -> str:
    told = say(_ARC, one.language).format(taught=thread.taught, used=thread.used)
    strong = " strong" if thread in one.strong else ""
    return f'<path class="arc{strong}" d="{way}"><title>{escape(told)}</title></path>'


def _dot(one: _Spun, day: int, x: float, y: float) -> str:
    return f'<circle class="{_kind(one, day)}" cx="{x:g}" cy="{y:g}" r="{4 if day in one.along else 3}"/>'


def _kind(one: _Spun, day: int) -> str:
    return "day strong" if day in one.along else "day"


def _text(kind: str, x: float, y: float, said: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y:g}" text-anchor="{anchor}">{escape(said)}</text>'


def _svg(one: _Spun, kind: str, size: tuple[float, float], shapes: Iterator[str]) -> str:
    return "\n".join(
        [
            f'<svg class="threads {kind}" viewBox="0 0 {size[0]:g} {size[1]:g}" role="img" '
            f'aria-labelledby="{kind}-name {kind}-told">',
            f'<title id="{kind}-name">{escape(say(_NAME, one.language))}</title>',
            f'<desc id="{kind}-told">{escape(say(_TOLD, one.language))}</desc>',
            *shapes,
            "</svg>",
        ]
    )
