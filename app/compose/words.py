"""Interface words, dates and hours in a reader's language. English is the msgid; it needs no catalogue."""

import re
from datetime import date, datetime, time
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.core.challenge import HEADINGS
from app.core.sentence import N_

LOCALE = Path(__file__).parents[2] / "locale"
CATALOGUE = Path("LC_MESSAGES", "kindling.po")


@cache
def catalogue(language: str) -> NullTranslations:
    """The words of a language; where none were written, the English ones."""
    tag = language.replace("-", "_")
    for folder in (LOCALE / tag, LOCALE / tag.partition("_")[0]):
        if (folder / CATALOGUE).exists():
            return _compiled(folder / CATALOGUE)
    return NullTranslations()


def _compiled(file: Path) -> GNUTranslations:
    """Straight from what translators write, so that nothing has to be built before a start."""
    compiled = BytesIO()
    with file.open("rb") as written:
        write_mo(compiled, read_po(written))
    return GNUTranslations(BytesIO(compiled.getvalue()))


def say(text: str, language: str) -> str:
    return catalogue(language).gettext(text)


def heading(key: str, language: str) -> str:
    """How a section of a lesson is called."""
    return say(HEADINGS[key], language)


def own_name(language: str) -> str:
    """What a language is called by those who speak it: `Deutsch`."""
    return _language(language, language)


def borrowed(language: str, wanted: str) -> str:
    """The line that says why a text is in another language than was wanted; empty where it is not."""
    if language == wanted:
        return ""
    sentence = say(N_("There is no {wanted} version of this yet; here it is in {language}."), wanted)
    return sentence.format(wanted=_language(wanted, wanted), language=_language(language, wanted))


def _language(one: str, language: str) -> str:
    """The name of one language in another."""
    names = locale_of(language).languages
    return str(names.get(one.replace("-", "_")) or names[one.partition("-")[0]])


def place(zone: str, language: str) -> str:
    """The place a zone is named after: `Wien`. Babel knows those that a language writes otherwise."""
    known: str = locale_of(language).time_zones.get(zone, {}).get("city", "")
    return known or zone.partition("/")[2].replace("_", " ").replace("/", ", ") or zone


def direction(language: str) -> str:
    """ltr or rtl."""
    return locale_of(language).text_direction


def day(on: date, language: str) -> str:
    """`Tuesday 24 November`."""
    locale = locale_of(language)
    usual = str(locale.datetime_skeletons.get("MMMMEd") or locale.datetime_skeletons["MMMEd"])
    return format_date(on, re.sub("MMM+", "MMMM", re.sub("[Ec]+", "EEEE", usual)), locale)


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
