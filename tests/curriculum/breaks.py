"""How a good challenge is broken in one place."""

from collections.abc import Callable
from pathlib import Path

from app.compose.words import heading
from app.core.challenge import HEADINGS

HELLO, THANKS, NIGHT = "en/01-first-hello.md", "en/02-slow-thanks.md", "en/03-good-night.md"

Break = Callable[[Path], None]


def change(file: str, old: str, new: str) -> Break:
    """Replaces what a file surely holds."""

    def broken(folder: Path) -> None:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new))

    return broken


def both(*breaks: Break) -> Break:
    def broken(folder: Path) -> None:
        for one in breaks:
            one(folder)

    return broken


def remove(file: str) -> Break:
    return lambda folder: (folder / file).unlink()


def write(file: str, text: str) -> Break:
    def broken(folder: Path) -> None:
        (folder / file).write_text(text)

    return broken


def translate(front: str, name: str = "01-first-hello.md") -> Break:
    """A German lesson with the body of the English one."""

    def broken(folder: Path) -> None:
        change("challenge.yaml", "[en]", "[en, de]")(folder)
        body = (folder / HELLO).read_text().split("---\n", 2)[2]
        (folder / "de").mkdir()
        (folder / "de" / name).write_text(f"---\n{front}---\n{body}")

    return broken


GERMAN = """\
title: Der erste Gruß
subject: Ein Gruß mit einem Namen
preheader: Heute ein Gruß, gesagt als wäre es der allererste.
objective: Du kannst jemanden mit ganzer Aufmerksamkeit grüßen.
updated: 2026-11-23
status: ready
"""

GERMAN_COVER = """\
title: Klein
blurb: Drei Tage, drei kleine Sachen.
phases:
  begin: {title: Anfangen, line: Hallo sagen}
  end: {title: Aufhören, line: Noch einmal}
"""

GERMAN_LABELS = """\
small-hello: kleines Hallo
slow-thanks: langsames Danke
good-night: Gute-Nacht-Satz
"""


def both_languages(folder: Path) -> None:
    """All that a challenge says of itself in German too, and the first of its lessons."""
    in_german(folder)
    change("de/01-first-hello.md", "draft", "ready")(folder)
    (folder / "de/challenge.yaml").write_text(GERMAN_COVER)
    (folder / "de/skills.yaml").write_text(GERMAN_LABELS)


def in_german(folder: Path) -> None:
    """A German lesson that is not ready yet, its sections called as German ones are."""
    translate(GERMAN.replace("ready", "draft"))(folder)
    page = folder / "de/01-first-hello.md"
    text = page.read_text()
    for key, english in HEADINGS.items():
        text = text.replace(f"## {english}\n", f"## {heading(key, 'de')}\n")
    page.write_text(text)
