"""Getting in: address by address, and nothing believed that was said before TLS."""

import selectors
import socket
import ssl
from collections.abc import Iterator

import pytest

from app.mail.replies import Phase
from app.mail.smtp_connection import Connection
from app.mail.smtp_entry import Door
from app.mail.smtp_opening import Opening, Security, Server
from app.mail.smtp_talk import Timeouts
from app.mail.smtp_wire import Place

from .conftest import PATIENT
from .scripted import ScriptedServer

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


@pytest.fixture
def selector() -> Iterator[selectors.BaseSelector]:
    with selectors.DefaultSelector() as one:
        yield one


def place(port: int) -> Place:
    return (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))


def turned(connection: Connection, selector: selectors.BaseSelector) -> Connection:
    """Driven until it has got in or been kept out."""
    while not connection.ready and not connection.gone:
        for key, _ in selector.select(1):
            key.data.turn()
    return connection


def test_the_next_address_is_tried_where_one_leads_nowhere(
    server: ScriptedServer, selector: selectors.BaseSelector, trust: ssl.SSLContext
) -> None:
    with ScriptedServer() as gone:
        closed = place(gone.port)
    door = Door(LISTENS, [closed, place(server.port)], PATIENT, trust)
    connection = turned(Connection(door, selector), selector)
    assert connection.ready
    connection.hang_up()


@pytest.mark.parametrize("addresses", [0, 2])
def test_where_no_address_leads_anywhere_nobody_is_reached(
    selector: selectors.BaseSelector, trust: ssl.SSLContext, addresses: int
) -> None:
    with ScriptedServer() as gone:
        closed = [place(gone.port)] * addresses
    ended = turned(Connection(Door(LISTENS, closed, PATIENT, trust), selector), selector).collect()
    assert ended is not None
    assert (ended.parcel, ended.reply.phase, ended.reply.code) == (None, Phase.CONNECT, 0)
