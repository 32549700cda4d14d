"""SMTP, to a relay of one's own or of a provider: `smtp://user:password@host:587` or `smtps://…:465`.

`?starttls=require` is the default wherever there is a password or the host is another machine;
`?starttls=off` is for a server on this machine. Certificates are always verified.
"""

import ssl
from collections.abc import Iterable, Iterator
from datetime import timedelta
from urllib.parse import SplitResult, parse_qsl, unquote

from app.clock import Clock, boottime
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.errors import MailerError
from app.mail.mime import Envelope, as_bytes, envelope
from app.mail.replies import Phase, Reply, meaning_of
from app.mail.smtp_dialogue import Dialogue, Timeouts
from app.mail.smtp_opening import Security, Server, is_loopback, open_dialogue

EXAMPLE = "smtp://user:password@mail.example.org:587"


def open_mailer(parts: SplitResult) -> "Smtp":
    """Opens no connection yet. MailerError when the URL cannot be used; it never repeats the URL."""
    return Smtp(_server(parts))


class Smtp:
    """One lasting connection, one message at a time; for one thread."""

    name = "smtp"
    width = 1
    key_window: timedelta | None = None

    def __init__(
        self,
        server: Server,
        timeouts: Timeouts | None = None,
        context: ssl.SSLContext | None = None,
        clock: Clock = boottime,
    ) -> None:
        self._server = server
        self._timeouts = timeouts or Timeouts()
        self._context = context or ssl.create_default_context()
        self._clock = clock
        self._dialogue: Dialogue | None = None
        self.smtputf8 = False  # until a connection has shown that the server offers it
        self.lease = self._timeouts.until_dot + self._timeouts.data_end

    def deliver(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        """Connects, then takes. When nobody is reached, one message carries the news and the rest stay."""
        stream = iter(messages)
        while True:
            waiting = self._waiting()
            ready = waiting or self._connect()
            asked = self._clock()
            message = next(stream, None)
            if message is None:
                return
            if isinstance(ready, Reply):
                yield self._outcome(message, ready)
                return
            yield self._send(message, ready, asked, pooled=waiting is not None)
            if self._dialogue is None:
                return

    def close(self) -> None:
        if self._dialogue is not None:
            self._dialogue.close()
        self._dialogue = None

    def _waiting(self) -> Dialogue | None:
        return self._dialogue if self._dialogue is not None and self._dialogue.open else None

    def _connect(self) -> Dialogue | Reply:
        """A new connection, or the reply that kept us out."""
        opened = open_dialogue(self._server, self._timeouts, self._context)
        if isinstance(opened, Reply):
            self._dialogue = None
            return opened
        self._dialogue, self.smtputf8 = opened, opened.smtputf8
        return opened

    def _send(self, message: Message, dialogue: Dialogue, asked: float, pooled: bool) -> Outcome:
        """`asked` is when the message was asked for: no later than its intent was committed."""
        try:
            content, between = as_bytes(message), envelope(message)
            _check(dialogue, between, content)
        except ValueError as fault:
            return Outcome(message.id, Meaning.REFUSED, f"not sent: {fault}", self.name)

        def fresh() -> bool:
            return self._clock() - asked < self._timeouts.until_dot

        reply = dialogue.hand_over(between, content, fresh)
        if pooled and _was_dead(reply):
            anew = self._connect()
            reply = anew if isinstance(anew, Reply) else anew.hand_over(between, content, fresh)
        if reply is None:
            return Outcome(message.id, Meaning.UNSENT, "given up before the dot: it had grown old", self.name)
        return self._outcome(message, reply)

    def _outcome(self, message: Message, reply: Reply) -> Outcome:
        return Outcome(message.id, meaning_of(reply), reply.line, self.name)


def _check(dialogue: Dialogue, between: Envelope, content: bytes) -> None:
    """What this server cannot take is not offered to it."""
    if between.smtputf8 and not dialogue.smtputf8:
        raise ValueError("The mail server does not reach addresses with letters beyond ASCII (SMTPUTF8).")
    if 0 < dialogue.largest < len(content):
        raise ValueError(f"The mail has {len(content)} octets; the mail server takes {dialogue.largest}.")


def _was_dead(reply: Reply | None) -> bool:
    """The server had given up a connection that waited; nothing was handed over yet."""
    return reply is not None and reply.phase is Phase.MAIL and reply.code in (0, 421)


def _server(parts: SplitResult) -> Server:
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.path not in ("", "/") or parts.fragment:
        raise MailerError(
            "Write KINDLING_MAIL_URL as smtp://user:password@host:587, "
            "with /, ?, #, @, : and % in user and password as %2F, %3F, %23, %40, %3A and %25."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    security = _security(parts, guarded=bool(password) or not is_loopback(host))
    return Server(host, port or _PORTS[parts.scheme], security, user, password)


_PORTS = {"smtp": 587, "smtps": 465}


def _security(parts: SplitResult, guarded: bool) -> Security:
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    wish = query.pop("starttls", None)
    if query or wish not in (None, "require", "off"):
        raise MailerError("An SMTP URL ends with ?starttls=require, ?starttls=off or nothing.")
    if parts.scheme == "smtps":
        if wish:
            raise MailerError("smtps:// is encrypted from the first byte; drop starttls.")
        return Security.TLS
    if wish:
        return Security(wish)
    return Security.STARTTLS if guarded else Security.CLEAR
