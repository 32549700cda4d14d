"""Catalogues: whether each language has every sentence of ours, and how one is brought up to date.

`make catalogues` gathers the sentences. A new language begins with an empty kindling.po in its own folder.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from app.compose.words import CATALOGUE, LOCALE

ROOT = LOCALE.parent
_KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "say": None}
_METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
_TEMPLATES = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
_OPTIONS = {"templates/**.html": _TEMPLATES, "templates/**.txt": _TEMPLATES}
_FILLED = re.compile(r"%\(\w+\)s|\{\{[^}]*\}\}|\{\w+\}|<[^>]*>")


@dataclass(frozen=True)
class Gap:
    """What is wrong with one line of a catalogue."""

    file: Path
    line: int
    sentence: str


def gaps(locale: Path = LOCALE, ours: Catalog | None = None) -> list[Gap]:
    """Everything that a reader of another language would still meet in English, or garbled."""
    wanted = ours or gathered()
    return [gap for file in sorted(locale.glob(f"*/{CATALOGUE}")) for gap in _gaps(file, wanted)]


def gathered(root: Path = ROOT) -> Catalog:
    """Every sentence of the code and the templates that a person may read."""
    catalogue = Catalog()
    for file, _, message, comments, context in extract_from_dir(root, _METHODS, _OPTIONS, _KEYWORDS):
        catalogue.add(message, None, [(file, 1)], auto_comments=comments, context=context)
    return catalogue


def update(locale: Path = LOCALE) -> None:
    """Bring every catalogue in line with the sentences; what nobody says any more is dropped."""
    ours = gathered()
    for file in sorted(locale.glob(f"*/{CATALOGUE}")):
        theirs = _read(file)
        theirs.update(ours, no_fuzzy_matching=True, update_creation_date=False)
        with file.open("wb") as written:
            write_po(written, theirs, width=100, ignore_obsolete=True, include_lineno=False)


def _gaps(file: Path, ours: Catalog) -> Iterator[Gap]:
    theirs = _read(file)
    for message in ours:
        found = theirs.get(message.id, message.context)
        if message.id and (wrong := _wrong(message, found)):
            yield Gap(file, (found.lineno if found else None) or 1, f"“{_name(message)}” {wrong}")
    for message in [*theirs, *theirs.obsolete.values()]:
        if message.id and ours.get(message.id, message.context) is None:
            told = f"Nobody says “{_name(message)}” any more; run: make catalogues"
            yield Gap(file, message.lineno or 1, told)


def _wrong(message: Message, found: Message | None) -> str:
    """What is wrong with a translation, if there is one; empty where nothing is."""
    if found is None or found.pluralizable != message.pluralizable:
        return "is missing; run: make catalogues"
    if not all(_forms(found.string)):
        return "is not translated."
    if found.fuzzy:
        return "is marked fuzzy; read it once more and take the mark away."
    wanted = [_filled(form) for form in _forms(message.id)]
    if any(_filled(form) not in wanted for form in _forms(found.string)):
        return "has other placeholders or tags than its translation."
    return ""


def _read(file: Path) -> Catalog:
    with file.open("rb") as written:
        return read_po(written, file.relative_to(file.parents[2]).parts[0])


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (tuple, list)) else (string or "",)


def _filled(form: str) -> list[str]:
    return sorted(_FILLED.findall(form))


def _name(message: Message) -> str:
    first = _forms(message.id)[0]
    return first if len(first) < 60 else f"{first[:59]}…"


if __name__ == "__main__":
    update()
