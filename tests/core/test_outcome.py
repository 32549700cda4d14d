"""What follows from an answer: how long a letter waits for its next try."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.consequence import what_follows
from app.core.delivery import Delivery, Kind, State
from app.core.outcome import Meaning, Outcome

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
WELCOME = Delivery(
    id=1, occasion="welcome:1", kind=Kind.WELCOME, state=State.SENDING, address="ada@example.org",
    subscriber_id=1, enrollment_id=1, epoch=1, day=None, claim_no=1, due_at=NOW, slot=None, created_at=NOW,
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        (None, timedelta(minutes=2)),
        (timedelta(minutes=20), timedelta(minutes=20)),
        (timedelta(days=3650), timedelta(hours=1)),
        (timedelta(hours=-1), timedelta(minutes=2)),
    ],
)
def test_whoever_asks_for_patience_gets_an_hour_at_most(asked: timedelta | None, waits: timedelta) -> None:
    outcome = Outcome(1, Meaning.UNREACHED, "429", retry_after=asked)
    assert what_follows(WELCOME, outcome, None, NOW).due_at == NOW + waits


@pytest.mark.parametrize(
    ("meaning", "life"),
    [
        (Meaning.DEFERRED, timedelta(hours=24)),
        (Meaning.UNREACHED, timedelta(days=5)),
        (Meaning.OURS, timedelta(days=5)),
    ],
)
def test_a_letter_is_given_up_in_time_and_later_where_only_we_are_in_the_way(
    meaning: Meaning, life: timedelta
) -> None:
    outcome = Outcome(1, meaning, "not now")
    soon = what_follows(WELCOME, outcome, None, NOW + life - timedelta(hours=2))
    late = what_follows(WELCOME, outcome, None, NOW + life)
    assert (soon.state, late.state) == (State.SCHEDULED, State.FAILED)
