"""Look at the course: check, preview, book."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from app.actions.preview import Sight, Workshop, preview, written_in
from app.actions.proofread import proofread, still_needed
from app.compose import catalogues, words
from app.compose.book import book_html
from app.core.persona import Persona
from app.curriculum import Finding, Severity, lint, read_challenge, write_skills
from app.curriculum.file import from_here
from app.errors import CourseError
from app.main import ROOT, sender_of
from app.settings import Settings, read_brand, read_settings
from app.store.database import Database

Language = Annotated[str, typer.Option(help="The language of the lessons; the course's first, if not given.")]


def add_to(app: typer.Typer) -> None:
    app.command()(check)
    app.command("preview")(show)
    app.command()(book)


def check(
    write: Annotated[
        bool, typer.Option("--write-skills", help="First bring skills.yaml up to date.")
    ] = False,
) -> None:
    """Lessons, letters and settings: every mistake with its file and line."""
    settings = read_settings()
    workshop, database = _workshop(settings), _database(settings)
    findings = [one for folder in _challenges() for one in _checked(folder, workshop, database, write=write)]
    findings += _untranslated()
    for one in findings:
        typer.echo(str(one))
    typer.echo(f"{', '.join(_counted(findings))}.")
    if any(one.is_error for one in findings):
        raise typer.Exit(1)


def show(
    day: Annotated[int, typer.Argument(help="The day of the lesson.")],
    persona: Annotated[Persona, typer.Option("--as", help="Whose eyes.")] = Persona.TOGETHER,
    language: Language = "",
) -> None:
    """A day's letter as plain text, as somebody would get it."""
    settings = read_settings()
    folder = _lessons() / settings.challenge
    message = preview(_workshop(settings), folder, Sight(day, persona, language))
    typer.echo(f"Subject: {message.subject}\n\n{message.text}")


def book(
    language: Language = "",
    out: Annotated[Path, typer.Option(help="Where to write it.")] = Path("var/book.html"),
) -> None:
    """The whole course as one page, to be read and printed; writes it and says where."""
    settings = read_settings()
    challenge = read_challenge(_lessons() / settings.challenge, words.heading, unready=True)
    page = book_html(challenge, written_in(challenge, language), read_brand(settings), settings.base_url)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{out} cannot be written: {error.strerror}.") from None
    typer.echo(out)


def _checked(folder: Path, workshop: Workshop, database: Database | None, *, write: bool) -> list[Finding]:
    if write:
        with suppress(CourseError):  # what cannot be read is among the findings
            write_skills(folder)
    return [
        *lint(folder, words.heading),
        *proofread(folder, workshop.compose),
        *still_needed(folder, database),
    ]


def _untranslated() -> Iterator[Finding]:
    for gap in catalogues.gaps():
        yield Finding("catalogue", Severity.ERROR, str(from_here(gap.file)), gap.line, gap.sentence)


def _counted(findings: list[Finding]) -> Iterator[str]:
    for severity in Severity:
        count = sum(one.severity is severity for one in findings)
        yield f"{count} {severity}{'' if count == 1 else 's'}"


def _workshop(settings: Settings) -> Workshop:
    return Workshop(read_brand(settings), sender_of(settings), settings.base_url)


def _database(settings: Settings) -> Database | None:
    """The database in force, if there is one; looking for it does not make it."""
    file = settings.database_url.removeprefix("sqlite:///").partition("?")[0]
    absent = settings.database_url.startswith("sqlite:///") and not Path(file).exists()
    return None if absent else Database(settings.database_url)


def _challenges() -> list[Path]:
    return sorted(file.parent for file in _lessons().glob("*/challenge.yaml"))


def _lessons() -> Path:
    return from_here(ROOT / "lessons")
