"""The fire, small; the long one is `make fire`."""

import pytest

from tests.chaos.fire.burn import burn
from tests.chaos.fire.trial import Fire, Setting


@pytest.mark.parametrize(
    ("database", "policy"), [("sqlite", "resend_once"), ("postgresql", "hold"), ("postgresql", "key")]
)
def test_everybody_gets_everything_and_nothing_comes_again_unpromised(database: str, policy: str) -> None:
    fire = burn(Setting(database, policy, people=20, seed=1, fury=0.4, blows=16))
    assert fire.failures == []
    assert fire.owed == 120
    assert fire.blows.kills + fire.blows.graceful_stops + fire.blows.freezes > 0


def test_a_fire_that_burnt_somebody_says_so() -> None:
    burnt = Fire(Setting("sqlite", "hold", people=1, seed=1, fury=1), lost=1, extra=2, most_copies=3)
    assert len(burnt.failures) == 3


def test_one_more_is_allowed_for_each_message_that_nobody_could_know_of() -> None:
    fire = Fire(Setting("sqlite", "resend_once", people=1, seed=1, fury=1), extra=3, replies_dropped=2)
    assert fire.failures == ["1 extra copies beyond what was promised"]
    fire.blows.on_the_wire = 1
    assert fire.failures == []
