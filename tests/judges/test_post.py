"""What is true of every letter of the course, read back from the bytes that travel. No judge needed."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser

import pytest

from app.compose.reading import fetched_by, words_of_html, words_of_text
from app.core.challenge import LETTERS
from app.core.delivery import Kind
from app.core.persona import READERS, Persona
from tests.judges.post import BASE, COURSE, Mail, composed

MOST_BYTES = 40_000
LINK = re.compile(r"https?://[^\s\"<>)]*")


def test_everything_that_is_ever_sent_is_in_the_post(post: list[Mail]) -> None:
    names = {mail.name for mail in post}
    days = {f"{day:02}" for day in range(1, 31)}
    assert names == {f"{language}-{one}" for language in ("en", "de") for one in days | LETTERS}
    assert {mail.message.kind for mail in post} == set(Kind)


def test_a_letter_arrives_in_two_parts_that_say_the_same_words(post: list[Mail]) -> None:
    for mail in post:
        text, html = parts(mail.sent)
        assert words_of_html(html) == words_of_text(text) != [], mail.name


def test_its_html_is_small_and_fetches_nothing(post: list[Mail]) -> None:
    for mail in post:
        _, html = parts(mail.sent)
        assert len(html.encode()) <= MOST_BYTES, mail.name
        assert fetched_by(html) == [], mail.name


def test_its_links_lead_to_us_by_https_and_are_the_same_in_both_parts(post: list[Mail]) -> None:
    for mail in post:
        text, html = parts(mail.sent)
        targets = [attributes["href"] or "" for _, attributes in seen(html).tags if "href" in attributes]
        assert sorted(targets) == sorted(LINK.findall(text)) != [], mail.name
        assert all(target.startswith(f"{BASE}/") for target in targets), mail.name
        assert not set(LINK.findall(re.sub(r'href="[^"]*"', "", html))), mail.name


def test_it_says_its_language_and_direction(post: list[Mail]) -> None:
    for mail in post:
        tag, attributes = seen(parts(mail.sent)[1]).tags[0]
        assert (tag, attributes["lang"], attributes["dir"]) == ("html", mail.name[:2], "ltr")


def test_it_has_one_first_heading_and_skips_no_level(post: list[Mail]) -> None:
    for mail in post:
        headings = [tag for tag, _ in seen(parts(mail.sent)[1]).tags if re.fullmatch("h[1-6]", tag)]
        assert headings[0] == "h1", mail.name
        assert set(headings[1:]) <= {"h2"}, mail.name


def test_no_screen_reader_takes_its_layout_for_a_table(post: list[Mail]) -> None:
    for mail in post:
        tables = [attributes for tag, attributes in seen(parts(mail.sent)[1]).tags if tag == "table"]
        assert {table.get("role") for table in tables} == {"presentation"}, mail.name


@pytest.mark.parametrize("persona", [Persona.ARABIC, Persona.HEBREW])
@pytest.mark.parametrize("language", COURSE.languages)
def test_a_name_from_right_to_left_never_turns_a_sentence(persona: Persona, language: str) -> None:
    reader = replace(READERS[persona], language=language)
    for message in composed(reader):
        for name in (reader.name, reader.partner):
            assert message.html.count(name) == message.html.count(f"<bdi>{name}</bdi>")
            assert message.text.count(name) == message.text.count(f"\u2068{name}\u2069")


@cache
def parts(mail: bytes) -> tuple[str, str]:
    whole = message_from_bytes(mail, _class=EmailMessage, policy=policy.default)
    assert not whole.defects
    text, html = whole.iter_parts()
    return text.get_content(), html.get_content()


class Page(HTMLParser):
    """Its tags in order, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def seen(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page
