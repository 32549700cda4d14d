"""Subscriber: an address with consent, language and names."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.sentence import N_, Refusal


class Standing(StrEnum):
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    ERASED = "erased"


@dataclass(frozen=True)
class Subscriber:
    """`address` is written as its owner typed it; `key` is what makes two spellings one person."""

    id: int
    address: str
    key: str
    standing: Standing
    language: str
    name: str = ""
    partner: str = ""
    created_at: datetime | None = None


def address_key(address: str) -> str:
    """Lower-cased NFC: `USER@X.CO` and `user@x.co` are one; `u+tag@x.co` stays its own."""
    return unicodedata.normalize("NFC", address).lower()


NAME_LIMIT = 60
_MARKS = frozenset("-'’. ")


def clean_name(typed: str) -> str:
    """A first name as it may be printed: one line of letters, marks, spaces, hyphens, apostrophes or emoji.

    Refusal when something else was typed.
    """
    name = " ".join("".join(c if c.isprintable() else " " for c in typed).split())
    if len(name) > NAME_LIMIT:
        raise Refusal(N_("Please use at most {most} characters for a name."), most=NAME_LIMIT)
    if any(unicodedata.category(c) == "Cs" for c in typed):
        raise Refusal(N_("Please type the name again: a character in it is broken."))
    if "://" in name or "www." in name.lower() or "@" in name:
        raise Refusal(N_("Please give a first name, without links or addresses."))
    return name


def speakable(name: str) -> str:
    """The name if a sentence can carry it (at most 30 letters and their marks), else empty."""
    ok = all(unicodedata.category(c)[0] in "LM" or c in _MARKS for c in name)
    return name if name and len(name) <= 30 and ok else ""
