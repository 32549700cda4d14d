"""Read mail: what one mail to a return path tells, taken in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.actions.receive import Heard, receive
from app.core.feedback import Fate, Feedback
from app.core.subscriber import address_key
from app.mail.bounce import read_report
from app.mail.mime import a_label
from app.store import deliveries, installation
from app.store.database import Database

PROVIDER = "smtp"
"""Whose mails bounce by mail, and that of its standby; every other provider tells of it by webhook."""


def read_mail(database: Database, mail: bytes, now: Callable[[Session], datetime] = installation.now) -> str:
    """What followed, as a sentence without any address. Nothing but the database can be in the way."""
    with database.reading() as session:
        key = installation.read(session).key
    report = read_report(mail, key)
    if not report.told:
        return report.words
    with database.writing() as session:
        told = [_of_our_recipient(session, one) for one in report.told]
        heard = receive(session, _provider(session, told), told, now(session))
    if heard[Heard.NEWS]:
        return report.words
    why = "It was told before" if heard[Heard.REPEAT] else "No such mail went out by SMTP"
    return f"{report.words} {why}; nothing follows."


def _provider(session: Session, told: Sequence[Feedback]) -> str:
    """The SMTP server by which it went, where there is more than one."""
    found = (deliveries.find(session, one.delivery) for one in told if one.delivery is not None)
    by = {one.provider for one in found if one is not None and one.provider is not None}
    return next((name for name in by if name.startswith(PROVIDER)), PROVIDER)


def _of_our_recipient(session: Session, told: Feedback) -> Feedback:
    """The tag proves to whom the mail went, whatever a server behind calls the recipient.

    Who is dead there may be one of many to whom a living address passes its mail on: a soft bounce.
    """
    delivery = deliveries.find(session, told.delivery) if told.delivery is not None else None
    if delivery is None:
        return told
    ours = told.recipient == "" or _travelling(told.recipient) == _travelling(delivery.address)
    fate = Fate.SOFT if told.fate is Fate.BOUNCED and not ours else told.fate
    return replace(told, fate=fate, recipient=delivery.address)


def _travelling(address: str) -> str:
    """As it is compared, its domain as the DNS knows it."""
    local, _, domain = address_key(address).rpartition("@")
    try:
        return f"{local}@{a_label(domain)}"
    except ValueError:
        return address
