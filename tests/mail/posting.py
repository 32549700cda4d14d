"""Posting letters to a scripted provider, and reading what became of them."""

import ssl
from urllib.parse import quote, urlsplit

from app.core.message import Message
from app.core.outcome import Outcome
from app.mail.http import Timeouts
from app.mail.http_url import Account
from app.mail.providers.resend import Resend, open_mailer

from .letters import letter

KEY = "re_s3cret"
PATIENT = Timeouts(connect=5, write=5, read=5, until_sent=60)
HASTY = Timeouts(connect=5, write=5, read=0.2, until_sent=60)


def opened(url: str) -> Resend:
    """As an operator opens it."""
    return open_mailer(urlsplit(f"resend://{KEY}@?signing=whsec_x&endpoint={quote(url)}"))


def post(
    url: str, *messages: Message, timeouts: Timeouts = PATIENT, trust: ssl.SSLContext | None = None
) -> list[Outcome]:
    """In the order of their deliveries."""
    mailer = Resend(Account(KEY, endpoint=url), timeouts, trust)
    outcomes = sorted(mailer.deliver(messages or [letter()]), key=lambda one: one.id)
    mailer.close()
    return outcomes
