"""Links from mails: machines may look as often as they like; only a person's POST acts, and only once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.core.enrollment import Status
from app.store import installation
from app.store.tables import deliveries, enrollments, subscribers
from tests.web.conftest import Site

PURPOSES = ["confirm", "settings", "pause", "resume", "unsubscribe", "lesson"]


def status(site: Site) -> Status:
    with site.front.reading() as (session, _):
        return Status(session.execute(enrollments.select()).all()[-1].status)


def everything(site: Site) -> list[object]:
    with site.front.reading() as (session, _):
        return [session.execute(table.select()).all() for table in (subscribers, enrollments, deliveries)]


def path(site: Site, purpose: str) -> str:
    return f"/{purpose}/{site.front.ring.sign(purpose, 1)}"  # type: ignore[arg-type]


@pytest.fixture
def running(site: Site) -> Site:
    site.start()
    site.next_day()
    return site


@pytest.mark.parametrize("purpose", PURPOSES)
def test_looking_fifty_times_changes_nothing(running: Site, purpose: str) -> None:
    before = everything(running)
    for _ in range(25):
        assert running.client.get(path(running, purpose)).status_code == 200
        assert running.client.head(path(running, purpose)).status_code == 200
    running.client.options(path(running, purpose))
    assert everything(running) == before


def test_a_confirmation_that_machines_opened_still_works_for_the_person(site: Site) -> None:
    site.sign_up()
    for _ in range(50):
        site.client.get(site.link("confirm"))
    answer = site.client.post(site.link("confirm"), data={"hour": "07:00", "timezone": "Europe/Berlin"})
    assert answer.status_code == 303
    assert "07:00" in site.client.get(answer.headers["location"]).text
    assert status(site) is Status.ACTIVE


def test_confirming_in_parallel_begins_one_course(site: Site) -> None:
    site.sign_up()
    link, fields = site.link("confirm"), {"hour": "07:00", "timezone": "Europe/Berlin"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: site.client.post(link, data=fields).status_code, range(4)))
    assert set(answers) <= {200, 303}
    assert [letter.kind for letter in site.letters()] == ["confirm", "welcome"]


def test_the_page_that_asks_when_is_filled_in(site: Site) -> None:
    site.sign_up(timezone="America/New_York")
    page = site.client.get(site.link("confirm")).text
    assert '<option value="07:00" selected' in page
    assert '<option value="America/New_York" selected' in page


@pytest.mark.parametrize(
    "fields",
    [
        {"hour": "25:00"}, {"timezone": "Mars/Phobos"}, {"rhythm": "hourly"}, {"company": "crowd"},
        {"starts": "date", "start_date": "2020-01-01"}, {"starts": "date", "start_date": "9999-01-01"},
        {"starts": "date", "start_date": "2026-02-31"}, {"starts": "date", "start_date": ""},
    ],
)  # fmt: skip
def test_a_choice_that_cannot_be_comes_back_with_a_sentence(site: Site, fields: dict[str, str]) -> None:
    site.sign_up()
    answer = site.client.post(site.link("confirm"), data={"hour": "07:00", "timezone": "UTC", **fields})
    assert answer.status_code == 422
    assert status(site) is Status.WAITING


def test_a_confirmation_too_old_offers_a_fresh_one(site: Site) -> None:
    site.sign_up()
    link = site.link("confirm")
    with site.front.writing() as (session, now):
        installation.move_clock(session, now + timedelta(hours=73))
    assert "72 hours" in site.client.get(link).text
    assert site.client.post(link, data={"hour": "07:00"}).status_code == 410
    site.client.post(link, data={"action": "again"})
    assert [letter.kind for letter in site.letters()] == ["confirm", "confirm"]
    site.client.post(site.link("confirm"), data={"hour": "07:00", "timezone": "UTC"})
    assert status(site) is Status.ACTIVE


def test_a_confirmation_after_leaving_says_that_it_ended(running: Site) -> None:
    running.client.post(path(running, "unsubscribe"), data={"stop": "1"})
    answer = running.client.post(path(running, "confirm"), data={"hour": "07:00"})
    assert answer.status_code == 410
    assert status(running) is Status.LEFT


DAMAGE = ["", "x", "v1.1.abcd", "v2.1.0000.0"]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_damaged_link_gets_a_friendly_page(running: Site, purpose: str) -> None:
    good = path(running, purpose)
    for bad in (
        good[:-1],
        good + "a",
        good.replace(".1.", ".2."),
        f"/{purpose}/x",
        good.replace("v1", "v1=3D"),
    ):
        answer = running.client.get(bad)
        assert answer.status_code == 404
        assert "did not arrive whole" in answer.text
        assert "/#start" in answer.text


@pytest.mark.parametrize("stuck", [".", ")", ">", "=", "%20", "%22"])
def test_what_is_stuck_to_a_link_is_forgiven(running: Site, stuck: str) -> None:
    assert running.client.get(path(running, "settings") + stuck).status_code == 200


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_of_another_purpose_is_refused(running: Site, purpose: str) -> None:
    token = path(running, "pause" if purpose != "pause" else "resume").rpartition("/")[2]
    assert running.client.post(f"/{purpose}/{token}", data={"stop": "1"}).status_code in (404, 405)
    assert status(running) is Status.ACTIVE


def test_a_link_whose_person_is_gone_says_that_nothing_is_held(running: Site) -> None:
    with running.front.writing() as (session, _):
        session.execute(subscribers.delete())
    answer = running.client.get(path(running, "settings"))
    assert answer.status_code == 410
    assert "nothing" in answer.text.lower()


def test_pausing_says_until_when_and_resuming_when_it_goes_on(running: Site) -> None:
    paused = running.client.post(path(running, "pause"), data={"until": "week"})
    assert paused.status_code == 200
    assert status(running) is Status.PAUSED
    assert "07:00" in running.client.post(path(running, "resume")).text
    assert status(running) is Status.ACTIVE


@pytest.mark.parametrize("until", ["2020-01-01", "9999-12-31", "2026-02-31", "soon", ""])
def test_a_pause_until_no_date_is_refused(running: Site, until: str) -> None:
    answer = running.client.post(path(running, "pause"), data={"until": "date", "date": until})
    assert answer.status_code == 422
    assert status(running) is Status.ACTIVE


def test_settings_are_kept_and_shown(running: Site) -> None:
    wishes = {
        "hour": "21:15",
        "timezone": "Asia/Tokyo",
        "rhythm": "weekdays",
        "company": "alone",
        "discreet": "1",
    }
    answer = running.client.post(path(running, "settings"), data=wishes)
    assert answer.status_code == 200
    assert '<option value="21:15" selected' in answer.text
    assert '<option value="Asia/Tokyo" selected' in running.client.get(path(running, "settings")).text


def test_settings_that_cannot_be_are_refused_and_nothing_is_lost(running: Site) -> None:
    before = everything(running)
    answer = running.client.post(path(running, "settings"), data={"hour": "25:00", "timezone": "Asia/Tokyo"})
    assert answer.status_code == 422
    assert everything(running) == before


@pytest.mark.parametrize("value", ["One-Click", "one-click"])
def test_one_click_unsubscribes_without_a_word(running: Site, value: str) -> None:
    answer = running.client.post(path(running, "unsubscribe"), data={"List-Unsubscribe": value})
    assert answer.status_code == 200
    assert status(running) is Status.LEFT
    assert "goodbye" not in [letter.kind for letter in running.letters()]


def test_one_click_may_come_as_multipart(running: Site) -> None:
    parts = {"List-Unsubscribe": (None, "One-Click")}
    assert running.client.post(path(running, "unsubscribe"), files=parts).status_code == 200
    assert status(running) is Status.LEFT


@pytest.mark.parametrize("fields", [{"x": "1"}, {"List-Unsubscribe": "perhaps"}])
def test_any_other_post_only_shows_the_page(running: Site, fields: dict[str, str]) -> None:
    assert running.client.post(path(running, "unsubscribe"), data=fields).status_code == 200
    assert status(running) is Status.ACTIVE


def test_an_empty_post_only_shows_the_page(running: Site) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    running.client.post(path(running, "unsubscribe"), content=b"", headers=form)
    assert status(running) is Status.ACTIVE


def test_stopping_on_the_page_says_goodbye_and_can_be_undone(running: Site) -> None:
    stopped = running.client.post(path(running, "unsubscribe"), data={"stop": "1"})
    assert status(running) is Status.LEFT
    assert "undo" in stopped.text
    back = running.client.post(path(running, "unsubscribe"), data={"undo": "1"})
    assert back.status_code == 200
    assert status(running) is Status.ACTIVE


def test_undoing_after_a_day_is_too_late(running: Site) -> None:
    running.client.post(path(running, "unsubscribe"), data={"stop": "1"})
    with running.front.writing() as (session, now):
        installation.move_clock(session, now + timedelta(hours=25))
    answer = running.client.post(path(running, "unsubscribe"), data={"undo": "1"})
    assert answer.status_code == 409
    assert status(running) is Status.LEFT


def test_a_persons_lesson_page_shows_what_was_sent_and_nothing_else(running: Site) -> None:
    link = path(running, "lesson")
    assert running.client.get(link).status_code == 200
    assert running.client.get(f"{link}/1").status_code == 200
    for later in ("2", "31", "-1", "1e1", "٣", "01", "0", "../../etc/passwd"):
        assert running.client.get(f"{link}/{later}").status_code == 404


def test_whose_link_it_is_shows_only_masked(running: Site) -> None:
    page = running.client.get(path(running, "settings")).text
    assert "ada@example.org" not in page
    assert "a…@example.org" in page
