"""What is true of every letter, and of each kind."""

import re
from dataclasses import replace

import pytest

from app.compose.facts import FACTS as TOLD
from app.compose.letters import FORMS
from app.core.challenge import LETTER_PLACEHOLDERS, LETTERS, PLACEHOLDERS, Section
from app.core.delivery import Kind
from app.core.enrollment import Company
from app.core.message import feedback_id, headers
from app.core.order import Reader
from app.core.return_path import delivery_of
from app.core.schedule import Rhythm
from app.errors import CourseError
from tests.compose.little import (
    ADA,
    BASE,
    BRAND,
    CHALLENGE,
    SECTIONS,
    composer,
    lesson,
    order,
    seen,
    targets,
    words,
)

KINDS = pytest.mark.parametrize("kind", list(Kind))
NAMES = ["", "X", "Maximiliana Theodora Charlotte", "نور", "נועה", "<script>", "{{ config }}"]


@KINDS
@pytest.mark.parametrize("name", NAMES)
def test_html_and_text_say_the_same_words(kind: Kind, name: str) -> None:
    message = composer().compose(order(kind, Reader(name, name)))
    assert words(seen(message.html)) == words(message.text)


@KINDS
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_to_fill_in(kind: Kind, name: str) -> None:
    message = composer().compose(order(kind, Reader(name, name)))
    for part in (message.subject, message.text, message.html):
        assert "{{" not in part
        assert "<script" not in part


@KINDS
def test_the_same_order_gives_the_same_message(kind: Kind) -> None:
    assert composer().compose(order(kind)) == composer().compose(order(kind))


@KINDS
def test_a_letter_is_small_and_fetches_nothing(kind: Kind) -> None:
    html = composer().compose(order(kind)).html
    assert len(html.encode()) < 15_000
    assert all(url.startswith(f"{BASE}/") for url in re.findall(r"https?://[^\"<\s]*", html))
    assert not re.search(r"<(img|link|script|iframe|form|video)|url\(|@import|src=", html)


@KINDS
def test_every_link_of_the_text_is_one_of_the_html(kind: Kind) -> None:
    message = composer().compose(order(kind))
    in_text = re.findall(r"https?://[^\s)]+", message.text)
    assert in_text == targets(message.html)


@KINDS
def test_lines_of_text_keep_to_72_columns_unless_an_address_is_longer(kind: Kind) -> None:
    text = composer().compose(order(kind)).text
    said = [re.sub(r"^\[\d\] ", "", line.strip()) for line in text.split("\n") if len(line) > 72]
    assert all(line.startswith("https://") and " " not in line for line in said)


@KINDS
def test_a_discreet_subject_gives_nothing_away(kind: Kind) -> None:
    message = composer().compose(order(kind, replace(ADA, discreet=True)))
    plain = composer().compose(order(kind))
    assert message.subject != plain.subject
    head = message.html.partition("<h1")[0]
    assert "Second" not in head
    assert "Sixty seconds" not in head
    assert "couple" not in message.subject.lower()


@KINDS
def test_everything_but_the_confirmation_can_be_stopped(kind: Kind) -> None:
    message = composer().compose(order(kind))
    assert message.unsubscribe.startswith(f"{BASE}/unsubscribe/v1.12.") == (kind is not Kind.CONFIRM)


@KINDS
def test_the_foot_says_why_and_who(kind: Kind) -> None:
    foot = composer().compose(order(kind)).text.partition("\n-- \n")[2]
    assert "\nYou get this because" in f"\n{foot}"
    assert foot.endswith("12 Quay Street\nBristol\nHarbour & Sons Ltd\n")


@KINDS
def test_a_subject_never_shouts(kind: Kind) -> None:
    subject = composer().compose(order(kind)).subject
    assert "!" not in subject
    assert len(subject) <= 60


@pytest.mark.parametrize("kind", sorted(LETTERS - {"welcome", "completion"}))
def test_a_letter_about_a_thing_done_is_short(kind: str) -> None:
    assert len(words(CHALLENGE.letters["en", kind].text)) < 120


def test_every_kind_has_its_form_and_every_letter_its_file() -> None:
    assert FORMS.keys() == set(Kind)
    assert {kind for _, kind in CHALLENGE.letters} == LETTERS


def test_what_letters_may_tell_is_what_authors_may_use() -> None:
    assert TOLD.keys() | PLACEHOLDERS == LETTER_PLACEHOLDERS


class TestLesson:
    def test_its_subject_and_first_line_count_the_days(self) -> None:
        message = composer().compose(order())
        assert message.subject == "Day 2: The second of it"
        assert message.text.startswith("Day 2 of 3 · five minutes\n\nThe second of it\n\nHello Ada,\n")

    def test_a_discreet_subject_keeps_the_day(self) -> None:
        assert composer().compose(order(reader=replace(ADA, discreet=True))).subject == "Five minutes, day 2"

    @pytest.mark.parametrize(
        ("company", "first"),
        [
            (Company.TOGETHER, ["Why today", "Do this", "When and then"]),
            (Company.ALONE, ["Why today", "On your own", "If Ben joins in"]),
            (Company.APART, ["Why today", "Apart today", "Do this"]),
        ],
    )
    def test_sections_move_with_the_company(self, company: Company, first: list[str]) -> None:
        message = composer().compose(order(reader=replace(ADA, company=company)))
        assert re.findall(r"<h2[^>]*>(.*?)</h2>", message.html)[:3] == first
        assert message.text.index(first[1].upper()) < message.text.index(first[2].upper())

    def test_each_phase_wears_a_colour_of_its_own(self) -> None:
        notice, keep = (
            composer().compose(order(day=day, slug=slug)) for day, slug in ((1, "first"), (3, "third"))
        )
        assert colour(notice.html) != colour(keep.html)
        assert colour(composer().compose(order(day=2)).html) == colour(notice.html)

    def test_in_a_language_from_right_to_left_everything_begins_at_the_right(self) -> None:
        one = replace(lesson(2, "second", SECTIONS[:4]), language="ar")
        arabic = replace(CHALLENGE, languages=("ar",), lessons={("ar", "second"): one})
        html = composer(arabic).compose(order()).html
        assert html.count('lang="ar" dir="rtl"') == 2
        assert "text-align: left" not in html
        assert "margin-left: 26px" not in html
        assert "italic" not in html

    def test_alone_without_a_name_it_speaks_of_a_partner(self) -> None:
        alone = Reader(company=Company.ALONE)
        assert "IF YOUR PARTNER JOINS IN" in composer().compose(order(reader=alone)).text

    def test_it_can_be_shared_without_anything_personal(self) -> None:
        text = composer().compose(order()).text
        assert f"Share this lesson:\n  {BASE}/lessons/connection/en/02-second\n" in text

    def test_who_wants_none_unasked_is_told_where_to_ask(self) -> None:
        asked = replace(order().pace, rhythm=Rhythm.ASKED)
        assert "when you ask for it" in words_of(composer().compose(order(pace=asked)).text)
        assert "when you ask for it" not in words_of(composer().compose(order()).text)
        last = order(pace=asked, day=3, slug="third")
        assert "when you ask for it" not in words_of(composer().compose(last).text)

    def test_a_lesson_that_is_gone_is_an_error(self) -> None:
        with pytest.raises(CourseError, match="no lesson “lost”"):
            composer().compose(order(slug="lost"))

    @pytest.mark.parametrize(
        "text", ["Hello {{stranger}}.", "See {{day}}.", "[The quiz]({{link:quiz}})", "{{name", "{{ config }}"]
    )
    def test_what_cannot_be_filled_in_is_refused_by_the_name_of_its_file(self, text: str) -> None:
        wrong = lesson(2, "second", (Section("why", text),))
        broken = replace(CHALLENGE, lessons={**CHALLENGE.lessons, ("en", "second"): wrong})
        with pytest.raises(CourseError, match=r"lessons/connection/en/02-second\.md"):
            composer(broken).compose(order())


class TestConfirm:
    def test_it_holds_nothing_that_anybody_typed(self) -> None:
        messages = {composer().compose(order(Kind.CONFIRM, Reader(name, name))) for name in NAMES}
        assert len(messages) == 1

    def test_it_has_one_link_to_press_and_one_to_ask_why(self) -> None:
        urls = targets(composer().compose(order(Kind.CONFIRM)).html)
        assert [url.rpartition("/v1.")[0] or url for url in urls] == [f"{BASE}/confirm", f"{BASE}/privacy"]


class TestPause:
    def test_it_says_until_when(self) -> None:
        text = composer().compose(order(Kind.PAUSED)).text
        assert "Paused until Sunday 3 January. Day 2 is next" in text

    def test_one_without_an_end_has_a_letter_of_its_own(self) -> None:
        text = composer().compose(order(Kind.PAUSED, facts={"day": "2"})).text
        assert "until you ask us to" in text
        assert "Resume with Day 2:\nhttps://" in text

    def test_coming_back_recalls_the_skill_before_the_next_lesson(self) -> None:
        assert "“first skill”" in composer().compose(order(Kind.RESUMED)).text
        before = order(Kind.RESUMED, day=1, slug="first", skill_slug=None)
        assert "“first skill”" in composer().compose(before).text

    def test_coming_back_without_a_date_waits_to_be_asked(self) -> None:
        text = composer().compose(order(Kind.RESUMED, facts={"day": "2"})).text
        assert "Day 2 is next: as soon as you ask for it." in words_of(text)


def colour(html: str) -> str:
    """Of the first line."""
    return re.findall(r'class="eyebrow"[^>]*color: ?(#\w+)', html)[0]


def words_of(text: str) -> str:
    """The text without the breaks of its lines."""
    return " ".join(text.split())


class TestHeaders:
    def test_a_message_id_is_the_same_for_every_attempt_and_tells_nothing(self) -> None:
        one = composer().compose(order()).message_id
        assert re.fullmatch(r"<[0-9a-f]{32}@little\.example\.org>", one)
        assert composer().compose(order(day=3, slug="third")).message_id == one
        assert composer().compose(order(id=8)).message_id != one
        assert composer(key=b"another").compose(order()).message_id != one

    def test_a_return_path_names_the_delivery_and_nobody_else_can_make_it(self) -> None:
        made = replace(composer(), bounces="bounce+{tag}@example.org")
        path = made.compose(order()).return_path
        assert delivery_of(path, made.key) == order().id
        assert delivery_of(path, b"another") is None

    def test_without_a_pattern_there_is_no_return_path(self) -> None:
        assert composer().compose(order()).return_path == ""

    def test_the_list_is_named_after_the_challenge(self) -> None:
        message = composer().compose(order())
        assert ("List-ID", "Thirty days <connection.little.example.org>") in headers(message)

    def test_feedback_is_gathered_by_day_never_by_person(self) -> None:
        made = composer()
        assert feedback_id(made.compose(order())) == "2:connection:lesson:little-example-"
        assert feedback_id(made.compose(order(Kind.PAUSED))) == ":connection:paused:little-example-"

    def test_a_message_is_dated_when_it_was_first_meant_to_go(self) -> None:
        assert composer().compose(order()).date == order().at


def test_what_the_operator_wrote_is_never_markup() -> None:
    brand = replace(BRAND, name="A *B* <b> {{name}}")
    message = composer(brand=brand).compose(order())
    assert "A *B* <b> {{name}}" in words_of(message.text)
    assert "A *B* &lt;b&gt; {{name}}" in message.html


def test_without_an_enrollment_there_is_no_personal_link() -> None:
    with pytest.raises(CourseError, match="belongs to no enrollment"):
        composer().compose(order(enrollment_id=None))
