"""The zones of a select box: the places of the zone table, by region, in the order of their names."""

from functools import cache
from importlib.resources import files

from app.core.schedule import zones

Choice = tuple[str, str]


def choices(current: str) -> list[tuple[str, list[Choice]]]:
    """Regions with (value, label) each; what somebody already has is always among them."""
    regions: dict[str, list[Choice]] = {}
    for name in sorted(_places() | {current}):
        region, _, place = name.partition("/")
        label = place.replace("_", " ").replace("/", ", ") or name
        regions.setdefault(region if place else "UTC", []).append((name, label))
    return sorted(regions.items())


@cache
def _places() -> frozenset[str]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    named = {line.split("\t")[2].strip() for line in table.splitlines() if line and line[0] != "#"}
    return frozenset(named & zones()) | {"UTC"}
