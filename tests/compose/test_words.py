from datetime import UTC, date, datetime, time

import pytest

from app.compose import words
from app.core.challenge import HEADINGS

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Tuesday 24 November"),
        ("de", "Dienstag, 24. November"),
        ("fr", "mardi 24 novembre"),
        ("pt-BR", "terça-feira, 24 de novembro"),
    ],
)
def test_a_day_is_said_in_the_readers_language(language: str, said: str) -> None:
    assert words.day(TUESDAY, language) == said


def test_an_hour_is_the_readers_own_clock() -> None:
    assert words.hour(time(7), "en") == "07:00"


def test_a_moment_names_the_place_of_its_clock() -> None:
    at = datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert words.moment(at, "Europe/Berlin", "en") == "Tuesday 24 November at 07:00, Berlin time"
    assert words.moment(at, "America/Argentina/Buenos_Aires", "en").endswith("03:00, Buenos Aires time")
    assert words.moment(at, "UTC", "en") == "Tuesday 24 November at 06:00 UTC"


def test_english_needs_no_catalogue() -> None:
    assert [words.heading(key, "en") for key in HEADINGS] == list(HEADINGS.values())


def test_a_language_nobody_has_translated_speaks_english() -> None:
    assert words.say("Settings", "fi") == "Settings"


def test_hebrew_runs_from_right_to_left() -> None:
    assert (words.direction("he"), words.direction("en")) == ("rtl", "ltr")


def test_german_is_read_from_what_its_translators_wrote() -> None:
    assert words.say("Settings", "de") == words.say("Settings", "de-AT") == "Einstellungen"
    assert words.catalogue("de").ngettext("one day", "days", 2) == "days"


def test_german_headings_all_differ() -> None:
    assert len({words.heading(key, "de") for key in HEADINGS}) == len(HEADINGS)


def test_a_language_calls_itself_by_its_own_name() -> None:
    assert [words.own_name(one) for one in ("en", "de", "pt-BR")] == ["English", "Deutsch", "português"]


def test_a_borrowed_text_says_so_in_the_language_that_was_wanted() -> None:
    assert words.borrowed("de", "de") == ""
    assert words.borrowed("en", "de") == "Das gibt es noch nicht auf Deutsch. Hier steht es auf Englisch."


def test_places_are_called_as_the_reader_calls_them() -> None:
    assert words.place("Europe/Vienna", "de") == "Wien"
    assert words.place("America/Argentina/Buenos_Aires", "en") == "Argentina, Buenos Aires"
    assert words.place("UTC", "de") == "UTC"
