"""Servers that say too much, at the wrong moment, or take what was given up."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from app.core.message import Message
from app.mail.smtp_talk import Timeouts
from tests.mail.conftest import OpenMailer
from tests.mail.letters import letter
from tests.mail.scripted import LOCKSTEP, ScriptedServer
from tests.mail.sending import meanings, send

SHORT = Timeouts(connect=5, command=1, data_end=0.4, farewell=0.2, lull=0.05)
LINE = "y" * 70 + "\n"


@contextmanager
def serving(serve: Callable[[socket.socket], None], buffer: int = 0) -> Iterator[int]:
    """One connection after the other; `buffer` is how many octets the kernel keeps for whoever reads late."""
    listener = socket.socket()
    if buffer:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    listener.bind(("127.0.0.1", 0))
    listener.listen()

    def run() -> None:
        with suppress(OSError):
            while True:
                sock, _ = listener.accept()
                with sock, suppress(OSError):
                    serve(sock)

    threading.Thread(target=run, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def until(sock: socket.socket, end: bytes) -> bytes:
    heard = b""
    while end not in heard:
        piece = sock.recv(65536)
        if not piece:
            raise ConnectionError
        heard += piece
    return heard


def greet(sock: socket.socket) -> None:
    sock.sendall(b"220 hi\r\n")
    until(sock, b"\r\n")
    sock.sendall(b"250-hello\r\n250 PIPELINING\r\n")


def invite(sock: socket.socket) -> None:
    until(sock, b"DATA\r\n")
    sock.sendall(b"250 ok\r\n250 ok\r\n354 go\r\n")


def test_a_size_of_thousands_of_digits_is_none(mailer_for: OpenMailer) -> None:
    with ScriptedServer((*LOCKSTEP[:1], "SIZE " + "9" * 5000)) as server:
        assert meanings(send(mailer_for(server.port))) == ["accepted"]


def test_a_refusal_amid_the_content_is_heard_although_a_reset_came_behind_it(mailer_for: OpenMailer) -> None:
    """Both arrive between our listening and our next write: the refusal lies in the socket, unread."""
    closed, looked = threading.Event(), [0]

    def serve(sock: socket.socket) -> None:
        greet(sock)
        invite(sock)
        sock.recv(1000)
        time.sleep(0.1)
        sock.sendall(b"552 5.3.4 too large for me\r\n")
        time.sleep(0.05)
        sock.close()  # with octets of ours unread: a reset
        closed.set()

    def clock() -> float:
        looked[0] += 1
        if looked[0] == 3:  # asked when it was taken, then before each piece of the content
            closed.wait(5)
            time.sleep(0.1)
        return 0.0

    with serving(serve) as port:
        outcomes = send(mailer_for(port, clock=clock), letter(text=LINE * 20_000))
    assert meanings(outcomes) == ["refused"]


def test_no_dot_arrives_after_it_was_given_up(mailer_for: OpenMailer) -> None:
    """The server reads nothing; the whole letter lies in our kernel's buffer when patience ends."""
    given_up = threading.Event()
    took: list[bytes] = []

    def serve(sock: socket.socket) -> None:
        greet(sock)
        invite(sock)
        given_up.wait(10)
        with suppress(ConnectionError):
            took.append(until(sock, b"\r\n.\r\n"))

    with serving(serve, buffer=4096) as port:
        mailer = mailer_for(port, timeouts=SHORT)
        outcomes = send(mailer, letter(text=LINE * 3000))
        mailer.close()
        given_up.set()
        time.sleep(0.3)
    assert meanings(outcomes) == ["unknown"]
    assert took == []


def test_the_last_words_of_a_server_that_tired_of_waiting_are_no_answer(mailer_for: OpenMailer) -> None:
    """Exchange ends an idle connection with 451 instead of 421."""
    said, connections = threading.Event(), [0]

    def serve(sock: socket.socket) -> None:
        connections[0] += 1
        greet(sock)
        invite(sock)
        until(sock, b"\r\n.\r\n")
        sock.sendall(b"250 ok\r\n")
        time.sleep(0.05)
        sock.sendall(b"451 4.7.0 Timeout waiting for client input\r\n")
        sock.shutdown(socket.SHUT_WR)
        said.set()
        time.sleep(0.3)

    def feed() -> Iterator[Message]:
        yield letter(1)
        said.wait(5)
        time.sleep(0.1)  # as who waits for the pace of a cap
        yield letter(2)

    with serving(serve) as port:
        assert meanings(list(mailer_for(port, width=1).deliver(feed()))) == ["accepted", "accepted"]
    assert connections == [2]


@pytest.mark.parametrize("answer", ["221 2.0.0 closing connection", "220 ready", "235 2.7.0 in"])
def test_only_what_can_answer_a_dot_is_acceptance(answer: str, mailer_for: OpenMailer) -> None:
    with ScriptedServer() as server:
        server.at("DOT", answer)
        assert meanings(send(mailer_for(server.port))) == ["unknown"]
