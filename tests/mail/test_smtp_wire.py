"""A socket that never blocks, and what a dialogue hears through it."""

import socket
from collections.abc import Iterator
from selectors import DefaultSelector

import pytest

from app.mail.smtp_wire import Wire, converse, speak

from .dialogues import DATA, FINE, GO_ON, MAIL, RCPT, begun


@pytest.fixture
def ends() -> Iterator[tuple[Wire, socket.socket]]:
    """Ours and theirs."""
    with DefaultSelector() as selector, socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire((socket.AF_INET, socket.SOCK_STREAM, 0, "", listener.getsockname()), selector, None)
        peer, _ = listener.accept()
        with peer:
            wire.connected()
            yield wire, peer
            wire.close()


def test_who_hangs_up_right_after_the_go_ahead_gets_no_content(ends: tuple[Wire, socket.socket]) -> None:
    wire, peer = ends
    dialogue = begun()
    speak(wire, dialogue)
    assert peer.recv(4096) == MAIL + RCPT + DATA
    peer.sendall(FINE + FINE + GO_ON)
    peer.shutdown(socket.SHUT_WR)
    with pytest.raises(ConnectionError, match="hung up"):
        converse(wire, dialogue)
    peer.setblocking(False)
    with pytest.raises(BlockingIOError):
        peer.recv(4096)


def test_what_is_not_taken_waits_until_there_is_room(ends: tuple[Wire, socket.socket]) -> None:
    wire, peer = ends
    dialogue = begun(content=b"x" * 20_000_000)
    speak(wire, dialogue)
    peer.sendall(FINE + FINE + GO_ON)
    converse(wire, dialogue)
    assert dialogue.speaking
    heard = 0
    while heard < len(MAIL + RCPT + DATA) + 20_000_000 + len(b"\r\n.\r\n"):
        heard += len(peer.recv(1 << 20))
        converse(wire, dialogue)
    assert not dialogue.speaking


def test_what_was_said_before_hanging_up_is_heard(ends: tuple[Wire, socket.socket]) -> None:
    wire, peer = ends
    peer.sendall(b"421 4.3.2 closing\r\n")
    peer.close()
    assert (wire.hear(), wire.fault) == (b"421 4.3.2 closing\r\n", None)
    assert wire.hear() == b""
    assert isinstance(wire.fault, ConnectionError)
