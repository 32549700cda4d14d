"""Messages side by side: how many at once, and when no more are taken."""

import threading

import pytest

from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.mail.providers.memory import Memory
from app.mail.side_by_side import side_by_side

from .letters import Stream, letters


@pytest.fixture
def mailer() -> Memory:
    wide = Memory()
    wide.width, wide.lease = 3, 5
    return wide


def well(message: Message, asked: float) -> Outcome:
    return Outcome(message.id, Meaning.ACCEPTED)


def test_as_many_as_the_width_go_at_once(mailer: Memory) -> None:
    together = threading.Barrier(3, timeout=5)

    def meet(message: Message, asked: float) -> Outcome:
        together.wait()
        return well(message, asked)

    assert len(list(side_by_side(letters(6), meet, mailer))) == 6


def test_one_is_taken_only_when_a_thread_is_free(mailer: Memory) -> None:
    stream = Stream(letters(9))
    for ended, _ in enumerate(side_by_side(stream, well, mailer)):
        assert stream.taken <= ended + mailer.width
    assert stream.taken == 9


def test_what_is_fed_is_never_left_lying(mailer: Memory) -> None:
    outcomes = list(side_by_side(letters(9), lambda one, _: Outcome(one.id, Meaning.UNREACHED), mailer))
    assert sorted(one.id for one in outcomes) == list(range(1, 10))


def test_a_mistake_in_sending_leaves_one_letter_uncertain(mailer: Memory) -> None:
    def stumble(message: Message, asked: float) -> Outcome:
        return well(message, asked if message.id != 2 else 1 / 0)

    outcomes = sorted(side_by_side(letters(3), stumble, mailer), key=lambda one: one.id)
    assert [one.meaning for one in outcomes] == [Meaning.ACCEPTED, Meaning.UNKNOWN, Meaning.ACCEPTED]
    assert outcomes[1].reply.startswith("our own mistake: ZeroDivisionError")


def test_whoever_outlives_the_lease_is_uncertain_and_holds_nobody_up(mailer: Memory) -> None:
    mailer.lease = 0.3
    released = threading.Event()

    def hang(message: Message, asked: float) -> Outcome:
        if message.id == 1:
            released.wait(5)
        return well(message, asked)

    outcomes = {one.id: one.meaning for one in side_by_side(letters(6), hang, mailer)}
    released.set()
    assert outcomes == {1: Meaning.UNKNOWN} | dict.fromkeys(range(2, 7), Meaning.ACCEPTED)


def test_a_thread_that_cannot_start_costs_nobody_an_answer(
    mailer: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def start(thread: threading.Thread, usual=threading.Thread.start) -> None:
        started.append(thread)
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        usual(thread)

    monkeypatch.setattr("app.mail.side_by_side.Thread.start", start)
    outcomes = {one.id: one.meaning for one in side_by_side(letters(3), well, mailer)}
    assert outcomes == {1: Meaning.ACCEPTED, 2: Meaning.UNSENT, 3: Meaning.ACCEPTED}


def test_whoever_stops_listening_is_not_sent_more(mailer: Memory) -> None:
    stream = Stream(letters(9))
    for _ in side_by_side(stream, well, mailer):
        break
    assert stream.taken <= mailer.width
