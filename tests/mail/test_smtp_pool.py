"""Many connections at once: what one suffers, the others do not feel."""

import ssl
from collections import Counter
from collections.abc import Iterator

import pytest

from app.core.message import Message
from app.core.outcome import Outcome
from app.mail.providers.smtp import Smtp
from app.mail.smtp_opening import Security

from .conftest import OpenMailer
from .letters import Stream, letter, letters
from .scripted import LOCKSTEP, Act, ScriptedServer
from .sending import DROP, HANG, HASTY, TAKE_AND_DROP, meanings, send

LARGE = "é" * 1_000_000


@pytest.fixture
def ten(server: ScriptedServer, mailer_for: OpenMailer) -> Smtp:
    return mailer_for(server.port, connections=10)


def addressed(count: int) -> list[Message]:
    """Each to somebody else, so that the server's log tells them apart."""
    return [letter(number, f"reader{number}@example.org") for number in range(1, count + 1)]


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


def test_fifty_letters_over_ten_connections_arrive_once(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    outcomes = send(ten, *addressed(50))
    assert sorted(one.id for one in outcomes) == list(range(1, 51))
    assert set(meanings(outcomes)) == {"accepted"}
    assert (readers(server), server.connections) == (all_once(50), 10)


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


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "BODY", "DOT"])
def test_one_that_hangs_does_not_hold_up_the_others(server: ScriptedServer, ten: Smtp, phase: str) -> None:
    server.at(phase, HANG)
    outcomes = ten.deliver(addressed(30))
    quick = [next(outcomes) for _ in range(29)]
    assert 1 not in {one.id for one in quick}
    server.release()
    assert [one.id for one in outcomes] == [1]
    assert readers(server) == all_once(30)


@pytest.mark.parametrize("phase", ["CONNECT", "EHLO"])
def test_nine_do_not_wait_for_the_tenth_to_get_in(server: ScriptedServer, ten: Smtp, phase: str) -> None:
    server.at(phase, "250 2.0.0 fine" if phase == "EHLO" else "220 ready", HANG)
    assert set(meanings(send(ten, *addressed(30)))) == {"accepted"}
    assert readers(server) == all_once(30)


def test_one_that_does_not_get_in_keeps_none_of_the_others_out(server: ScriptedServer, ten: Smtp) -> None:
    server.at("CONNECT", "220 ready", HANG).at("DOT", "250 2.0.0 fine", *[HANG] * 8)
    outcomes = list(ten.deliver(until_the_last(server, letters(10))))
    assert meanings(outcomes) == ["accepted"] * 10
    assert server.connections == 10


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
    outcomes = send(mailer_for(server.port, timeouts=HASTY, connections=10), *addressed(30))
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


def test_one_letter_opens_one_connection(server: ScriptedServer, ten: Smtp) -> None:
    for number in range(1, 4):
        send(ten, letter(number))
    assert (len(server.accepted), server.connections) == (3, 1)


def test_a_server_that_lets_in_only_two_gets_everything_over_two(server: ScriptedServer, ten: Smtp) -> None:
    server.at("CONNECT", "220 ready", "220 ready", *["421 4.7.0 too many connections"] * 50)
    assert set(meanings(send(ten, *addressed(40)))) == {"accepted"}
    assert readers(server) == all_once(40)
    assert server.connections <= 4


def test_when_all_are_shut_out_midway_the_rest_is_untouched(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    server.at("DOT", *[DROP] * 10).at("CONNECT", *[DROP] * 50)
    stream = Stream(addressed(50))
    outcomes = list(ten.deliver(stream))
    assert Counter(meanings(outcomes)) == {"unknown": 10, "unreached": 1}
    assert sorted(one.id for one in outcomes) == list(range(1, stream.taken + 1))


def test_it_takes_at_once_as_many_as_it_says(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    free: list[int] = []

    def feed() -> Iterator[Message]:
        for one in addressed(10):
            free.append(ten.free)
            yield one

    assert len(list(ten.deliver(feed()))) == 10
    assert free == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_whoever_feeds_is_asked_for_exactly_what_is_free(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    done: list[Outcome] = []
    asked: list[tuple[int, int]] = []

    def feed() -> Iterator[Message]:
        rest = addressed(60)
        while rest:
            group, rest = rest[: ten.free], rest[ten.free :]
            asked.append((len(group), len(done)))
            yield from group

    for outcome in ten.deliver(feed()):
        done.append(outcome)
    on_the_wire = [sum(size for size, _ in asked[: n + 1]) - ended for n, (_, ended) in enumerate(asked)]
    assert max(on_the_wire) == 10
    assert readers(server) == all_once(60)


def test_whoever_stops_listening_is_sent_no_more_and_it_may_go_on(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    stream = Stream(addressed(50))
    for _ in ten.deliver(stream):
        break
    assert stream.taken <= 10
    assert set(meanings(send(ten, *letters(20)))) == {"accepted"}


def test_close_says_goodbye_on_every_connection(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    ten.close()
    assert server.verbs().count("QUIT") == 10


def test_a_farewell_that_hangs_is_waited_for_once(server: ScriptedServer, mailer_for: OpenMailer) -> None:
    mailer = mailer_for(server.port, timeouts=HASTY, connections=10)
    send(mailer, *addressed(30))
    server.at("QUIT", *[HANG] * 10)
    mailer.close()
    assert meanings(send(mailer)) == ["accepted"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_pipelining_behind_tls(
    certificate: ssl.SSLContext, mailer_for: OpenMailer, security: Security
) -> None:
    with ScriptedServer(tls=certificate, implicit=security is Security.TLS) as server:
        mailer = mailer_for(server.port, security, connections=10)
        outcomes = send(mailer, letter(1, text=LARGE), *addressed(30)[1:])
        mailer.close()
    assert Counter(meanings(outcomes)) == {"accepted": 30}
    assert len(readers(server)) == 30
    assert any(octets.startswith(b"MAIL") and octets.endswith(b"DATA\r\n") for octets in server.reads)


def test_what_tls_has_already_decrypted_is_heard(certificate: ssl.SSLContext, mailer_for: OpenMailer) -> None:
    with ScriptedServer(tls=certificate) as server:
        server.at("RCPT", "\r\n".join(["550-5.1.1 no such user, " + "x" * 900] * 40 + ["550 5.1.1 sorry"]))
        outcomes = send(mailer_for(server.port, Security.STARTTLS), *addressed(2))
    assert meanings(outcomes) == ["rejected", "accepted"]
