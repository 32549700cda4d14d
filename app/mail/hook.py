"""A webhook's call as it came in, and what every provider reads from one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.core.feedback import WORDS_LIMIT
from app.errors import UnreadableError

FRESH = 300.0
"""Seconds that a signed call may be old, or ahead of our clock."""

MOST, DEEPEST = 1000, 20


@dataclass(frozen=True)
class Call:
    """Names of headers are in lower case; the body is what was signed, octet by octet."""

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def json(self) -> object:
        """UnreadableError for anything but JSON of sane depth, in UTF-8, that says each thing once."""
        try:
            text = self.body.decode("utf-8")
            found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise UnreadableError("This call is not JSON in UTF-8.") from None
        if _depth(found) > DEEPEST:
            raise UnreadableError(f"This call nests deeper than {DEEPEST} levels.")
        return found

    @property
    def fields(self) -> Mapping[str, object]:
        """The JSON object of the body."""
        found = self.json
        if not isinstance(found, dict):
            raise UnreadableError("This call is not a JSON object.")
        return found

    @property
    def events(self) -> tuple[Mapping[str, object], ...]:
        """The JSON array of objects of the body."""
        found = self.json
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise UnreadableError("This call is not a JSON array of objects.")
        if len(found) > MOST:
            raise UnreadableError(f"This call holds more than {MOST} events.")
        return tuple(found)


def fresh(stamp: object, now: datetime, repeats: timedelta = timedelta(0)) -> bool:
    """Whether a signed time is within FRESH of now, or older where a call is repeated as it was signed.

    `repeats` is how long its provider goes on after a 5xx: less would lose for good what we could not take.
    What is taken twice is known as a repeat.
    """
    at = moment(stamp)
    return at is not None and -FRESH <= (now - at).total_seconds() <= repeats.total_seconds() + FRESH


def moment(told: object) -> datetime | None:
    """Seconds since 1970 or ISO 8601, as UTC; None for anything that is no time of this century."""
    try:
        at = _moment(told)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at is not None and 2000 < at.year < 2100 else None


def number(told: object) -> int | None:
    """Our delivery's id as it comes back in a tag; None if it is none."""
    text = str(told) if isinstance(told, int | str) and not isinstance(told, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def text(told: object) -> str:
    """Foreign words as one printable line of at most WORDS_LIMIT characters; empty for what is no string."""
    words = " ".join(told[: 4 * WORDS_LIMIT].split()) if isinstance(told, str) else ""
    return "".join(c if c.isprintable() else "?" for c in words)[:WORDS_LIMIT]


def part(told: object, name: str) -> object:
    """One field of a nested object; None where there is no such object or field."""
    return told.get(name) if isinstance(told, dict) else None


def _moment(told: object) -> datetime | None:
    if isinstance(told, bool):
        return None
    if isinstance(told, int | float) or (isinstance(told, str) and told.replace(".", "", 1).isdigit()):
        return datetime.fromtimestamp(float(told), UTC)
    if isinstance(told, str):
        at = datetime.fromisoformat(told)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _depth(found: object) -> int:
    level, depth = [found], 0
    while level:
        depth += 1
        level = [below for one in level for below in _below(one)]
    return depth


def _below(one: object) -> list[object]:
    if isinstance(one, dict):
        return list(one.values())
    return one if isinstance(one, list) else []
