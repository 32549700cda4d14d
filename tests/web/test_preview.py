"""The preview page: development only, live, and honest about the dark and about mistakes."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.mail.providers.capture import Inbox
from app.store.database import Database
from app.web import preview
from app.web.site import build_site
from tests.curriculum.breaks import HELLO, change
from tests.curriculum.conftest import little
from tests.web.conftest import Site, make_site

__all__ = ["little"]


@pytest.fixture
def desk(database: Database, tmp_path: Path, little: Path) -> TestClient:
    """A visitor of a development copy whose lessons lie in `little`."""
    front = make_site(database, inbox=Inbox(tmp_path / "inbox")).front
    app = build_site(front)
    app.dependency_overrides[preview.course_folder] = lambda: little
    return TestClient(app, base_url=front.base_url)


def test_in_production_there_is_no_preview(site: Site) -> None:
    assert site.client.get("/preview").status_code == 404
    assert site.client.get("/preview/letter").status_code == 404
    assert site.client.get("/preview/stamp").status_code == 404


def test_a_day_is_shown_in_a_frame_that_may_do_nothing(desk: TestClient) -> None:
    page = desk.get("/preview?day=2&as=alone")
    assert page.status_code == 200
    assert 'sandbox="allow-popups' in page.text
    assert "Day 2: Say thanks slowly" in page.text
    letter = desk.get("/preview/letter?day=2&as=alone")
    assert "If Ben joins in" in letter.text
    assert "sandbox" in letter.headers["content-security-policy"]


def test_the_page_runs_its_own_script_and_asks_its_own_server(desk: TestClient) -> None:
    rules = desk.get("/preview").headers["content-security-policy"]
    assert "script-src 'self'" in rules
    assert "connect-src 'self'" in rules
    assert "unsafe" not in rules
    assert desk.get("/static/preview.js").status_code == 200


def test_the_dark_is_that_of_the_letter_whatever_the_browser_prefers(desk: TestClient) -> None:
    by_day, by_night = (desk.get(f"/preview/letter?view={view}").text for view in ("light", "dark"))
    assert "@media all" in by_night
    assert "@media not all" in by_day
    assert "prefers-color-scheme" not in by_day + by_night
    assert 'content="dark"' in by_night


def test_the_text_can_be_read_as_it_is(desk: TestClient) -> None:
    page = desk.get("/preview?day=1&as=nameless&view=text").text
    assert "WHY TODAY" in page
    assert "<iframe" not in page


def test_what_cannot_be_understood_is_the_first_of_its_kind(desk: TestClient) -> None:
    page = desk.get("/preview?day=-1&as=nobody&view=x&language=zz")
    assert page.status_code == 200
    assert "Day 1: " in page.text
    assert desk.get("/preview?day=<script>").status_code == 200


def test_a_written_lesson_is_shown_at_once_and_moves_the_stamp(desk: TestClient, little: Path) -> None:
    before = desk.get("/preview/stamp").text
    assert f'data-stamp="{before}"' in desk.get("/preview").text
    change(HELLO, "A nod would do.", "A wave would do, really.")(little)
    assert "A wave would do, really." in desk.get("/preview/letter").text
    assert desk.get("/preview/stamp").text != before


def test_a_mistake_is_a_sentence_with_file_and_line(desk: TestClient, little: Path) -> None:
    change(HELLO, "day: 1", "day: one")(little)
    page = desk.get("/preview?day=2")
    assert page.status_code == 200
    assert "01-first-hello.md:2 L01 error: `day` cannot be used" in page.text
    assert desk.get("/preview/letter?day=2").text == ""


def test_what_cannot_be_rendered_is_a_sentence_too(desk: TestClient, little: Path) -> None:
    change(HELLO, "A nod would do.", r"\{\{stranger\}\} would do.")(little)
    assert "{{stranger}} is not filled in here" in desk.get("/preview").text


def test_what_the_rules_doubt_stands_beside_the_letter(desk: TestClient, little: Path) -> None:
    change(HELLO, "A nod would do.", "Simply nod.")(little)
    page = desk.get("/preview").text
    assert "L22 warning" in page
    assert "<iframe" in page
    assert "L22 warning" not in desk.get("/preview?day=2").text
