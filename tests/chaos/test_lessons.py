"""Lessons that are edited or vanish while people are in the course."""

from dataclasses import replace

import pytest

from app.compose.letters import Composer
from app.core.challenge import Challenge
from app.core.delivery import State
from app.store import deliveries
from app.store.database import Database
from tests.web.conftest import Site, make_site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECOND = ("en", "slow-thanks")


@pytest.fixture
def site(database: Database) -> Site:
    return make_site(database)


def restart_with(site: Site, challenge: Challenge) -> None:
    """The worker comes back with the lessons as they are on the disk by now."""
    compose = site.worker.compose.__self__  # type: ignore[attr-defined]
    assert isinstance(compose, Composer)
    site.worker.compose = replace(compose, challenges={challenge.slug: challenge}).compose


def states(site: Site) -> dict[str, State]:
    with site.front.reading() as (session, _):
        return {one.occasion: one.state for one in deliveries.of_subscriber(session, 1)}


def test_a_lesson_that_vanished_waits_for_the_operator(site: Site) -> None:
    site.start()
    whole = site.front.challenge
    without = {key: lesson for key, lesson in whole.lessons.items() if key != SECOND}
    restart_with(site, replace(whole, lessons=without))
    site.next_day()
    site.next_day()
    assert states(site)["lesson:1:1"] is State.SENT
    assert states(site)["lesson:1:2"] is State.HELD


def test_a_lesson_that_was_edited_reads_as_it_is_now(site: Site) -> None:
    site.start()
    whole = site.front.challenge
    edited = replace(whole.lessons[SECOND], subject="A word of thanks")
    restart_with(site, replace(whole, lessons={**whole.lessons, SECOND: edited}))
    site.next_day()
    site.next_day()
    assert "A word of thanks" in site.mailer.accepted[-1].subject
