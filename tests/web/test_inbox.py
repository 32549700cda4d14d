"""The development inbox: a newcomer walks thirty days in minutes."""

from pathlib import Path

import pytest

from app.actions.lane import Lane
from app.mail.providers.capture import Capture, Inbox
from app.store.database import Database
from tests.web.conftest import Site, make_site


@pytest.fixture
def workshop(database: Database, tmp_path: Path) -> Site:
    site = make_site(database)
    capture = Capture(tmp_path / "inbox")
    site.worker.lanes = (Lane(capture),)
    return make_site(database, inbox=Inbox(capture.folder), worker=site.worker)


def newest(site: Site, tmp_path: Path) -> str:
    assert site.front.inbox is not None
    return site.front.inbox.list()[0].name


def test_an_empty_inbox_tells_a_newcomer_what_to_do(workshop: Site) -> None:
    page = workshop.client.get("/inbox")
    assert page.status_code == 200
    assert "sign" in page.text.lower()


def test_next_day_drains_and_moves_to_the_next_due_instant(workshop: Site, tmp_path: Path) -> None:
    workshop.client.post("/signup", data={"email": "ada@example.org", "token": workshop.token()})
    workshop.client.post("/inbox/next-day")
    page = workshop.client.get("/inbox").text
    assert "Please confirm" in page
    link = workshop.front.ring.sign("confirm", 1)  # type: ignore[arg-type]
    workshop.client.post(f"/confirm/{link}", data={"hour": "07:00", "timezone": "Asia/Tokyo"})
    for _ in range(4):
        workshop.client.post("/inbox/next-day")
    assert workshop.front.inbox is not None
    assert len(workshop.front.inbox.list()) == 6


def test_a_mail_can_be_seen_in_every_way(workshop: Site, tmp_path: Path) -> None:
    workshop.client.post("/signup", data={"email": "ada@example.org", "token": workshop.token()})
    workshop.client.post("/inbox/next-day")
    name = newest(workshop, tmp_path)
    for view in ("html", "text", "source"):
        assert workshop.client.get(f"/inbox/{name}?view={view}").status_code == 200
    frame = workshop.client.get(f"/inbox/{name}/html")
    assert "sandbox" in frame.headers["content-security-policy"]
    assert workshop.client.get("/inbox/0000000099-1.eml").status_code == 404
    assert workshop.client.get("/inbox/..%2F..%2Fetc%2Fpasswd").status_code == 404
