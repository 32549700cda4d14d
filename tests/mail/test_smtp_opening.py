"""Encryption and signing in."""

import socket
import ssl
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from aiosmtpd.smtp import AuthResult

from app.core.outcome import Meaning
from app.mail.providers.smtp import Smtp
from app.mail.smtp_opening import Security, Server

from .conftest import PATIENT, OpenMailer
from .letters import ADA, Stream, letter, letters
from .scripted import ScriptedServer

LOGIN = {"user": "harbour", "password": "secret"}


@pytest.fixture
def guarded(certificate: ssl.SSLContext) -> Iterator[ScriptedServer]:
    with ScriptedServer(extensions=("AUTH PLAIN",), tls=certificate) as server:
        yield server


def test_the_password_travels_behind_starttls(guarded: ScriptedServer, mailer_for: OpenMailer) -> None:
    [outcome] = mailer_for(guarded.port, Security.STARTTLS, **LOGIN).deliver([letter()])
    assert outcome.meaning is Meaning.ACCEPTED
    assert guarded.verbs()[:5] == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL"]


def test_smtps_is_encrypted_from_the_first_byte(mailer_for: OpenMailer, certificate: ssl.SSLContext) -> None:
    with ScriptedServer(extensions=("AUTH PLAIN",), tls=certificate, implicit=True) as server:
        outcomes = list(mailer_for(server.port, Security.TLS, **LOGIN).deliver(letters(2)))
    assert [one.meaning for one in outcomes] == [Meaning.ACCEPTED] * 2
    assert server.verbs()[:3] == ["EHLO", "AUTH", "MAIL"]


def test_a_server_without_starttls_gets_neither_password_nor_mail(mailer_for: OpenMailer) -> None:
    with ScriptedServer(extensions=("AUTH PLAIN",)) as stripped:
        [outcome] = mailer_for(stripped.port, Security.STARTTLS, **LOGIN).deliver(letters(3))
    assert outcome.meaning is Meaning.UNREACHED
    assert stripped.verbs() == ["EHLO"]


@pytest.mark.parametrize("step", ["454 4.7.0 not now", "500 what?"])
def test_a_refused_starttls_is_not_passed_over(
    guarded: ScriptedServer, mailer_for: OpenMailer, step: str
) -> None:
    guarded.at("STARTTLS", step)
    [outcome] = mailer_for(guarded.port, Security.STARTTLS, **LOGIN).deliver(letters(3))
    assert outcome.meaning is Meaning.UNREACHED
    assert guarded.verbs() == ["EHLO", "STARTTLS"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_nobody_vouches_for_is_refused(certificate: ssl.SSLContext, security: Security) -> None:
    with ScriptedServer(tls=certificate, implicit=security is Security.TLS) as server:
        mailer = Smtp(Server("127.0.0.1", server.port, security, **LOGIN), PATIENT)
        [outcome] = mailer.deliver(letters(3))
    assert outcome.meaning is Meaning.UNREACHED
    assert "no TLS that can be trusted" in outcome.reply
    assert not {"AUTH", "MAIL"} & set(server.verbs())


def test_a_certificate_for_another_name_is_refused(
    certificate: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    with ScriptedServer(tls=certificate) as server:
        mailer = Smtp(Server("127.1", server.port, Security.STARTTLS), PATIENT, trust)
        [outcome] = mailer.deliver(letters(3))
    assert outcome.meaning is Meaning.UNREACHED
    assert "127.1" in outcome.reply


@pytest.mark.parametrize(
    ("step", "meaning"),
    [
        ("535 5.7.8 wrong password", Meaning.OURS),
        ("454 4.7.0 try later", Meaning.UNREACHED),
        ("421 4.7.0 too often", Meaning.UNREACHED),
    ],
)
def test_a_refused_account_costs_one_letter_and_no_more(
    guarded: ScriptedServer, mailer_for: OpenMailer, step: str, meaning: Meaning
) -> None:
    guarded.at("AUTH", step)
    stream = Stream(letters(3))
    [outcome] = mailer_for(guarded.port, Security.STARTTLS, **LOGIN).deliver(stream)
    assert (outcome.meaning, stream.taken) == (meaning, 1)
    assert "secret" not in outcome.reply


@pytest.mark.parametrize("offered", [(), ("AUTH GSSAPI",)])
def test_a_server_that_lets_nobody_sign_in_is_our_trouble(
    certificate: ssl.SSLContext, mailer_for: OpenMailer, offered: tuple[str, ...]
) -> None:
    with ScriptedServer(extensions=offered, tls=certificate) as server:
        [outcome] = mailer_for(server.port, Security.STARTTLS, **LOGIN).deliver(letters(3))
    assert outcome.meaning is Meaning.OURS


class Mailbox(Handler):
    """aiosmtpd's handler; keeps what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.subjects: list[str] = []

    def handle_message(self, message: object) -> None:
        self.subjects.append(message["Subject"])


def only_harbour(
    _server: object, _session: object, _envelope: object, _how: str, login: object
) -> AuthResult:
    good = (login.login, login.password) == (b"harbour", b"secret")
    return AuthResult(success=good, handled=good)


@pytest.fixture(params=[(), ("PLAIN",)], ids=["by PLAIN", "by LOGIN"])
def real(request: pytest.FixtureRequest, certificate: ssl.SSLContext) -> Iterator[Controller]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(
        Mailbox(),
        hostname="127.0.0.1",
        port=port,
        tls_context=certificate,
        require_starttls=True,
        auth_required=True,
        auth_exclude_mechanism=request.param,
        authenticator=only_harbour,
    )
    controller.start()
    yield controller
    controller.stop()


def test_a_real_server_takes_letters_behind_starttls(real: Controller, mailer_for: OpenMailer) -> None:
    mailer = mailer_for(real.port, Security.STARTTLS, **LOGIN)
    outcomes = list(mailer.deliver([letter(1, ADA, text="."), letter(2, "ädä@example.org", subject="Schön")]))
    assert [one.meaning for one in outcomes] == [Meaning.ACCEPTED] * 2
    assert real.handler.subjects[0] == "Day one"
    mailer.close()


def test_a_real_server_refuses_a_wrong_password(real: Controller, mailer_for: OpenMailer) -> None:
    mailer = mailer_for(real.port, Security.STARTTLS, user="harbour", password="wrong")
    [outcome] = mailer.deliver(letters(2))
    assert outcome.meaning is Meaning.OURS
