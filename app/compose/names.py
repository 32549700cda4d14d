"""Names in sentences: the forms of `{{name}}` and `{{partner}}`, with and without a name."""

import unicodedata
from collections.abc import Callable
from functools import cache
from html import escape

from app.compose.words import say
from app.core.sentence import N_
from app.core.subscriber import speakable

Write = Callable[[str], str]

_NAMELESS = {
    "greeting": N_("Hello,"),
    "name": N_("you"),
    "partner": N_("your partner"),
    "Partner": N_("Your partner"),
    "partners": N_("your partner’s"),
    "Partners": N_("Your partner’s"),
}
_GREETING = N_("Hello {name},")
_POSSESSIVE = N_("{name}’s")


def in_html(name: str, partner: str, language: str) -> dict[str, str]:
    """Escaped; a name with letters that run from right to left stands in a <bdi>."""
    return _nameless(language, escape) | _named(name, partner, language, _html)


def in_text(name: str, partner: str, language: str) -> dict[str, str]:
    """With bidi isolates where needed, and once more in capitals for headings."""
    forms = _nameless(language, str) | _named(name, partner, language, _text)
    return {key.upper(): form.upper() for key, form in forms.items()} | forms


@cache
def _nameless(language: str, write: Write) -> dict[str, str]:
    return {key: write(say(form, language)) for key, form in _NAMELESS.items()}


def _named(name: str, partner: str, language: str, write: Write) -> dict[str, str]:
    forms = {}
    if speakable(name):
        forms["name"] = write(name)
        forms["greeting"] = say(_GREETING, language).replace("{name}", write(name))
    if speakable(partner):
        forms["partner"] = forms["Partner"] = write(partner)
        own = say(_POSSESSIVE, language).replace("{name}", write(partner))
        forms["partners"] = forms["Partners"] = own
    return forms


def _html(name: str) -> str:
    return f"<bdi>{escape(name)}</bdi>" if _runs_left(name) else escape(name)


def _text(name: str) -> str:
    return f"\u2068{name}\u2069" if _runs_left(name) else name


def _runs_left(name: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in name)
