"""Without a socket: what goes out after what was heard."""

import pytest

from app.mail.replies import Phase
from app.mail.smtp_dialogue import stuffed

from .dialogues import CONTENT, DATA, FINE, GO_ON, MAIL, RCPT, after, begun, said


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


@pytest.mark.parametrize("idle", [b"421 4.4.2 idle too long\r\n", b"250 what?\r\n", b"4"])
def test_whoever_speaks_out_of_turn_is_left(idle: bytes) -> None:
    dialogue = begun()
    after(dialogue, FINE, FINE, GO_ON)
    dialogue.hear(FINE + idle)
    assert (dialogue.idle, dialogue.open) == (False, False)
    assert dialogue.verdict.code == 250


def test_whoever_answers_a_dot_with_go_on_has_lost_the_thread() -> None:
    dialogue = begun()
    after(dialogue, FINE, FINE, GO_ON)
    dialogue.hear(GO_ON)
    assert (dialogue.verdict.phase, dialogue.verdict.code, dialogue.open) == (Phase.DOT, 354, False)


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
