"""What stands before every door, and what every answer carries."""

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from app.store.database import Database
from app.web import confirm, health, lesson, links, public, sign_up
from tests.web.conftest import BASE, Site, make_site

PAGES = [
    "/",
    "/check-inbox",
    "/privacy",
    "/safety",
    "/checkin",
    "/api/docs",
    "/lessons/little/en/01-first-hello",
]


@pytest.mark.parametrize("host", ["evil.example", "letters.example.org.evil", "", "letters.example.org:81"])
def test_a_foreign_host_is_refused(site: Site, host: str) -> None:
    assert site.client.get("/", headers={"host": host}).status_code == 400


def test_a_forwarded_host_changes_no_link(site: Site) -> None:
    site.client.post(
        "/api/subscribers",
        json={"email": "ada@example.org"},
        headers={"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"},
    )
    letter = site.letters()[0]
    assert "evil.example" not in letter.text + letter.html
    assert BASE in letter.text


def test_health_answers_to_any_name(site: Site) -> None:
    for door in ("/healthz", "/readyz"):
        assert site.client.get(door, headers={"host": "10.0.0.1"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["//evil.example/..", "/?next=https://evil.example", "/signup/", "/privacy/"]
)
def test_nothing_redirects_elsewhere(site: Site, path: str) -> None:
    answer = site.client.get(path)
    assert "evil.example" not in answer.headers.get("location", "")
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_closed_to_others(site: Site, path: str) -> None:
    headers = site.client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "max-age" in headers["strict-transport-security"]
    assert "set-cookie" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_inline_code_or_anything_from_elsewhere(site: Site, path: str) -> None:
    html = site.client.get(path).text
    assert "<style" not in html
    assert ' style="' not in html
    assert "<script>" not in html
    assert 'src="http' not in html


def test_pages_of_links_stay_out_of_search_engines(site: Site) -> None:
    site.sign_up()
    assert "noindex" in site.client.get(site.link("confirm")).headers["x-robots-tag"]
    assert "x-robots-tag" not in site.client.get("/").headers


def test_the_inbox_does_not_exist_without_captured_mail(site: Site) -> None:
    assert site.client.get("/inbox").status_code == 404
    assert site.client.post("/inbox/next-day").status_code == 404


def test_every_door_that_acts_answers_only_after_its_commit(site: Site) -> None:
    """A commit that fails is a 503 at every POST, and nothing was written."""
    site.start()
    posts = {
        "/signup": {"email": "b@example.org", "token": site.token()},
        **{f"/{p}/{site.front.ring.sign(p, 1)}": fields for p, fields in FORMS.items()},  # type: ignore[arg-type]
    }
    routes = {
        route.path.split("{")[0].rstrip("/")
        for route in walk()
        if "POST" in (route.methods or set()) and "/api/" not in route.path
    }
    assert {"/" + path.split("/")[1] for path in posts} == routes
    event.listen(site.front.database.engine, "commit", refuse)
    for path, fields in posts.items():
        assert site.client.post(path, data=fields).status_code == 503, path
    assert site.client.post("/api/subscribers", json={"email": "c@example.org"}).status_code == 503
    event.remove(site.front.database.engine, "commit", refuse)
    site.client.post(f"/resume/{site.front.ring.sign('resume', 1)}")  # type: ignore[arg-type]
    assert [letter.kind for letter in site.letters()] == ["confirm", "welcome"]


FORMS = {
    "confirm": {"action": "again"},
    "settings": {"hour": "08:00"},
    "pause": {"until": "week"},
    "resume": {},
    "unsubscribe": {"stop": "1"},
}


def refuse(connection: Connection) -> None:
    connection.invalidate()
    raise OperationalError("COMMIT", {}, Exception("the disk is full"))


def walk() -> list[APIRoute]:
    rooms = (public, sign_up, confirm, links, lesson, health)
    return [route for room in rooms for route in room.router.routes if isinstance(route, APIRoute)]


def test_an_unforeseen_error_is_a_page_in_the_operators_name(database: Database) -> None:
    site = make_site(database)
    object.__setattr__(site.front, "ring", None)
    answer = site.client.get("/")
    assert answer.status_code == 500
