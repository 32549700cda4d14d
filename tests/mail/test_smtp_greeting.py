"""The opening without a socket: nothing is believed that was said before TLS."""

import pytest

from app.mail.replies import Phase
from app.mail.smtp_opening import Opening, Security, Server
from app.mail.smtp_talk import Timeouts

LISTENS = Server("127.0.0.1", 25, Security.CLEAR)
GUARDED = Server("127.0.0.1", 25, Security.STARTTLS, "harbour", "secret")


def heard(opening: Opening, *lines: bytes) -> bytes:
    """What it says at last."""
    said = b""
    for line in lines:
        opening.hear(line)
        said = bytes(opening.out())
        opening.wrote(len(said))
    return said


def test_after_the_banner_and_ehlo_it_is_ready() -> None:
    opening = Opening(LISTENS, Timeouts())
    assert heard(opening, b"220 hello\r\n").startswith(b"EHLO ")
    assert heard(opening, b"250-hello\r\n250 PIPELINING\r\n") == b""
    assert (opening.ready, opening.offers.pipelining) == (True, True)


@pytest.mark.parametrize("code", [b"500", b"502"])
def test_a_server_that_does_not_know_ehlo_is_greeted_the_old_way(code: bytes) -> None:
    opening = Opening(LISTENS, Timeouts())
    assert heard(opening, b"220 hello\r\n", code + b" what?\r\n").startswith(b"HELO ")
    heard(opening, b"250 hello\r\n")
    assert (opening.ready, opening.offers.pipelining) == (True, False)


def test_what_was_slipped_in_before_tls_is_not_believed() -> None:
    opening = Opening(GUARDED, Timeouts())
    heard(opening, b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n")
    opening.hear(b"220 go on\r\n250-hello\r\n250 AUTH PLAIN\r\n")
    assert (opening.open, opening.ready, opening.offers.auth) == (False, False, frozenset())


def test_what_was_offered_before_tls_is_asked_for_again() -> None:
    opening = Opening(GUARDED, Timeouts())
    heard(opening, b"220 hello\r\n", b"250-hello\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", b"220 go on\r\n")
    assert opening.bare
    opening.secured()
    assert bytes(opening.out()).startswith(b"EHLO ")
    heard(opening, b"250-hello\r\n250 AUTH GSSAPI\r\n")
    assert (opening.verdict.phase, opening.verdict.code) == (Phase.AUTH, 504)
