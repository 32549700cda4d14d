"""Opening an SMTP connection, as pure transitions: the banner, EHLO, STARTTLS, AUTH."""

import socket
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from app.errors import MailerError
from app.mail.replies import Phase, Reply
from app.mail.smtp_offers import Offers, offers_of
from app.mail.smtp_talk import Awaited, Talk, Timeouts


class Security(StrEnum):
    TLS = "tls"  # from the first byte
    STARTTLS = "require"
    CLEAR = "off"


@dataclass(frozen=True)
class Server:
    """Whom to connect to, and how. In clear only on this machine, and never with a password."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.security is Security.CLEAR and not is_loopback(self.host):
            raise MailerError("Mail may travel in clear to this machine only; drop starttls=off.")
        if self.security is Security.CLEAR and self.password:
            raise MailerError("A password never travels in clear; drop starttls=off.")
        if bool(self.user) != bool(self.password):
            raise MailerError("Sign in to the mail server with a user and a password, or with neither.")
        if not (self.user + self.password).isascii():
            raise MailerError("User and password of the mail server must be ASCII.")


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Opening(Talk):
    """`ready` once MAIL may be said; `bare` while TLS must come before anything else is said or believed."""

    def __init__(self, server: Server, timeouts: Timeouts) -> None:
        super().__init__()
        self.offers = Offers()
        self.ready = False
        self.bare = server.security is Security.TLS
        self._server = server
        self._secure = server.security is not Security.STARTTLS
        self._patience = timeouts.command
        self._responses: list[str] = []
        self._due.append(Awaited(Phase.CONNECT, self._patience, self._greeted))

    def secured(self) -> None:
        """TLS stands. What was offered before it counts for nothing (RFC 3207 §4.2)."""
        self.bare = False
        if not self._secure:
            self._secure = True
            self._introduce("EHLO")

    def _greeted(self, reply: Reply) -> None:
        if reply.good:
            self._introduce("EHLO")
        else:
            self._refused(reply)

    def _introduce(self, verb: str) -> None:
        then = self._understood if verb == "EHLO" else self._tolerated
        self._say(f"{verb} {_own_name()}", Phase.CONNECT, then)

    def _understood(self, reply: Reply) -> None:
        if reply.code in (500, 502):
            self._introduce("HELO")
        else:
            self.offers = offers_of(reply.text)
            self._tolerated(reply)

    def _tolerated(self, reply: Reply) -> None:
        if not reply.good:
            self._refused(reply)
        elif not self._secure:
            self._start_tls()
        elif self._server.user:
            self._sign_in()
        else:
            self.ready = True

    def _start_tls(self) -> None:
        if self.offers.starttls:
            self._say("STARTTLS", Phase.CONNECT, self._tls_answered)
        else:
            self._refused(Reply(Phase.CONNECT, 0, "the server offers no STARTTLS"))

    def _tls_answered(self, reply: Reply) -> None:
        if reply.code == 220:
            self.bare = True
        else:
            self._refused(reply)

    def _sign_in(self) -> None:
        """PLAIN, which every server must have behind TLS (RFC 4954 §4); LOGIN for those that do not."""
        user, password = self._server.user, self._server.password
        if "PLAIN" in self.offers.auth:
            self._say("AUTH PLAIN " + _base64(f"\0{user}\0{password}"), Phase.AUTH, self._signed_in)
        elif "LOGIN" in self.offers.auth:
            self._responses = [_base64(user), _base64(password)]
            self._say("AUTH LOGIN", Phase.AUTH, self._signed_in)
        else:
            self._refused(Reply(Phase.AUTH, 504, "the server offers no way to sign in that we know"))

    def _signed_in(self, reply: Reply) -> None:
        if reply.code == 334 and self._responses:
            self._say(self._responses.pop(0), Phase.AUTH, self._signed_in)
        elif reply.good:
            self.ready = True
        else:
            self._refused(reply)

    def _say(self, command: str, phase: Phase, then: Callable[[Reply], None]) -> None:
        self._ask(command.encode() + b"\r\n", Awaited(phase, self._patience, then))


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _own_name() -> str:
    """For EHLO: the host's name where it is a full one; never a look-up, which may take long."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
