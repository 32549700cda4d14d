"""Names in sentences: the forms of `{{name}}` and `{{partner}}`, with a name a sentence can carry and without."""

import unicodedata
from collections.abc import Callable, Mapping
from html import escape

from app.compose.words import N_, say
from app.core.subscriber import speakable

Write = Callable[[str], str]


def in_html(name: str, partner: str, language: str) -> Mapping[str, str]:
    """Escaped; a name with letters that run from right to left stands in a <bdi>."""
    return _forms(name, partner, language, _html)


def in_text(name: str, partner: str, language: str) -> Mapping[str, str]:
    """With bidi isolates where needed, and in capitals for headings."""
    forms = _forms(name, partner, language, _text)
    return {key.upper(): form.upper() for key, form in forms.items()} | forms


_WITHOUT = {
    "greeting": N_("Hello,"),
    "name": N_("you"),
    "partner": N_("your partner"),
    "Partner": N_("Your partner"),
    "partners": N_("your partner’s"),
    "Partners": N_("Your partner’s"),
}
_GREETING = N_("Hello {name},")
_POSSESSIVE = N_("{name}’s")


def _forms(name: str, partner: str, language: str, write: Write) -> dict[str, str]:
    forms = {key: write(say(form, language)) for key, form in _WITHOUT.items()}
    if speakable(name):
        forms["name"] = write(name)
        forms["greeting"] = write(say(_GREETING, language)).replace("{name}", write(name))
    if speakable(partner):
        own = write(say(_POSSESSIVE, language)).replace("{name}", write(partner))
        forms |= dict.fromkeys(("partner", "Partner"), write(partner))
        forms |= dict.fromkeys(("partners", "Partners"), own)
    return forms


def _html(words: str) -> str:
    return f"<bdi>{escape(words)}</bdi>" if _runs_left(words) else escape(words)


def _text(words: str) -> str:
    return f"\u2068{words}\u2069" if _runs_left(words) else words


def _runs_left(words: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in words)
