"""Interface words, dates and hours in a reader's language. English is the msgid; it needs no catalogue."""

from datetime import date, datetime, time
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time, get_timezone_location

from app.core.challenge import HEADINGS

LOCALE = Path(__file__).parents[2] / "locale"


def N_(text: str) -> str:  # the name that extractors of messages know
    """Marks a sentence for the catalogue (extractors know this name); `say` translates it."""
    return text


@cache
def catalogue(language: str) -> NullTranslations:
    """The words of a language; where none were written, the English ones."""
    tag = language.replace("-", "_")
    wanted = [tag, tag.partition("_")[0]]
    return translation("kindling", LOCALE, wanted, fallback=True)


def say(text: str, language: str) -> str:
    return catalogue(language).gettext(text)


def heading(key: str, language: str) -> str:
    """How a section of a lesson is called."""
    return say(HEADINGS[key], language)


def direction(language: str) -> str:
    """ltr or rtl."""
    return locale_of(language).text_direction


def day(on: date, language: str) -> str:
    """`Tuesday 24 November`."""
    locale = locale_of(language)
    month_day = format_skeleton("MMMMd", datetime.combine(on, time()), locale=locale)
    return f"{format_date(on, 'EEEE', locale)} {month_day}"


def hour(at: time, language: str) -> str:
    """`07:00`, by the reader's own clock."""
    return format_time(at, "HH:mm", locale=locale_of(language))


def moment(at: datetime, zone: str, language: str) -> str:
    """An instant by the clock of a zone: `Tuesday 24 November at 07:00, Berlin time`."""
    local = at.astimezone(ZoneInfo(zone))
    clock = format_datetime(local, "HH:mm", locale=locale_of(language))
    if zone == "UTC":
        return say(N_("{day} at {time} UTC"), language).format(day=day(local.date(), language), time=clock)
    place = get_timezone_location(zone, locale=locale_of(language), return_city=True).rpartition("/")[2]
    sentence = say(N_("{day} at {time}, {place} time"), language)
    return sentence.format(day=day(local.date(), language), time=clock, place=place)


@cache
def locale_of(language: str) -> Locale:
    """English dates are written the British way, as the lessons are."""
    return Locale.parse("en-GB" if language == "en" else language, sep="-")
