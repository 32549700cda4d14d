"""What a provider told: the heavier word stays, a time that can be believed, a repeat under another name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from app.core.feedback import KEPT, Fate, Feedback, fate_after, occurrence, told_at

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOLD = Feedback(Fate.SOFT, "event", "Ada@Example.org", 7, "name", NOW)


@pytest.mark.parametrize(
    ("before", "told", "after"),
    [
        (None, Fate.DELIVERED, Fate.DELIVERED),
        (Fate.DELAYED, Fate.DELIVERED, Fate.DELIVERED),
        (Fate.DELIVERED, Fate.DELAYED, Fate.DELIVERED),
        (Fate.DELIVERED, Fate.SOFT, Fate.SOFT),
        (Fate.DELIVERED, Fate.REFUSED, Fate.REFUSED),
        (Fate.SOFT, Fate.BOUNCED, Fate.BOUNCED),
        (Fate.REFUSED, Fate.BOUNCED, Fate.BOUNCED),
        (Fate.BOUNCED, Fate.DELIVERED, Fate.BOUNCED),
        (Fate.BOUNCED, Fate.COMPLAINED, Fate.COMPLAINED),
    ],
)
def test_the_heavier_word_stays(before: Fate | None, told: Fate, after: Fate) -> None:
    assert fate_after(before, told) is after


def test_delivered_after_complained_stays_complained() -> None:
    assert fate_after(Fate.COMPLAINED, Fate.DELIVERED) is Fate.COMPLAINED


@pytest.mark.parametrize("before", [fate for fate in Fate if fate is not Fate.DELAYED])
def test_delayed_lowers_nothing(before: Fate) -> None:
    assert fate_after(before, Fate.DELAYED) is before


def test_whatever_the_order_the_end_is_the_same() -> None:
    ends = set()
    for told in permutations(Fate):
        fate = None
        for one in told:
            fate = fate_after(fate, one)
        ends.add(fate)
    assert ends == {Fate.COMPLAINED}
    assert fate_after(Fate.SOFT, Fate.REFUSED) is fate_after(Fate.REFUSED, Fate.SOFT)


@pytest.mark.parametrize(
    ("at", "believed"),
    [
        (NOW - timedelta(days=3), NOW - timedelta(days=3)),
        (None, NOW),
        (NOW + timedelta(seconds=1), NOW),
        (NOW - KEPT, NOW - KEPT),
        (NOW - KEPT - timedelta(seconds=1), NOW),
    ],
)
def test_the_servers_time_stands_in_for_one_that_cannot_be_meant(
    at: datetime | None, believed: datetime
) -> None:
    assert told_at(replace(TOLD, at=at), NOW) == believed


def test_another_name_another_spelling_and_other_words_are_no_other_happening() -> None:
    again = replace(TOLD, event="another name", recipient="ada@example.org", words="other words")
    assert occurrence(again) == occurrence(TOLD)


@pytest.mark.parametrize(
    "change",
    [
        {"fate": Fate.BOUNCED},
        {"recipient": "ben@example.org"},
        {"delivery": 8},
        {"provider_id": "another"},
        {"at": NOW + timedelta(seconds=1)},
        {"at": None},
    ],
)
def test_anything_else_is_another_happening(change: dict[str, object]) -> None:
    assert occurrence(replace(TOLD, **change)) != occurrence(TOLD)  # type: ignore[arg-type]
