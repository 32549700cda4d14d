"""Run it well: doctor, send-test, config show."""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.actions.examine import examine
from app.core.message import Address, Message
from app.core.outcome import Meaning
from app.errors import KindlingError
from app.mail import open_mailer
from app.mail.contract import masked
from app.main import sender_of
from app.settings import SECRETS, gather, read_brand, read_settings
from app.store.database import Database

config = typer.Typer(no_args_is_help=True, help="The settings in force.")


def add_to(app: typer.Typer) -> None:
    app.command()(doctor)
    app.command("send-test")(send_test)
    app.add_typer(config, name="config")


@config.command("show")
def show(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Every setting, its value (secrets masked) and where it came from."""
    given = gather(os.environ, Path(".env"))
    settings = read_settings()
    rows = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        text = _masked(name, value)
        rows.append(
            {"name": f"KINDLING_{name.upper()}", "value": text, "from": given.get(name, ("", "default"))[1]}
        )
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        typer.echo(f"{row['name']:28} {row['value'] or '–':50} {row['from']}")


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Is this installation fit to write to people? Every finding says what to do."""
    settings = read_settings()
    answers = examine(Database(settings.database_url), settings.base_url)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in answers], indent=2))
    else:
        for one in answers:
            typer.echo(f"{'ok  ' if one.good else 'WARN'} {one.topic}: {one.finding}")
    if not all(one.good for one in answers):
        raise typer.Exit(1)


def send_test(address: str) -> None:
    """One plain mail through the configured provider, to see it arrive."""
    settings = read_settings()
    brand = read_brand(settings)
    mailer = open_mailer(settings.mail_url)
    sender = sender_of(settings)
    now = datetime.now(UTC)
    text = f"This is a test from {brand.name}. If you can read it, mail from this installation arrives."
    message = Message(
        id=0,
        message_id=f"<test-{int(now.timestamp())}@{sender.address.domain}>",
        sender=sender,
        to=Address(address),
        subject=f"A test from {brand.name}",
        text=text,
        html=f"<p>{text}</p>",
        date=now,
        kind="test",
        list_id=f"Test <test.{sender.address.domain}>",
    )
    outcome = next(iter(mailer.deliver([message])))
    mailer.close()
    if outcome.meaning is not Meaning.ACCEPTED:
        raise KindlingError(f"The provider did not take it ({outcome.meaning}): {outcome.reply}")
    typer.echo(f"Accepted by {mailer.name}: {outcome.reply}")


def _masked(name: str, value: object) -> str:
    if name == "secret_key":
        return ", ".join("********" for _ in value) if isinstance(value, tuple) else ""
    if name in SECRETS:
        return masked(str(value))
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value) if value is not None else ""
