"""The fire's oracle: the far end's log against what was owed."""

import json
from pathlib import Path

from app.store.database import Database
from tests.chaos.fire import oracle
from tests.chaos.fire.people import owed, sign_up_all
from tests.chaos.fire.state import State
from tests.chaos.fire.trial import Fire, Setting


def counted(home: Database, log: Path, *lines: tuple[str, str]) -> Fire:
    log.write_text("".join(json.dumps({"to": to, "subject": what}) + "\n" for to, what in lines))
    fire = Fire(Setting("sqlite", "hold", people=2, seed=1, fury=1))
    oracle.count(fire, State(home, lambda: None), log)
    return fire


def test_what_the_far_end_did_not_accept_is_lost(database: Database, tmp_path: Path) -> None:
    State(database, lambda: None).writing(lambda session: sign_up_all(session, range(2)))
    everything = sorted(owed(2))
    assert counted(database, tmp_path / "log", *everything).failures == []
    assert counted(database, tmp_path / "log", *everything[1:]).failures == ["1 lost"]


def test_what_it_accepted_twice_is_an_extra_copy(database: Database, tmp_path: Path) -> None:
    fire = counted(database, tmp_path / "log", *sorted(owed(2)), *sorted(owed(1)))
    assert fire.failures == ["6 extra copies beyond what was promised"]


def test_what_nobody_was_owed_is_counted(database: Database, tmp_path: Path) -> None:
    stray = ("mallory@example.org", "lesson 1")
    assert counted(database, tmp_path / "log", *owed(2), stray).failures == ["1 sent that nobody was owed"]
