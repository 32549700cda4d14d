"""Is it well: doctor."""

import json
import socket
from dataclasses import asdict
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import typer

from app.actions.examine import Answer, examine, examine_dns
from app.errors import SettingsError
from app.mail.dns import Dns
from app.mail.mime import a_label
from app.mail.records import Identity
from app.mail.smtp_opening import is_loopback
from app.main import sender_of, signer_of
from app.settings import Settings, read_settings
from app.store.database import Database

_SMTP = ("smtp", "smtps")
_HOME = ("capture", "memory")


def add_to(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    dns: Annotated[bool, typer.Option("--dns", help="Also what the DNS says of who sends.")] = False,
) -> None:
    """Is this installation fit to write to people? Every finding says what to do."""
    settings = read_settings()
    answers = examine(Database(settings.database_url), settings.base_url)
    if dns:
        answers += _dns(settings)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in answers], indent=2))
    else:
        for one in answers:
            typer.echo(f"{'ok  ' if one.good else 'WARN'} {one.topic}: {one.finding}")
    if not all(one.good for one in answers):
        raise typer.Exit(1)


def _dns(settings: Settings) -> list[Answer]:
    if not settings.mail_from:
        return [Answer("DNS", good=True, finding="not asked; KINDLING_MAIL_FROM is not set")]
    return examine_dns(identity_of(settings), Dns())


def identity_of(settings: Settings) -> Identity:
    """Who sends, as others see it."""
    ways = [urlsplit(url.strip()) for url in settings.mail_url.split(",")]
    relays = [way for way in ways if way.scheme in _SMTP]
    sender, signer = _domain(sender_of(settings).address.domain), signer_of(settings)
    keys = (
        [(f"{one.selector}._domainkey.{signer.domain}", one.record) for one in signer.keys] if signer else []
    )
    bounces = _domain(settings.mail_return_path.rpartition("@")[2]) or sender
    return Identity(
        sender=sender,
        bounces=bounces if relays else "",
        hosts=tuple(host for way in relays if (host := _public_name(way))),
        providers=tuple(way.scheme for way in ways if way.scheme not in (*_SMTP, *_HOME)),
        signs=signer.domain if signer else "",
        keys=tuple(keys),
    )


def _domain(name: str) -> str:
    try:
        return a_label(name).lower()
    except ValueError:
        raise SettingsError("KINDLING_MAIL_FROM must have a domain that the DNS can know.") from None


def _public_name(relay: SplitResult) -> str:
    """Of a mail server on this machine it is this machine's, where it has a full one."""
    host = relay.hostname or ""
    name = socket.gethostname() if is_loopback(host) else host
    return name if "." in name and name.isascii() else ""
