"""Run it well: send-test, receive, config show."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.actions.read_mail import read_mail
from app.core.message import Address, Message
from app.core.outcome import Meaning
from app.errors import KindlingError
from app.mail.bounce import LARGEST
from app.mail.contract import masked
from app.main import mailers_of, sender_of
from app.settings import SECRETS, gather, read_brand, read_settings
from app.store import schema
from app.store.database import Database, Unavailable

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h, which mail servers know."""

config = typer.Typer(no_args_is_help=True, help="The settings in force.")


def add_to(app: typer.Typer) -> None:
    app.command("send-test")(send_test)
    app.command()(receive)
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


def send_test(address: str) -> None:
    """One plain mail through the configured provider, to see it arrive."""
    settings = read_settings()
    brand = read_brand(settings)
    mailer, *_ = mailers_of(settings)
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


def receive() -> None:
    """Take one bounced mail from standard input, as a mail server hands it over, and say what follows.

    Exit code 75 when the database cannot be used, so that the mail server tries again.
    """
    database = Database(read_settings().database_url)
    mail = sys.stdin.buffer.read(LARGEST)
    while sys.stdin.buffer.read(LARGEST):  # whoever hands it over wants to be heard out
        pass
    try:
        if schema.fit(database):
            typer.echo(read_mail(database, mail))
            return
    except Unavailable:
        pass
    typer.echo("kindling: The database cannot be used now; hand this mail over once more.", err=True)
    raise typer.Exit(TRY_AGAIN)


def _masked(name: str, value: object) -> str:
    if name in ("secret_key", "webhook_secret", "dkim_key"):
        return ", ".join("********" for _ in (value if isinstance(value, tuple) else filter(None, (value,))))
    if name in SECRETS:
        return masked(str(value)) if value else ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value) if value is not None else ""
