"""Look at the course: check, preview."""

from datetime import UTC, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.compose import words
from app.core.delivery import Kind
from app.core.enrollment import Company
from app.core.order import Order, Reader
from app.core.schedule import Pace
from app.curriculum.check import lint
from app.curriculum.finding import Severity
from app.errors import KindlingError
from app.main import ROOT, composer
from app.settings import read_brand, read_settings


class Persona(StrEnum):
    """Whose eyes to preview with."""

    TOGETHER = "together"
    ALONE = "alone"
    APART = "apart"
    NAMELESS = "nameless"


def add_to(app: typer.Typer) -> None:
    app.command()(check)
    app.command()(preview)


def check() -> None:
    """Lessons, letters and settings: every mistake with its file and line."""
    settings = read_settings()
    read_brand(settings)
    findings = [one for folder in _challenges() for one in lint(folder, words.heading)]
    for one in findings:
        typer.echo(str(one))
    errors = sum(one.severity is Severity.ERROR for one in findings)
    typer.echo(f"{errors} errors, {len(findings) - errors} warnings.")
    if errors:
        raise typer.Exit(1)


def preview(
    day: Annotated[int, typer.Argument(help="The day of the lesson.")],
    persona: Annotated[Persona, typer.Option("--as", help="Whose eyes.")] = Persona.TOGETHER,
) -> None:
    """A day's letter as plain text, as somebody would get it."""
    settings = read_settings()
    made = composer(settings, key=b"preview")
    challenge = made.challenges[settings.challenge]
    if not 1 <= day <= len(challenge.edition):
        raise KindlingError(f"This course has days 1 to {len(challenge.edition)}; there is no day {day}.")
    order = Order(
        id=1,
        kind=Kind.LESSON,
        to="you@example.org",
        reader=_reader(persona),
        challenge=challenge.slug,
        at=datetime.now(UTC),
        pace=Pace(time(7), "UTC"),
        enrollment_id=1,
        day=day,
        slug=challenge.edition[day - 1],
        length=len(challenge.edition),
    )
    message = made.compose(order)
    typer.echo(f"Subject: {message.subject}\n\n{message.text}")


def _reader(persona: Persona) -> Reader:
    if persona is Persona.NAMELESS:
        return Reader()
    return Reader(name="Ada", partner="Ben", company=Company(persona))


def _challenges() -> list[Path]:
    return sorted(file.parent for file in (ROOT / "lessons").glob("*/challenge.yaml"))
