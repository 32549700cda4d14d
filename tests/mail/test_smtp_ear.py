import pytest

from app.mail.smtp_ear import LONGEST, Ear


def replies(*pieces: bytes) -> list[tuple[int, str]]:
    """What is given out, the bytes coming in such pieces."""
    ear, given = Ear(), []
    for piece in pieces:
        ear.hear(piece)
        while (reply := ear.reply()) is not None:
            given.append(reply)
    return given


def test_replies_come_out_in_order() -> None:
    assert replies(b"250 one\r\n550 two\r\n354 three\r\n") == [(250, "one"), (550, "two"), (354, "three")]


def test_a_reply_in_pieces_is_given_out_whole() -> None:
    whole = b"250-first\r\n250 last\r\n221\r\n"
    assert replies(*(whole[at : at + 1] for at in range(len(whole)))) == [(250, "first\nlast"), (221, "")]


def test_a_bare_line_feed_ends_a_line_too() -> None:
    assert replies(b"250 fine\n") == [(250, "fine")]


def test_it_is_quiet_only_when_everything_was_given_out() -> None:
    ear = Ear()
    for heard in (b"250-first\r\n", b"25", b"0 last"):
        ear.hear(heard)
        assert (ear.reply(), ear.quiet) == (None, False)
    ear.hear(b"\r\n")
    assert ear.reply() == (250, "first\nlast")
    assert ear.quiet


@pytest.mark.parametrize(
    "heard", [b"hello?\r\n", b"199 x\r\n", b"25 x\r\n", b"2500 x\r\n", b"\r\n", b"250_x\r\n"]
)
def test_what_is_no_answer_is_trouble(heard: bytes) -> None:
    with pytest.raises(ConnectionError):
        replies(heard)


@pytest.mark.parametrize("piece", [b"x" * 4096, b"250-and\r\n" * 400])
def test_an_answer_without_end_is_trouble(piece: bytes) -> None:
    with pytest.raises(ConnectionError):
        replies(*[piece] * (2 * LONGEST // len(piece)))
