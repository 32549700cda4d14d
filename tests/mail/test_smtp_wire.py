"""A socket that never blocks, and what a dialogue hears through it."""

import socket
import ssl
import struct
from collections.abc import Iterator
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector

import pytest

from app.mail.smtp_wire import Wire, converse, speak

from .dialogues import DATA, FINE, GO_ON, MAIL, RCPT, begun

ENVELOPE = MAIL + RCPT + DATA
MUCH = 20_000_000

Ends = tuple[Wire, socket.socket]


@pytest.fixture
def selector() -> Iterator[DefaultSelector]:
    with DefaultSelector() as one:
        yield one


@pytest.fixture
def ends(selector: DefaultSelector) -> Iterator[Ends]:
    """Ours, known to the selector, and theirs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire((socket.AF_INET, socket.SOCK_STREAM, 0, "", listener.getsockname()), selector, None)
        peer, _ = listener.accept()
    with peer:
        wire.connected()
        yield wire, peer
    wire.close()


def test_who_hangs_up_right_after_the_go_ahead_gets_no_content(ends: Ends) -> None:
    wire, peer = ends
    dialogue = begun()
    speak(wire, dialogue)
    peer.sendall(FINE + FINE + GO_ON)
    peer.shutdown(socket.SHUT_WR)
    with pytest.raises(ConnectionError, match="hung up"):
        converse(wire, dialogue)
    assert peer.recv(4096) == ENVELOPE
    peer.setblocking(False)
    with pytest.raises(BlockingIOError):
        peer.recv(4096)


def test_a_large_letter_goes_on_when_there_is_room(ends: Ends) -> None:
    wire, peer = ends
    dialogue = begun(content=b"x" * MUCH)
    speak(wire, dialogue)
    peer.sendall(FINE + FINE + GO_ON)
    converse(wire, dialogue)
    assert dialogue.speaking
    heard = 0
    while heard < len(ENVELOPE) + MUCH + len(b"\r\n.\r\n"):
        heard += len(peer.recv(1 << 20))
        converse(wire, dialogue)
    assert not dialogue.speaking


def test_it_is_selected_for_writing_only_while_that_would_block(
    ends: Ends, selector: DefaultSelector
) -> None:
    wire, _ = ends
    [fd] = selector.get_map()
    assert wire.send(memoryview(b"x" * MUCH)) < MUCH
    assert selector.get_key(fd).events == EVENT_READ | EVENT_WRITE
    assert wire.send(memoryview(b"")) == 0
    assert selector.get_key(fd).events == EVENT_READ


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # ssl forgets its socket
def test_a_connection_reset_just_before_tls_is_trouble_and_no_more(
    ends: Ends, selector: DefaultSelector, trust: ssl.SSLContext
) -> None:
    wire, peer = ends
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    selector.select(5)

    def secure() -> None:
        wire.secure(trust, "127.0.0.1")
        wire.shake_hands()

    with pytest.raises(OSError):
        secure()


def test_what_was_said_before_hanging_up_is_heard(ends: Ends) -> None:
    wire, peer = ends
    peer.sendall(b"421 4.3.2 closing\r\n")
    peer.close()
    assert wire.hear() == b"421 4.3.2 closing\r\n"
    with pytest.raises(ConnectionError, match="hung up"):
        wire.hear()
