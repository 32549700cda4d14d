"""A scripted server, a certificate for this machine, and a mailer that trusts it."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.clock import Clock, boottime
from app.mail.providers.smtp import Smtp
from app.mail.smtp_opening import Security, Server
from app.mail.smtp_talk import Timeouts

from .scripted import EXTENSIONS, LOCKSTEP, ScriptedServer

HERE = Path(__file__).parent
PATIENT = Timeouts(connect=5, command=5, data_end=5)

OpenMailer = Callable[..., Smtp]


@pytest.fixture(params=[EXTENSIONS, LOCKSTEP], ids=["pipelined", "lockstep"])
def server(request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    with ScriptedServer(request.param) as scripted:
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
        width: int = 1,
        **who: str,
    ) -> Smtp:
        there = replace(Server("127.0.0.1", port, security), **who)
        opened.append(Smtp(there, timeouts, trust, clock, width))
        return opened[-1]

    yield open_one
    for mailer in opened:
        mailer.close()


@pytest.fixture
def mailer(server: ScriptedServer, mailer_for: OpenMailer) -> Smtp:
    """One connection: what is asserted of it holds for each of many."""
    return mailer_for(server.port)


@pytest.fixture
def ten(server: ScriptedServer, mailer_for: OpenMailer) -> Smtp:
    return mailer_for(server.port, width=10)
