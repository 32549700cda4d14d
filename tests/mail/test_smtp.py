"""What the Outcome says when the server misbehaves; the scripted server counts what went."""

import threading

import pytest

from app.core.message import Address
from app.core.outcome import Meaning, Outcome
from app.mail.mime import as_bytes
from app.mail.providers.smtp import Smtp

from .conftest import OpenMailer
from .letters import ADA, BEN, Stream, letter, letters
from .scripted import Act, ScriptedServer
from .sending import DROP, HANG, TAKE_AND_DROP, meanings, patience, send

LARGE = "é" * 3_000_000


def test_a_letter_arrives_as_it_was_written(server: ScriptedServer, mailer: Smtp) -> None:
    [outcome] = send(mailer)
    [accepted] = server.accepted
    assert outcome == Outcome(1, Meaning.ACCEPTED, "dot: 250 2.0.0 fine", "smtp")
    assert (accepted.sender, accepted.recipient) == ("hello@harbour.example", ADA)
    assert accepted.content == as_bytes(letter())


@pytest.mark.parametrize(
    "text", [".", ".\n", "\n.\n\n..\n.x\n", "\r\n.\r\n", "a\n.\nMAIL FROM:<eve@example.org>\n"]
)
def test_lone_dots_end_nothing(server: ScriptedServer, mailer: Smtp, text: str) -> None:
    one = letter(text=text, html=text)
    assert meanings(send(mailer, one, letter(2))) == ["accepted"] * 2
    assert server.accepted[0].content == as_bytes(one)
    assert b"\n.\r" not in server.accepted[0].wire


def test_letters_share_one_connection(server: ScriptedServer, mailer: Smtp) -> None:
    send(mailer, *letters(3))
    send(mailer, letter(4))
    assert (len(server.accepted), server.connections) == (4, 1)


def test_the_next_letter_is_taken_when_the_last_has_its_outcome(mailer: Smtp) -> None:
    stream = Stream(letters(3))
    assert [stream.taken for _ in mailer.deliver(stream)] == [1, 2, 3]


@pytest.mark.parametrize("phase", ["CONNECT", "EHLO"])
@pytest.mark.parametrize("step", [DROP, HANG, "421 4.3.2 later", "554 go away"])
def test_whoever_is_not_let_in_takes_one_letter_and_no_more(
    server: ScriptedServer, mailer_for: OpenMailer, phase: str, step: str | Act
) -> None:
    server.at(phase, step)
    stream = Stream(letters(3))
    outcomes = list(mailer_for(server.port, timeouts=patience(step)).deliver(stream))
    assert (meanings(outcomes), stream.taken, server.accepted) == (["unreached"], 1, [])


def test_where_nobody_listens_one_letter_carries_the_news(mailer_for: OpenMailer) -> None:
    with ScriptedServer() as gone:
        port = gone.port
    stream = Stream(letters(3))
    assert meanings(list(mailer_for(port).deliver(stream))) == ["unreached"]
    assert stream.taken == 1


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("step", [DROP, HANG, "hello?", "421 4.3.2 later", "399 hello?"])
def test_before_the_dot_nothing_is_uncertain(
    server: ScriptedServer, mailer_for: OpenMailer, phase: str, step: str | Act
) -> None:
    server.at(phase, step)
    outcomes = send(mailer_for(server.port, timeouts=patience(step)), *letters(2))
    assert meanings(outcomes) == ["unreached", "accepted"]
    assert [one.recipient for one in server.accepted] == [ADA]


def test_a_connection_lost_amid_the_content_accepted_nothing(server: ScriptedServer, mailer: Smtp) -> None:
    server.at("BODY", DROP)
    assert meanings(send(mailer, letter(text=LARGE))) == ["unreached"]
    assert server.accepted == []


def test_a_refusal_amid_the_content_keeps_the_dot_back(server: ScriptedServer, mailer: Smtp) -> None:
    server.at("DATA", "354 go on\r\n552 5.3.4 too much")
    [outcome, after] = send(mailer, *letters(2))
    assert (outcome.meaning, outcome.reply) == (Meaning.REFUSED, "data: 552 5.3.4 too much")
    assert after.meaning is Meaning.ACCEPTED
    assert (len(server.accepted), server.connections) == (1, 2)


@pytest.mark.parametrize(("step", "accepted"), [(DROP, 0), (TAKE_AND_DROP, 1), (HANG, 1), ("hello?", 1)])
def test_after_the_dot_silence_is_uncertain(
    server: ScriptedServer, mailer_for: OpenMailer, step: str | Act, accepted: int
) -> None:
    server.at("DOT", step)
    assert meanings(send(mailer_for(server.port, timeouts=patience(step)))) == ["unknown"]
    assert len(server.accepted) == accepted


def test_a_late_answer_to_the_dot_is_waited_for(server: ScriptedServer, mailer: Smtp) -> None:
    server.at("DOT", HANG)
    threading.Timer(0.05, server.release).start()
    assert meanings(send(mailer)) == ["accepted"]
    assert len(server.accepted) == 1


@pytest.mark.parametrize(
    ("phase", "step", "meaning"),
    [
        ("MAIL", "451 4.3.0 later", Meaning.UNREACHED),
        ("MAIL", "553 5.7.1 not your address", Meaning.OURS),
        ("RCPT", "550 5.1.1 no such user", Meaning.REJECTED),
        ("RCPT", "450 4.2.0 greylisted", Meaning.DEFERRED),
        ("RCPT", "452 4.2.2 mailbox full", Meaning.DEFERRED),
        ("DATA", "451 4.7.1 later", Meaning.DEFERRED),
        ("DOT", "451 later", Meaning.DEFERRED),
        ("DOT", "421 4.7.28 unusual rate", Meaning.DEFERRED),
        ("DOT", "550 5.7.1 looks like spam", Meaning.REFUSED),
        ("DOT", "550 5.7.515 unauthenticated", Meaning.OURS),
    ],
)
def test_a_refusal_concerns_one_letter(
    server: ScriptedServer, mailer: Smtp, phase: str, step: str, meaning: Meaning
) -> None:
    server.at(phase, step)
    refused, after = send(mailer, letter(1, ADA), letter(2, BEN))
    assert (refused.meaning, refused.reply) == (meaning, f"{phase.lower()}: {step}")
    assert after.meaning is Meaning.ACCEPTED
    assert [one.recipient for one in server.accepted] == [BEN]


def test_a_letter_larger_than_the_server_takes_is_not_offered(mailer_for: OpenMailer) -> None:
    with ScriptedServer(extensions=("SIZE 500",)) as small:
        [outcome] = send(mailer_for(small.port))
    assert outcome.meaning is Meaning.UNFIT
    assert outcome.reply.endswith("octets; the mail server takes 500.")
    assert "MAIL" not in small.verbs()


def test_an_address_beyond_ascii_needs_a_server_that_says_so(mailer_for: OpenMailer) -> None:
    with ScriptedServer(extensions=()) as old:
        mailer = mailer_for(old.port)
        [outcome, after] = send(mailer, letter(1, "ädä@example.org"), letter(2))
    assert (outcome.meaning, after.meaning) == (Meaning.UNFIT, Meaning.ACCEPTED)
    assert not mailer.smtputf8


def test_an_address_beyond_ascii_travels_where_it_can(server: ScriptedServer, mailer: Smtp) -> None:
    [outcome] = send(mailer, letter(1, "ädä@example.org"))
    assert outcome.meaning is Meaning.ACCEPTED
    assert mailer.smtputf8
    assert server.accepted[0].recipient == "ädä@example.org"
    assert any(line.endswith("BODY=8BITMIME SMTPUTF8") for line in server.heard)


@pytest.mark.parametrize("name", ["Ada\r\nRCPT TO:<eve@example.org>", "Ada\x00", "\udcff"])
def test_a_letter_that_cannot_be_written_stops_nobody_else(
    server: ScriptedServer, mailer: Smtp, name: str
) -> None:
    outcomes = send(mailer, letter(1, Address(ADA, name)), letter(2, BEN))
    assert meanings(outcomes) == ["unfit", "accepted"]
    assert [one.recipient for one in server.accepted] == [BEN]


def test_a_letter_with_a_return_path_bounces_there(server: ScriptedServer, mailer: Smtp) -> None:
    send(mailer, letter(1, return_path="bounce+1-abc@harbour.example"), letter(2))
    assert [one.sender for one in server.accepted] == [
        "bounce+1-abc@harbour.example",
        "hello@harbour.example",
    ]


def test_an_answer_may_come_in_many_lines(server: ScriptedServer, mailer: Smtp) -> None:
    server.at("RCPT", "550-5.1.1 no such user\r\n550 5.1.1 ask elsewhere")
    [outcome] = send(mailer)
    assert outcome.reply == "rcpt: 550 5.1.1 no such user 5.1.1 ask elsewhere"


def test_an_answer_without_end_is_given_up(server: ScriptedServer, mailer: Smtp) -> None:
    server.at("RCPT", "550-" + "x" * 100_000 + "\r\n550 5.1.1 no such user")
    assert meanings(send(mailer)) == ["unreached"]
