"""What people type, turned into values; each refusal is one sentence for its field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from app.compose.words import say
from app.core.enrollment import Company
from app.core.schedule import DEFAULT_HOUR, Rhythm, zones
from app.core.sentence import N_, Refusal
from app.core.subscriber import clean_name
from app.errors import InputError
from app.web.zones import current

T = TypeVar("T")

ADDRESS_LIMIT = 254
_HOUR = re.compile(r"([01][0-9]|2[0-3]):(00|15|30|45)")


class Fields:
    """Reads one form; collects every refusal, so that a person hears of all of them at once."""

    def __init__(self, typed: Mapping[str, str], language: str) -> None:
        self.typed = typed
        self.language = language
        self.errors: dict[str, str] = {}

    def read(self, name: str, reader: Callable[[str], T], otherwise: T) -> T:
        """The value of a field, or `otherwise` with the refusal noted."""
        try:
            return reader(self.typed.get(name, ""))
        except Refusal as refusal:
            self.errors[name] = say(refusal.sentence, self.language).format(**refusal.values)
            return otherwise

    def check(self) -> None:
        """InputError when anything was refused."""
        if self.errors:
            raise InputError(self.errors)


def address(typed: str, *, smtputf8: bool) -> str:
    """A deliverable address, its domain in ASCII; strict about lengths, silent about DNS."""
    text = typed.strip(" ")
    if not text:
        raise Refusal(N_("Please type your email address."))
    if len(text) > ADDRESS_LIMIT:
        raise Refusal(N_("An email address has at most {most} characters."), most=ADDRESS_LIMIT)
    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise Refusal(N_("This is not an email address we can write to; please check it.")) from None
    if unicodedata.normalize("NFKC", valid.local_part) != valid.local_part:
        raise Refusal(N_("Please type the address with plain letters; some of these only look like them."))
    if not valid.local_part.isascii() and not smtputf8:
        raise Refusal(N_("Our mail provider cannot reach this address; please use one in plain letters."))
    return f"{valid.local_part}@{valid.ascii_domain}"


def name(typed: str) -> str:
    return clean_name(typed)


def hour(typed: str) -> time:
    """A quarter hour, "07:00"; empty means seven."""
    if not typed:
        return DEFAULT_HOUR
    if not _HOUR.fullmatch(typed):
        raise Refusal(N_("Please choose an hour in quarters, such as 07:15."))
    return time.fromisoformat(typed)


def zone(typed: str) -> str:
    """A zone by its IANA name; empty means UTC."""
    if not typed:
        return "UTC"
    if typed not in zones():
        raise Refusal(N_("Please choose a time zone from the list, such as Europe/Berlin."))
    return typed


def guessed_zone(typed: str) -> str:
    """What a browser guessed, or UTC: the next page shows it and asks."""
    return current(typed) or "UTC"


def rhythm(typed: str) -> Rhythm:
    return _one_of(Rhythm, typed or Rhythm.DAILY, N_("Please choose how often to write."))


def company(typed: str) -> Company:
    return _one_of(Company, typed or Company.TOGETHER, N_("Please choose how you will take the lessons."))


def language(typed: str, known: tuple[str, ...]) -> str | None:
    """One of the languages of the course; empty leaves it as it is."""
    if typed and typed not in known:
        raise Refusal(N_("Please choose one of the languages offered."))
    return typed or None


def day(typed: str, first: date, last: date) -> date:
    """A local date between `first` and `last`."""
    try:
        found = date.fromisoformat(typed) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed) else None
    except ValueError:
        found = None
    if found is None:
        raise Refusal(N_("Please give a date such as 2026-12-24."))
    if not first <= found <= last:
        raise Refusal(
            N_("Please choose a date from {first} to {last}."), first=first.isoformat(), last=last.isoformat()
        )
    return found


def _one_of(kind: Callable[[str], T], typed: str, sentence: str) -> T:
    try:
        return kind(typed)
    except ValueError:
        raise Refusal(sentence) from None
