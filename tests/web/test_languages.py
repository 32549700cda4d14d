"""Everybody reads in their own language: a browser or a link says it, a person's pages remember it."""

import re
from pathlib import Path
from shutil import copytree

import pytest

from app.compose.words import heading
from app.core.links import Purpose
from app.curriculum import read_challenge
from app.store.database import Database
from tests.curriculum.breaks import both_languages
from tests.web.conftest import LITTLE, Site, make_site

GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}
ENGLISH = {"accept-language": "en-GB"}
BORROWED = "Das gibt es noch nicht auf Deutsch. Hier steht es auf Englisch."


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    """The little challenge in English, and its first lesson in German too."""
    folder = Path(copytree(LITTLE, tmp_path / "little"))
    both_languages(folder)
    return make_site(database, challenge=read_challenge(folder, heading))


@pytest.fixture
def german(site: Site) -> Site:
    """Ada signed up on a German page and confirmed."""
    site.sign_up(language="de", name="Ada", partner_name="Ben", timezone="Europe/Berlin")
    site.client.post(site.link("confirm"), data={"hour": "07:00", "timezone": "Europe/Berlin"})
    site.letters()
    return site


def test_a_german_browser_gets_german_pages(site: Site) -> None:
    page = site.client.get("/", headers=GERMAN)
    assert page.headers["content-language"] == "de"
    for said in (
        '<html lang="de" dir="ltr">',
        "Fünf Minuten am Tag für euch zwei.",
        "Anfangen",
        "Hallo sagen",
    ):
        assert said in page.text


def test_a_browser_of_neither_language_gets_the_first(site: Site) -> None:
    assert site.client.get("/", headers={"accept-language": "fi"}).headers["content-language"] == "en"


def test_a_link_says_the_language_and_is_carried_on(site: Site) -> None:
    page = site.client.get("/?lang=de", headers=ENGLISH).text
    assert "Datenschutz" in page
    assert 'href="/privacy?lang=de"' in page
    assert 'href="/safety?lang=de">vertrauliche Hilfe' in page
    assert "Vertrauliche Hilfe" in site.client.get("/safety?lang=de", headers=ENGLISH).text


def test_what_the_browser_chose_is_not_written_into_links(site: Site) -> None:
    assert 'href="/privacy"' in site.client.get("/", headers=GERMAN).text


@pytest.mark.parametrize("path", ["/", "/privacy", "/safety", "/checkin"])
def test_public_pages_offer_the_other_language(site: Site, path: str) -> None:
    assert f'<a href="{path}?lang=de" hreflang="de" lang="de">Deutsch</a>' in site.client.get(path).text
    assert f'<a href="{path}?lang=en" hreflang="en" lang="en">English</a>' in (
        site.client.get(f"{path}?lang=de").text
    )


def test_search_engines_learn_of_both_languages(site: Site) -> None:
    page = site.client.get("/privacy?lang=de").text
    base = site.front.base_url
    assert f'<link rel="canonical" href="{base}/privacy?lang=de">' in page
    for code in ("en", "de"):
        assert f'<link rel="alternate" hreflang="{code}" href="{base}/privacy?lang={code}">' in page


def test_a_language_that_the_course_does_not_have_is_not_offered(site: Site) -> None:
    page = site.client.get("/?lang=fi", headers=GERMAN)
    assert page.headers["content-language"] == "de"
    assert "lang=fi" not in page.text


def test_a_form_answers_in_the_language_of_its_page(site: Site) -> None:
    refused = site.sign_up("", name="x@y.co", language="de")
    assert "Bitte gib deine E-Mail-Adresse ein." in refused.text
    assert "Bitte gib einen Vornamen an, ohne Links oder Adressen." in refused.text
    taken = site.sign_up(language="de")
    assert taken.headers["location"] == "/check-inbox?lang=de"
    assert "Sieh in deinen Posteingang" in site.client.get("/check-inbox?lang=de").text


def test_a_persons_pages_are_in_their_language_whatever_the_browser_says(german: Site) -> None:
    for purpose, said in (("settings", "Deine Einstellungen"), ("pause", "Wie lange?"), ("confirm", "dabei")):
        page = german.client.get(german.link(purpose), headers=ENGLISH)
        assert (page.headers["content-language"], said in page.text) == ("de", True)


def test_dates_and_refusals_follow(german: Site) -> None:
    page = german.client.post(german.link("pause"), data={"until": "date", "date": "soon"}, headers=ENGLISH)
    assert "Bitte gib ein Datum an" in page.text
    assert "Uhr, Ortszeit Berlin" in german.client.get(german.link("settings")).text
    assert '<optgroup label="Europa">' in german.client.get(german.link("settings")).text


def test_an_error_speaks_the_persons_language(german: Site) -> None:
    lesson = f"/lesson/{german.front.ring.sign(Purpose.LESSON, 1)}"
    assert "noch nicht an dich gegangen" in german.client.get(lesson, headers=ENGLISH).text
    assert "Hier ist nichts" in german.client.get("/nowhere", headers=GERMAN).text


def test_a_lesson_comes_in_german_where_there_is_one(german: Site) -> None:
    german.next_day()
    letter = german.mailer.accepted[-1]
    assert (letter.subject, letter.language) == ("Tag 1: Ein Gruß mit einem Namen", "de")
    assert "WARUM HEUTE" in letter.text
    assert f"{german.front.base_url}/safety?lang=de" in letter.text


def test_a_lesson_that_is_not_there_yet_comes_in_english_and_says_so(german: Site) -> None:
    german.next_day()
    german.next_day()
    letter = german.mailer.accepted[-1]
    assert (letter.subject, letter.language) == ("Day 2: Say thanks slowly", "en")
    assert BORROWED in letter.text
    assert re.search(f'<p [^>]*lang="de"[^>]*>{BORROWED}</p>', letter.html)
    page = german.client.get(german.link("lesson")).text
    assert f"{BORROWED}</p>" in page
    assert '<div class="lesson" lang="en" dir="ltr">' in page


def test_a_public_lesson_stands_in_each_language(site: Site) -> None:
    page = site.client.get("/lessons/little/de/01-first-hello", headers=ENGLISH).text
    assert "Der erste Gruß" in page
    assert "Warum heute" in page
    assert 'href="/lessons/little/en/01-first-hello" hreflang="en"' in page
    assert 'href="/lessons/little/de/02-slow-thanks"' in page


def test_a_public_lesson_that_is_borrowed_says_so_and_is_known_by_its_own_address(site: Site) -> None:
    page = site.client.get("/lessons/little/de/02-slow-thanks").text
    assert BORROWED in page
    assert '<h1 class="title" lang="en" dir="ltr">A slow thank-you</h1>' in page
    assert f'rel="canonical" href="{site.front.base_url}/lessons/little/en/02-slow-thanks"' in page


def test_the_language_can_be_changed_and_the_next_letter_follows(german: Site) -> None:
    wishes = {"hour": "07:00", "timezone": "Europe/Berlin", "language": "en"}
    saved = german.client.post(german.link("settings"), data=wishes)
    assert saved.headers["content-language"] == "en"
    assert "Saved." in saved.text
    german.next_day()
    assert german.mailer.accepted[-1].subject == "Day 1: A hello with a name"


def test_a_language_nobody_offered_is_refused(german: Site) -> None:
    wishes = {"hour": "07:00", "timezone": "Europe/Berlin", "language": "fi"}
    answer = german.client.post(german.link("settings"), data=wishes)
    assert answer.status_code == 422
    assert "Bitte wähl eine der angebotenen Sprachen." in answer.text


def test_programs_hear_english_unless_they_ask_otherwise(site: Site) -> None:
    plain = site.client.post("/api/subscribers", json={"email": ""}).json()
    asked = site.client.post("/api/subscribers", json={"email": ""}, headers=GERMAN).json()
    assert plain["errors"]["email"] == "Please type your email address."
    assert asked["errors"]["email"] == "Bitte gib deine E-Mail-Adresse ein."
