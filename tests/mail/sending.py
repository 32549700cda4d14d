"""Sending letters, and reading what became of them."""

from collections import Counter
from collections.abc import Iterator

from app.core.message import Message
from app.core.outcome import Outcome
from app.mail.providers.smtp import Smtp
from app.mail.smtp_talk import Timeouts

from .conftest import PATIENT
from .letters import addressed, letter, letters
from .scripted import Act, ScriptedServer

DROP, HANG, TAKE_AND_DROP = Act
HASTY = Timeouts(connect=5, command=0.2, data_end=0.2, farewell=0.2)


def send(mailer: Smtp, *messages: Message) -> list[Outcome]:
    return list(mailer.deliver(messages or [letter()]))


def patience(step: str | Act) -> Timeouts:
    return HASTY if step is HANG else PATIENT


def meanings(outcomes: list[Outcome]) -> list[str]:
    return [one.meaning.value for one in outcomes]


def readers(server: ScriptedServer) -> Counter[str]:
    return Counter(one.recipient for one in server.accepted)


def all_once(count: int) -> Counter[str]:
    return Counter(one.to.address for one in addressed(count))


def crowd(server: ScriptedServer, mailer: Smtp) -> None:
    """Ten connections are open afterwards: each has taken a letter while the others waited for an answer."""
    server.at("DOT", "250 2.0.0 fine", *[HANG] * 10)
    outcomes = list(mailer.deliver(until_the_last(server, letters(11))))
    assert meanings(outcomes) == ["accepted"] * 11
    assert server.connections == 10
    server.accepted.clear()


def until_the_last(server: ScriptedServer, messages: list[Message]) -> Iterator[Message]:
    """When the last one is asked for, the server stops hanging."""
    yield from messages[:-1]
    server.release()
    yield messages[-1]
