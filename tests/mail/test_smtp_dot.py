"""Without a socket: up to the dot nothing can have been accepted, from then on it can."""

import pytest

from app.mail.replies import Phase
from app.mail.smtp_dialogue import CHUNK, TOO_OLD, stuffed

from .dialogues import FINE, GO_ON, TIMES, after, begun, said


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("answered", "phase"), [(0, Phase.MAIL), (1, Phase.RCPT), (2, Phase.DATA), (3, Phase.DOT)]
)
def test_the_phase_in_which_it_was_lost_is_certain(answered: int, phase: Phase, pipelining: bool) -> None:
    dialogue = begun(pipelining=pipelining)
    for heard in (FINE, FINE, GO_ON)[:answered]:
        after(dialogue, heard)
    dialogue.lost("the server hung up")
    assert (dialogue.verdict.phase, dialogue.verdict.code, dialogue.open) == (phase, 0, False)


@pytest.mark.parametrize(("kept", "phase"), [(3, Phase.DATA), (2, Phase.DOT), (1, Phase.DOT), (0, Phase.DOT)])
def test_from_the_dot_on_acceptance_is_possible(kept: int, phase: Phase) -> None:
    dialogue = begun()
    said(dialogue)
    dialogue.hear(FINE + FINE + GO_ON)
    dialogue.wrote(len(dialogue.out()) - kept)
    dialogue.lost("reset")
    assert dialogue.verdict.phase is phase


def test_who_speaks_up_amid_the_content_keeps_the_dot_back() -> None:
    dialogue = begun(content=b"x" * CHUNK + b"\r\n")
    said(dialogue)
    dialogue.hear(FINE + FINE + GO_ON)
    dialogue.wrote(CHUNK)
    dialogue.hear(b"552 5.3.4 too")
    assert bytes(dialogue.out()) == b""
    dialogue.hear(b" much\r\n")
    assert (dialogue.verdict.line, dialogue.open) == ("data: 552 5.3.4 too much", False)


def test_a_parcel_that_grew_old_amid_its_content_keeps_its_dot() -> None:
    dialogue = begun(content=b"x" * CHUNK + b"\r\n", fresh=[True, False])
    assert after(dialogue, FINE, FINE, GO_ON) == b"x" * CHUNK
    assert dialogue.verdict is TOO_OLD
    assert not dialogue.open


def test_what_is_left_of_a_piece_is_looked_at_again() -> None:
    dialogue = begun(fresh=[True, False])
    said(dialogue)
    dialogue.hear(FINE + FINE + GO_ON)
    dialogue.wrote(len(dialogue.out()) - 3)
    assert (said(dialogue), dialogue.verdict) == (b"", TOO_OLD)


def test_each_answer_has_its_own_time() -> None:
    dialogue = begun()
    said(dialogue)
    assert dialogue.seconds == TIMES.command
    after(dialogue, FINE, FINE, GO_ON)
    assert dialogue.seconds == TIMES.data_end
    dialogue.hear(FINE)
    assert dialogue.seconds == float("inf")
    dialogue.leave()
    assert dialogue.seconds == TIMES.farewell


def test_half_an_answer_is_no_step() -> None:
    dialogue = begun()
    said(dialogue)
    steps = dialogue.steps
    dialogue.hear(b"250-dripping\r\n25")
    assert dialogue.steps == steps
    dialogue.hear(b"0 fine\r\n")
    assert dialogue.steps > steps


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        (b"a\r\n.\r\n..\r\n", b"a\r\n..\r\n...\r\n"),
        (b".first", b"..first\r\n"),
        (b"", b"\r\n"),
        (b"a.b\r\n", b"a.b\r\n"),
    ],
)
def test_leading_dots_are_doubled(content: bytes, wire: bytes) -> None:
    assert stuffed(content) == wire
