"""One connection serves many letters, dies while it waits, and a letter grows old."""

import pytest

from app.clock import Clock
from app.mail.providers.smtp import Smtp
from app.mail.smtp_dialogue import CHUNK
from app.mail.smtp_talk import Timeouts

from .conftest import OpenMailer
from .letters import ADA, BEN, Stream, letter, letters
from .scripted import Act, ScriptedServer
from .sending import DROP, HANG, meanings, patience, send


def test_a_refused_recipient_is_reset_on_the_same_connection(server: ScriptedServer, mailer: Smtp) -> None:
    server.at("RCPT", "550 5.1.1 no such user")
    send(mailer, *letters(2))
    refused = ["MAIL", "RCPT", "DATA"] if "PIPELINING" in server.extensions else ["MAIL", "RCPT"]
    assert server.verbs() == ["EHLO", *refused, "RSET", "MAIL", "RCPT", "DATA"]


@pytest.mark.parametrize("step", [DROP, HANG, "500 what?"])
def test_a_failed_reset_costs_a_connection_and_no_letter(
    server: ScriptedServer, mailer_for: OpenMailer, step: str | Act
) -> None:
    server.at("RCPT", "550 5.1.1 no such user").at("RSET", step)
    assert meanings(send(mailer_for(server.port, timeouts=patience(step)), *letters(2))) == [
        "rejected",
        "accepted",
    ]
    assert server.connections == 2


@pytest.mark.parametrize("step", [DROP, HANG, "500 what?"])
def test_a_failed_farewell_is_nothing(
    server: ScriptedServer, mailer_for: OpenMailer, step: str | Act
) -> None:
    server.at("QUIT", step)
    mailer = mailer_for(server.port, timeouts=patience(step))
    assert meanings(send(mailer)) == ["accepted"]
    mailer.close()


def test_a_closed_mailer_may_be_used_again(server: ScriptedServer, mailer: Smtp) -> None:
    send(mailer, letter(1))
    mailer.close()
    mailer.close()
    assert meanings(send(mailer, letter(2))) == ["accepted"]
    assert server.connections == 2


def test_a_connection_that_died_waiting_is_opened_anew_once(server: ScriptedServer, mailer: Smtp) -> None:
    send(mailer, letter(1))
    server.hang_up()
    assert meanings(send(mailer, letter(2))) == ["accepted"]
    assert (len(server.accepted), server.connections) == (2, 2)


@pytest.mark.parametrize("step", [DROP, "421 4.4.2 idle too long"])
def test_a_waiting_connection_given_up_at_mail_is_opened_anew_once(
    server: ScriptedServer, mailer: Smtp, step: str | Act
) -> None:
    send(mailer, letter(1))
    server.at("MAIL", step)
    assert meanings(send(mailer, letter(2))) == ["accepted"]
    server.at("MAIL", step, step)
    assert meanings(send(mailer, letter(3))) == ["unreached"]
    assert (len(server.accepted), server.verbs().count("MAIL")) == (2, 5)


def test_when_the_new_connection_fails_no_more_is_taken(server: ScriptedServer, mailer: Smtp) -> None:
    send(mailer, letter(1))
    server.at("MAIL", DROP).at("CONNECT", "421 no")
    stream = Stream(letters(3))
    assert meanings(list(mailer.deliver(stream))) == ["unreached"]
    assert stream.taken == 1


class Stopped:
    """A clock whose process is stopped for an hour at its n-th reading."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.now = 0.0

    def __call__(self) -> float:
        self.left -= 1
        self.now += 3600 if self.left == 0 else 0
        return self.now


@pytest.mark.parametrize("reading", [2, 3])
def test_a_letter_that_grew_old_is_given_up_before_the_dot(
    server: ScriptedServer, mailer_for: OpenMailer, reading: int
) -> None:
    clock: Clock = Stopped(reading)
    long = letter(1, ADA, text="x" * CHUNK)  # it goes out in two pieces; each is looked at
    outcomes = send(mailer_for(server.port, clock=clock), long, letter(2, BEN))
    assert meanings(outcomes) == ["unsent", "accepted"]
    assert [one.recipient for one in server.accepted] == [BEN]


def test_age_counts_from_when_the_letter_was_asked_for(
    server: ScriptedServer, mailer_for: OpenMailer
) -> None:
    now = [0.0]

    def slow_intent() -> object:
        now[0] += 3600
        yield letter()

    outcomes = list(mailer_for(server.port, clock=lambda: now[0]).deliver(slow_intent()))
    assert (meanings(outcomes), server.accepted) == (["unsent"], [])


def test_the_lease_covers_every_time_out() -> None:
    times = Timeouts()
    assert times.until_dot + times.data_end == 1030
