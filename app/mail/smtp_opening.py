"""Opening an SMTP connection: TCP, TLS with a verified certificate, EHLO, AUTH. Driven by smtplib."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from app.errors import MailerError
from app.mail.replies import Phase, Reply
from app.mail.smtp_dialogue import Dialogue, Timeouts


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


def open_dialogue(server: Server, timeouts: Timeouts, context: ssl.SSLContext) -> Dialogue | Reply:
    """A connection that waits for MAIL, or the reply that kept us out."""
    try:
        opening = _Opening(server, timeouts, context)
    except (OSError, UnicodeError) as fault:
        return _refusal(fault)
    try:
        opening.secure_and_sign_in()
        return Dialogue(opening, timeouts)
    except OSError as fault:
        opening.close()
        return _refusal(fault)


class _Opening(smtplib.SMTP):
    """smtplib, with a time-out of its own for connecting and with TLS from the first byte."""

    def __init__(self, server: Server, timeouts: Timeouts, context: ssl.SSLContext) -> None:
        self._server = server
        self._patience = timeouts.connect
        self._context = context
        super().__init__(server.host, server.port, _own_name(), timeouts.command)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), self._patience)
        sock.settimeout(timeout)
        if self._server.security is Security.TLS:
            return self._context.wrap_socket(sock, server_hostname=host)
        return sock

    def secure_and_sign_in(self) -> None:
        self.ehlo_or_helo_if_needed()
        if self._server.security is Security.STARTTLS:
            self.starttls(context=self._context)
            self.ehlo_or_helo_if_needed()
        if self._server.user:
            self._sign_in()

    def _sign_in(self) -> None:
        try:
            self.login(self._server.user, self._server.password)
        except (smtplib.SMTPResponseException, smtplib.SMTPServerDisconnected):
            raise
        except smtplib.SMTPException as fault:
            raise smtplib.SMTPAuthenticationError(504, str(fault)) from fault


def _refusal(fault: Exception) -> Reply:
    match fault:
        case smtplib.SMTPAuthenticationError():
            return Reply(Phase.AUTH, fault.smtp_code, _text(fault.smtp_error))
        case smtplib.SMTPResponseException():
            return Reply(Phase.CONNECT, fault.smtp_code, _text(fault.smtp_error))
        case ssl.SSLError():
            return Reply(Phase.CONNECT, 0, f"no TLS that can be trusted: {fault}")
        case _:
            return Reply(Phase.CONNECT, 0, str(fault) or type(fault).__name__)


def _text(error: bytes | str) -> str:
    return error.decode(errors="replace") if isinstance(error, bytes) else error


def _own_name() -> str:
    """For EHLO: the host's name where it is a full one; never a look-up, which may take long."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
