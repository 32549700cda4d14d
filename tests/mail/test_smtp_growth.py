"""How many connections there are: opened as they are wanted, taken when they are free, closed together."""

from collections import Counter
from collections.abc import Iterator

import pytest

from app.core.message import Message
from app.core.outcome import Outcome
from app.mail.providers.smtp import Smtp
from app.mail.smtp_talk import Timeouts

from .conftest import OpenMailer
from .letters import Stream, addressed, letter, letters
from .scripted import ScriptedServer
from .sending import DROP, HANG, HASTY, all_once, crowd, meanings, readers, send, until_the_last


def test_one_letter_at_a_time_opens_one_connection(server: ScriptedServer, mailer_for: OpenMailer) -> None:
    ten = mailer_for(server.port, timeouts=Timeouts(lull=5), width=10)
    for number in range(1, 4):
        send(ten, letter(number))
    assert (len(server.accepted), server.connections) == (3, 1)


def test_a_server_that_lets_in_only_two_gets_everything_over_two(server: ScriptedServer, ten: Smtp) -> None:
    server.at("CONNECT", "220 ready", "220 ready", *["421 4.7.0 too many connections"] * 50)
    assert set(meanings(send(ten, *addressed(40)))) == {"accepted"}
    assert readers(server) == all_once(40)
    assert server.connections <= 4


def test_a_server_that_lets_in_slowly_is_not_besieged(server: ScriptedServer, mailer_for: OpenMailer) -> None:
    server.at("CONNECT", "220 ready", *[HANG] * 9)
    send(mailer_for(server.port, timeouts=Timeouts(lull=5), width=10), *addressed(30))
    assert (readers(server), server.connections) == (all_once(30), 2)


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


def test_a_letter_that_cannot_be_written_leaves_its_place_to_the_next(
    server: ScriptedServer, mailer_for: OpenMailer
) -> None:
    ten = mailer_for(server.port, timeouts=Timeouts(lull=600), width=10)
    outcomes = send(ten, *(letter(number, to="nobody") for number in range(1, 30)), letter(30))
    assert meanings(outcomes) == ["unfit"] * 29 + ["accepted"]


def test_whoever_stops_listening_is_sent_no_more_and_it_may_go_on(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    stream = Stream(addressed(50))
    for _ in ten.deliver(stream):
        break
    assert stream.taken <= 10
    outcomes = send(ten, *(letter(number) for number in range(100, 120)))
    assert sorted(one.id for one in outcomes) == list(range(100, 120))
    assert set(meanings(outcomes)) == {"accepted"}


def test_close_says_goodbye_on_every_connection(server: ScriptedServer, ten: Smtp) -> None:
    crowd(server, ten)
    ten.close()
    assert server.verbs().count("QUIT") == 10


def test_a_farewell_that_hangs_is_waited_for_once(server: ScriptedServer, mailer_for: OpenMailer) -> None:
    mailer = mailer_for(server.port, timeouts=HASTY, width=10)
    send(mailer, *addressed(30))
    server.at("QUIT", *[HANG] * 10)
    mailer.close()
    assert meanings(send(mailer)) == ["accepted"]
