"""One connection by itself: how it gets in, how long it waits, and when it gets in anew."""

import selectors
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.mail.mime import Envelope
from app.mail.replies import Phase
from app.mail.smtp_connection import Connection, Ended
from app.mail.smtp_dialogue import Parcel
from app.mail.smtp_entry import Door
from app.mail.smtp_opening import Security, Server
from app.mail.smtp_pool import Pool
from app.mail.smtp_wire import Place

from .conftest import PATIENT
from .letters import ADA
from .scripted import ScriptedServer

HERE = Server("127.0.0.1", 25, Security.CLEAR)
PARCEL = Parcel(1, Envelope("hello@harbour.example", ADA, smtputf8=False), b"x\r\n", lambda: True)


def place(port: int) -> Place:
    return (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))


@pytest.fixture
def selector() -> Iterator[selectors.BaseSelector]:
    with selectors.DefaultSelector() as one:
        yield one


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one


@pytest.fixture
def connection(
    listener: socket.socket, selector: selectors.BaseSelector, trust: ssl.SSLContext
) -> Iterator[Connection]:
    """Connected to the listener, which has yet to say something."""
    one = Connection(Door(HERE, [place(listener.getsockname()[1])], PATIENT, trust), selector)
    turn(selector)
    yield one
    one.hang_up()


def turn(selector: selectors.BaseSelector) -> None:
    for key, _ in selector.select(5):
        key.data.turn()


def in_or_out(connection: Connection, selector: selectors.BaseSelector) -> Ended | None:
    while not connection.ready and not connection.gone:
        turn(selector)
    return connection.collect()


def test_the_next_address_is_tried_where_one_leads_nowhere(
    server: ScriptedServer, selector: selectors.BaseSelector, trust: ssl.SSLContext
) -> None:
    with ScriptedServer() as gone:
        closed = place(gone.port)
    connection = Connection(Door(HERE, [closed, place(server.port)], PATIENT, trust), selector)
    assert in_or_out(connection, selector) is None
    assert connection.ready
    connection.hang_up()


@pytest.mark.parametrize("addresses", [0, 2])
def test_where_no_address_leads_anywhere_nobody_is_reached(
    selector: selectors.BaseSelector, trust: ssl.SSLContext, addresses: int
) -> None:
    with ScriptedServer() as gone:
        closed = [place(gone.port)] * addresses
    ended = in_or_out(Connection(Door(HERE, closed, PATIENT, trust), selector), selector)
    assert ended is not None
    assert (ended.parcel, ended.reply.phase, ended.reply.code) == (None, Phase.CONNECT, 0)


def test_who_drips_gets_no_more_time(
    listener: socket.socket, connection: Connection, selector: selectors.BaseSelector
) -> None:
    peer, _ = listener.accept()
    with peer:
        deadlines = []
        for drop in (b"220-hel", b"lo\r\n22", b"0 hello\r\n250-he", b"llo\r\n"):
            peer.sendall(drop)
            turn(selector)
            deadlines.append(connection.deadline)
    assert deadlines[0] == deadlines[1] < deadlines[2] == deadlines[3]


def test_who_drips_amid_a_dialogue_gets_no_more_time_either(
    listener: socket.socket, connection: Connection, selector: selectors.BaseSelector
) -> None:
    peer, _ = listener.accept()
    with peer:
        peer.sendall(b"220 hello\r\n250 hello\r\n")
        in_or_out(connection, selector)
        connection.hand_over(PARCEL)
        deadlines = [connection.deadline]
        for drop in (b"250-f", b"ine\r\n", b"250 fine\r\n"):
            peer.sendall(drop)
            turn(selector)
            deadlines.append(connection.deadline)
    assert deadlines[0] == deadlines[1] == deadlines[2] < deadlines[3]


def test_what_ended_at_once_is_still_to_be_collected(
    listener: socket.socket, connection: Connection, selector: selectors.BaseSelector
) -> None:
    peer, _ = listener.accept()
    peer.sendall(b"220 hello\r\n250 hello\r\n")
    in_or_out(connection, selector)
    connection.waited = True
    listener.close()
    peer.close()
    connection.hand_over(PARCEL)
    while not connection.gone:
        turn(selector)
    assert connection.busy
    ended = connection.collect()
    assert ended is not None
    assert (ended.parcel, ended.reply.phase, connection.busy) == (PARCEL, Phase.CONNECT, False)


def test_one_that_waited_in_vain_is_opened_anew_as_well(
    server: ScriptedServer, trust: ssl.SSLContext
) -> None:
    pool = Pool(replace(HERE, port=server.port), PATIENT, trust, 10)
    pool.grow(0)
    while not pool.ready:
        pool.turn()
    server.at("MAIL", "421 4.4.2 idle too long")
    pool.wake()
    pool.ready[0].hand_over(PARCEL)
    while not (ended := pool.turn()):
        pass
    assert [(one.parcel, one.reply.phase, one.reply.code) for one in ended] == [(PARCEL, Phase.DOT, 250)]
    pool.close()
