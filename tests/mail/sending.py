"""Sending letters, and reading what became of them."""

from app.core.message import Message
from app.core.outcome import Outcome
from app.mail.providers.smtp import Smtp
from app.mail.smtp_talk import Timeouts

from .conftest import PATIENT
from .letters import letter
from .scripted import Act

DROP, HANG, TAKE_AND_DROP = Act
HASTY = Timeouts(connect=5, command=0.2, data_end=0.2, farewell=0.2)


def send(mailer: Smtp, *messages: Message) -> list[Outcome]:
    return list(mailer.deliver(messages or [letter()]))


def patience(step: str | Act) -> Timeouts:
    return HASTY if step is HANG else PATIENT


def meanings(outcomes: list[Outcome]) -> list[str]:
    return [one.meaning.value for one in outcomes]
