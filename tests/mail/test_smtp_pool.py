"""Many connections at once: what one suffers, the others do not feel."""

from collections import Counter

import pytest

from app.mail.providers.smtp import Smtp

from .conftest import OpenMailer
from .letters import addressed, letter
from .scripted import Act, ScriptedServer
from .sending import DROP, HANG, HASTY, TAKE_AND_DROP, all_once, crowd, meanings, readers, send

LARGE = "é" * 1_000_000


def test_fifty_letters_over_ten_connections_arrive_once(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    outcomes = send(ten, *addressed(50))
    assert sorted(one.id for one in outcomes) == list(range(1, 51))
    assert set(meanings(outcomes)) == {"accepted"}
    assert (readers(server), server.connections) == (all_once(50), 10)


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "BODY", "DOT"])
def test_one_that_hangs_does_not_hold_up_the_others(server: ScriptedServer, ten: Smtp, phase: str) -> None:
    server.at(phase, HANG)
    outcomes = ten.deliver(addressed(30))
    quick = [next(outcomes) for _ in range(29)]
    assert 1 not in {one.id for one in quick}
    server.release()
    assert [one.id for one in outcomes] == [1]
    assert readers(server) == all_once(30)


def test_a_large_letter_that_is_not_taken_holds_up_nobody(server: ScriptedServer, ten: Smtp) -> None:
    server.at("BODY", HANG)
    outcomes = ten.deliver([letter(1, text=LARGE), *addressed(10)[1:]])
    assert 1 not in {next(outcomes).id for _ in range(9)}
    server.release()
    assert [(one.id, one.meaning.value) for one in outcomes] == [(1, "accepted")]


@pytest.mark.parametrize(("step", "accepted"), [(DROP, 29), (TAKE_AND_DROP, 30)])
def test_only_the_one_whose_answer_was_lost_is_uncertain(
    server: ScriptedServer, ten: Smtp, step: Act, accepted: int
) -> None:
    crowd(server, ten)
    server.at("DOT", *["250 2.0.0 fine"] * 4, step)
    outcomes = send(ten, *addressed(30))
    assert Counter(meanings(outcomes)) == {"accepted": 29, "unknown": 1}
    assert sorted(one.id for one in outcomes) == list(range(1, 31))
    assert (len(readers(server)), readers(server).total()) == (accepted, accepted)


def test_a_silent_one_is_given_up_alone(server: ScriptedServer, mailer_for: OpenMailer) -> None:
    server.at("DOT", HANG)
    outcomes = send(mailer_for(server.port, timeouts=HASTY, width=10), *addressed(30))
    assert {one.id: one.meaning.value for one in outcomes if one.meaning != "accepted"} == {1: "unknown"}
    assert len(outcomes) == 30


def test_connections_that_died_waiting_cost_no_letter_and_no_copy(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    server.hang_up()
    assert set(meanings(send(ten, *addressed(20)))) == {"accepted"}
    assert readers(server) == all_once(20)


@pytest.mark.parametrize("step", [DROP, "421 4.4.2 idle too long"])
def test_all_that_are_given_up_at_mail_are_opened_anew(
    server: ScriptedServer, ten: Smtp, step: str | Act
) -> None:
    crowd(server, ten)
    server.at("MAIL", *[step] * 10)
    assert set(meanings(send(ten, *addressed(20)))) == {"accepted"}
    assert (readers(server), server.connections) == (all_once(20), 20)
