"""A socket that never blocks, in clear or behind TLS, known to a selector. Trouble is an OSError."""

import os
import socket
import ssl
import struct
from contextlib import suppress
from selectors import EVENT_READ, EVENT_WRITE, BaseSelector
from typing import Any

from app.mail.smtp_talk import Talk

Place = tuple[int, int, int, str, Any]
"""One line of getaddrinfo."""

_RECORD = 16_384
"""Octets: a whole TLS record. Of one that was decrypted in part, no selector would know the rest."""

_WAIT = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Wire:
    """Selected for reading, and for writing only while that would block."""

    def __init__(self, place: Place, selector: BaseSelector, owner: object) -> None:
        family, kind, protocol, _, address = place
        self._sock = socket.socket(family, kind, protocol)
        self._fd = self._sock.fileno()
        self._sock.setblocking(False)
        # A small write behind a large one would otherwise wait for the other side's ACK.
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector = selector
        self._owner = owner
        self._events = EVENT_WRITE
        selector.register(self._fd, self._events, owner)
        try:
            with suppress(BlockingIOError):
                self._sock.connect(address)
        except OSError:
            self.close()
            raise

    def connected(self) -> None:
        """OSError when the connection could not be made."""
        if error := self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(error, os.strerror(error))
        self._select(EVENT_READ)

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """From here on there is TLS, as soon as hands are shaken."""
        self._sock = context.wrap_socket(self._sock, server_hostname=host, do_handshake_on_connect=False)

    def shake_hands(self) -> bool:
        """Whether it is done; the certificate is verified then."""
        if isinstance(self._sock, ssl.SSLSocket):
            try:
                self._sock.do_handshake()
            except ssl.SSLWantReadError:
                self._select(EVENT_READ)
                return False
            except ssl.SSLWantWriteError:
                self._select(EVENT_READ | EVENT_WRITE)
                return False
        self._select(EVENT_READ)
        return True

    def send(self, octets: memoryview) -> int:
        """How many were taken."""
        taken, events = 0, EVENT_READ
        try:
            taken = self._sock.send(octets) if octets else 0
        except ssl.SSLWantReadError:
            pass
        except (BlockingIOError, ssl.SSLWantWriteError):
            events |= EVENT_WRITE
        else:
            events |= EVENT_WRITE if taken < len(octets) else 0
        self._select(events)
        return taken

    def hear(self) -> bytes:
        """What is there; nothing when nothing is. OSError when the other side has ended it."""
        try:
            heard = self._sock.recv(_RECORD)
        except _WAIT:
            return b""
        if not heard:
            raise ConnectionError("the server hung up")
        return heard

    def discard(self) -> None:
        """What the other side has not taken yet will not reach it any more, whenever this is closed."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        self._selector.unregister(self._fd)
        self._sock.close()

    def _select(self, events: int) -> None:
        if events != self._events:
            self._events = events
            self._selector.modify(self._fd, events, self._owner)


def converse(wire: Wire, talk: Talk) -> None:
    """Hears what is there, then says all that may be said; OSError when the other side has ended it."""
    listen(wire, talk)
    speak(wire, talk)


def speak(wire: Wire, talk: Talk) -> None:
    """Says all that may be said. Who speaks up amid the content is heard before its dot."""
    while talk.speaking:
        if talk.uttering:
            listen(wire, talk)
        octets = talk.out()
        taken = wire.send(octets)
        talk.wrote(taken)
        if not octets or taken < len(octets):
            return


def listen(wire: Wire, talk: Talk) -> None:
    if heard := wire.hear():
        talk.hear(heard)
