"""One connection without a socket: what goes out after what was heard, and what it means."""

import pytest

from app.mail.mime import Envelope
from app.mail.replies import Phase
from app.mail.smtp_dialogue import CHUNK, TOO_OLD, Dialogue, Parcel, stuffed
from app.mail.smtp_offers import Offers
from app.mail.smtp_talk import Timeouts

from .letters import ADA

MAIL, RCPT, DATA = b"MAIL FROM:<hello@harbour.example>\r\n", b"RCPT TO:<ada@example.org>\r\n", b"DATA\r\n"
FINE, GO_ON = b"250 fine\r\n", b"354 go on\r\n"
CONTENT = b"Subject: x\r\n\r\n.dot\r\n"
TIMES = Timeouts()


def begun(*, pipelining: bool = True, content: bytes = CONTENT, fresh: list[bool] | None = None) -> Dialogue:
    """A dialogue that was just handed a letter to Ada; `fresh` is what it hears when it asks, then yes."""
    answers = iter(fresh or [])
    dialogue = Dialogue(Offers(pipelining=pipelining), TIMES)
    between = Envelope("hello@harbour.example", ADA, smtputf8=False)
    dialogue.begin(Parcel(1, between, content, lambda: next(answers, True)))
    return dialogue


def said(dialogue: Dialogue) -> bytes:
    """Everything it has to say for now."""
    octets = b""
    while dialogue.speaking and (piece := bytes(dialogue.out())):
        dialogue.wrote(len(piece))
        octets += piece
    return octets


def after(dialogue: Dialogue, *heard: bytes) -> bytes:
    """What it says when all it said before was taken and this is heard."""
    said(dialogue)
    for octets in heard:
        dialogue.hear(octets)
    return said(dialogue)


def test_mail_rcpt_and_data_go_out_together() -> None:
    assert said(begun()) == MAIL + RCPT + DATA


def test_without_pipelining_each_waits_for_the_last_to_be_answered() -> None:
    dialogue = begun(pipelining=False)
    assert said(dialogue) == MAIL
    assert after(dialogue, FINE) == RCPT
    assert after(dialogue, FINE) == DATA
    assert after(dialogue, GO_ON) == stuffed(CONTENT) + b".\r\n"


def test_no_content_goes_out_before_all_three_are_answered() -> None:
    dialogue = begun()
    assert after(dialogue, b"250 ") == b""
    assert after(dialogue, b"fine\r\n", FINE) == b""
    assert after(dialogue, b"354 go on") == b""
    assert after(dialogue, b"\r\n") == b"Subject: x\r\n\r\n..dot\r\n.\r\n"


def test_the_next_envelope_goes_behind_the_answer_to_the_dot() -> None:
    dialogue = begun()
    after(dialogue, FINE, FINE, GO_ON)
    assert not dialogue.idle
    dialogue.hear(b"250 2.0.0 queued\r\n")
    assert dialogue.idle
    assert (dialogue.verdict.phase, dialogue.verdict.code) == (Phase.DOT, 250)


@pytest.mark.parametrize("refusal", [b"550 5.1.1 no such user\r\n", b"450 4.2.0 later\r\n"])
def test_data_let_through_without_a_recipient_gets_a_lone_dot(refusal: bytes) -> None:
    dialogue = begun()
    assert after(dialogue, FINE, refusal, GO_ON) == b".\r\n"
    assert not dialogue.idle


@pytest.mark.parametrize("answer", [b"554 5.5.1 no valid recipients\r\n", b"250 2.0.0 queued\r\n"])
def test_what_becomes_of_an_empty_message_is_nothing(answer: bytes) -> None:
    dialogue = begun()
    after(dialogue, FINE, b"550 5.1.1 no such user\r\n", GO_ON)
    assert after(dialogue, answer) == b""
    assert dialogue.idle
    assert (dialogue.verdict.phase, dialogue.verdict.code) == (Phase.RCPT, 550)


def test_a_refused_recipient_and_a_refused_data_are_reset() -> None:
    dialogue = begun()
    assert after(dialogue, FINE, b"550 no\r\n", b"503 no\r\n") == b"RSET\r\n"
    assert not dialogue.idle
    assert after(dialogue, FINE) == b""
    assert (dialogue.idle, dialogue.verdict.line) == (True, "rcpt: 550 no")


def test_a_refused_sender_ends_the_connection_once_all_is_answered() -> None:
    dialogue = begun()
    assert after(dialogue, b"553 not you\r\n", b"503 no\r\n") == b""
    assert after(dialogue, b"503 no\r\n") == b"QUIT\r\n"
    assert dialogue.verdict.phase is Phase.MAIL


def test_nobody_gets_an_empty_message_from_a_refused_sender() -> None:
    dialogue = begun()
    assert after(dialogue, b"553 not you\r\n", FINE, GO_ON) == b""
    assert not dialogue.open


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


@pytest.mark.parametrize("idle", [b"421 4.4.2 idle too long\r\n", b"250 what?\r\n", b"4"])
def test_whoever_speaks_out_of_turn_is_left(idle: bytes) -> None:
    dialogue = begun()
    after(dialogue, FINE, FINE, GO_ON)
    dialogue.hear(FINE + idle)
    assert (dialogue.idle, dialogue.open) == (False, False)
    assert dialogue.verdict.code == 250


def test_answers_before_their_commands_change_no_order() -> None:
    dialogue = begun()
    dialogue.wrote(5)
    dialogue.hear(FINE + FINE + GO_ON)
    assert said(dialogue) == (MAIL + RCPT + DATA)[5:] + stuffed(CONTENT) + b".\r\n"


@pytest.mark.parametrize("seen", range(4))
def test_421_ends_it_wherever_it_comes(seen: int) -> None:
    dialogue = begun()
    said(dialogue)
    for heard in (FINE, FINE, GO_ON)[:seen]:
        after(dialogue, heard)
    dialogue.hear(b"421 4.3.2 closing\r\n")
    assert (dialogue.verdict.code, dialogue.open) == (421, False)
    assert dialogue.verdict.phase is [Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.DOT][seen]


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
