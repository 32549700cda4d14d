"""A scripted server, a certificate for this machine, and a mailer that trusts it."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.clock import Clock, boottime
from app.mail.providers.smtp import Smtp
from app.mail.smtp_dialogue import Timeouts
from app.mail.smtp_opening import Security, Server

from .scripted import ScriptedServer

HERE = Path(__file__).parent
PATIENT = Timeouts(connect=5, command=5, data_end=5)

OpenMailer = Callable[..., Smtp]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        yield scripted


@pytest.fixture(scope="session")
def trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=HERE / "authority.pem")


@pytest.fixture(scope="session")
def certificate() -> ssl.SSLContext:
    """The server's side: a certificate for localhost and 127.0.0.1."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(HERE / "localhost.pem")
    return context


@pytest.fixture
def mailer_for(trust: ssl.SSLContext) -> Iterator[OpenMailer]:
    """A mailer for a port of this machine; closed at the end."""
    opened: list[Smtp] = []

    def open_one(
        port: int,
        security: Security = Security.CLEAR,
        timeouts: Timeouts = PATIENT,
        clock: Clock = boottime,
        **who: str,
    ) -> Smtp:
        there = replace(Server("127.0.0.1", port, security), **who)
        opened.append(Smtp(there, timeouts, trust, clock))
        return opened[-1]

    yield open_one
    for mailer in opened:
        mailer.close()


@pytest.fixture
def mailer(server: ScriptedServer, mailer_for: OpenMailer) -> Smtp:
    return mailer_for(server.port)
