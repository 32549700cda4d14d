"""What stands in one write and what waits for an answer, as the server sees it (RFC 2920)."""

import ssl
from collections import Counter

import pytest

from app.mail.smtp_opening import Security

from .conftest import OpenMailer
from .letters import addressed, letter
from .scripted import LOCKSTEP, ScriptedServer
from .sending import meanings, readers, send

LARGE = "é" * 1_000_000


def test_the_envelope_travels_in_one_piece_and_the_content_in_the_next(mailer_for: OpenMailer) -> None:
    with ScriptedServer() as server:
        send(mailer_for(server.port), letter(1), letter(2))
    greeting, *rest = server.reads
    assert greeting.startswith(b"EHLO")
    assert [octets.split(b"\r\n")[-2] for octets in rest] == [b"DATA", b".", b"DATA", b"."]
    assert [octets.split(b" ")[0] for octets in rest] == [b"MAIL", b"From:", b"MAIL", b"From:"]


def test_without_pipelining_each_command_waits(mailer_for: OpenMailer) -> None:
    with ScriptedServer(LOCKSTEP) as server:
        send(mailer_for(server.port), letter(1))
    assert [octets[:4] for octets in server.reads] == [b"EHLO", b"MAIL", b"RCPT", b"DATA", b"From"]


@pytest.mark.parametrize("answer", ["554 5.5.1 no valid recipients", "250 2.0.0 fine"])
def test_an_eager_server_gets_a_lone_dot_and_no_letter(mailer_for: OpenMailer, answer: str) -> None:
    with ScriptedServer(eager=True) as server:
        server.at("RCPT", "550 5.1.1 no such user").at("DOT", answer)
        outcomes = send(mailer_for(server.port), *addressed(2))
    assert meanings(outcomes) == ["rejected", "accepted"]
    assert (server.empty, server.connections) == (1, 1)
    assert list(readers(server)) == ["reader2@example.org"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_pipelining_behind_tls(
    certificate: ssl.SSLContext, mailer_for: OpenMailer, security: Security
) -> None:
    with ScriptedServer(tls=certificate, implicit=security is Security.TLS) as server:
        mailer = mailer_for(server.port, security, width=10)
        outcomes = send(mailer, letter(1, text=LARGE), *addressed(30)[1:])
        mailer.close()
    assert Counter(meanings(outcomes)) == {"accepted": 30}
    assert len(readers(server)) == 30
    assert any(octets.startswith(b"MAIL") and octets.endswith(b"DATA\r\n") for octets in server.reads)


def test_what_tls_has_already_decrypted_is_heard(certificate: ssl.SSLContext, mailer_for: OpenMailer) -> None:
    with ScriptedServer(LOCKSTEP, tls=certificate) as server:  # so that nothing comes behind it
        server.at("RCPT", "\r\n".join(["550-5.1.1 no such user, " + "x" * 900] * 40 + ["550 5.1.1 sorry"]))
        outcomes = send(mailer_for(server.port, Security.STARTTLS), *addressed(2))
    assert meanings(outcomes) == ["rejected", "accepted"]
