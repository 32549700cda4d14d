"""The operator's word on what is sent: hold, release, resolve."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.actions import hold as actions
from app.actions.assume import assume_sent
from app.actions.resolve import Word
from app.actions.resolve import resolve as resolve_delivery
from app.errors import KindlingError
from app.main import place_of
from app.settings import Settings, read_settings
from app.store import installation
from app.store.database import Database

Address = Annotated[str, typer.Argument(help="One person; without it, everybody.")]


def add_to(app: typer.Typer) -> None:
    for command in (hold, release, resolve):
        app.command()(command)


def hold(address: Address = "") -> None:
    """Send nothing from now on: to one person, or at all."""
    _, database = _opened()
    with database.writing() as session:
        if address:
            actions.hold_person(session, address)
            typer.echo("Held: nothing is sent to this person until kindling release ADDRESS.")
        else:
            actions.hold(session)
            typer.echo("Held: nothing is sent until kindling release.")


def release(
    address: Address = "",
    assume_sent_since: Annotated[
        str,
        typer.Option(help="After putting a snapshot of then back: what was due counts as sent (UTC)."),
    ] = "",
) -> None:
    """Send again: to one person, or at all."""
    settings, database = _opened()
    with database.writing() as session:
        now = installation.now(session)
        if address:
            actions.hold_person(session, address, held=False)
            typer.echo("Released: this person is written to again.")
            return
        if assume_sent_since:
            count = assume_sent(session, _instant(assume_sent_since), now)
            typer.echo(f"Taken for sent: {count} mails.")
        actions.release(session, place_of(settings, database, session))
    typer.echo("Released: this database, here, may send.")


def resolve(
    delivery: Annotated[int, typer.Argument(help="Its number, from kindling doctor.")],
    word: Annotated[Word, typer.Argument(help="Send it, it arrived, or go on without it.")],
) -> None:
    """Decide about a held mail, or a lesson that failed."""
    _, database = _opened()
    with database.writing() as session:
        state = resolve_delivery(session, delivery, word, installation.now(session))
    typer.echo(f"Delivery {delivery} is {state} now.")


def _opened() -> tuple[Settings, Database]:
    settings = read_settings()
    return settings, Database(settings.database_url)


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise KindlingError(f"“{text}” is not an instant; write it such as 2026-11-23T06:00.") from None
