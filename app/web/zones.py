"""The zones of a select box: the places of the zone table, by region, in the order of their names."""

from functools import cache
from importlib.resources import files

from app.compose import words
from app.compose.words import say
from app.core.schedule import zones
from app.core.sentence import N_

Choice = tuple[str, str]

_REGIONS = {
    "Africa": N_("Africa"),
    "America": N_("America"),
    "Antarctica": N_("Antarctica"),
    "Arctic": N_("Arctic"),
    "Asia": N_("Asia"),
    "Atlantic": N_("Atlantic"),
    "Australia": N_("Australia"),
    "Europe": N_("Europe"),
    "Indian": N_("Indian Ocean"),
    "Pacific": N_("Pacific"),
}


def choices(current: str, language: str) -> list[tuple[str, list[Choice]]]:
    """Regions with (value, label) each; what somebody already has is always among them."""
    regions: dict[str, list[Choice]] = {}
    for name in sorted(_places() | {current}):
        region = say(_REGIONS.get(name.partition("/")[0], "UTC"), language)
        regions.setdefault(region, []).append((name, words.place(name, language)))
    return sorted(regions.items())


def current(name: str) -> str | None:
    """The name of today for a zone a browser may still call by an older one; None for what is no zone."""
    found = _renamed().get(name, name)
    return found if found in zones() else None


@cache
def _renamed() -> dict[str, str]:
    """Old names of places, from the zone database's own links: Asia/Calcutta → Asia/Kolkata."""
    table = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text(encoding="utf-8")
    links = [line.split() for line in table.splitlines() if line.startswith("L ")]
    return {old: new for _, new, old in links if new in _places() and old not in _places()}


@cache
def _places() -> frozenset[str]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    named = {line.split("\t")[2].strip() for line in table.splitlines() if line and line[0] != "#"}
    return frozenset(named & zones()) | {"UTC"}
