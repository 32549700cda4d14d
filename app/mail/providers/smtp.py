"""SMTP, to a relay of one's own or of a provider: `smtp://user:password@host:587` or `smtps://…:465`.

`?starttls=require` is the default wherever there is a password or the host is another machine;
`?starttls=off` is for a server on this machine. Certificates are always verified.
"""

import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from urllib.parse import SplitResult, parse_qsl, unquote

from app.clock import Clock, boottime
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.errors import MailerError
from app.mail.contract import Stream
from app.mail.mime import as_bytes, envelope
from app.mail.replies import CROWDED, Reply, meaning_of
from app.mail.smtp_connection import Ended
from app.mail.smtp_dialogue import TOO_OLD, Parcel
from app.mail.smtp_opening import Security, Server, is_loopback
from app.mail.smtp_pool import Pool
from app.mail.smtp_talk import Timeouts

EXAMPLE = "smtp://user:password@mail.example.org:587"
CONNECTIONS = 10


def open_mailer(parts: SplitResult) -> "Smtp":
    """Opens no connection yet. MailerError when the URL cannot be used; it never repeats the URL."""
    return Smtp(_server(parts, dict(parse_qsl(parts.query, keep_blank_values=True))))


class Smtp:
    """Lasting connections, one message at a time on each; for one thread."""

    name = "smtp"
    key_window: timedelta | None = None

    def __init__(
        self,
        server: Server,
        timeouts: Timeouts | None = None,
        context: ssl.SSLContext | None = None,
        clock: Clock = boottime,
        width: int = CONNECTIONS,
    ) -> None:
        self.width = width
        self.smtputf8 = False  # until a connection has shown that the server offers it
        self.as_bytes: Callable[[Message], bytes] = as_bytes
        self._server = server
        self._timeouts = timeouts or Timeouts()
        self._context = context or ssl.create_default_context()
        self._clock = clock
        self._pool: Pool | None = None
        self.lease = self._timeouts.until_dot + self._timeouts.data_end

    @property
    def free(self) -> int:
        return len(self._pool.ready) if self._pool else 0

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        """Connects, then takes. When nobody is reached, one message carries the news and the rest stay."""
        if self._pool is None:
            self._pool = Pool(self._server, self._timeouts, self._context, self.width)
        self._pool.wake()
        try:
            yield from self._carry(self._pool, _Messages(messages))
        finally:
            self._pool.drop_busy()

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _carry(self, pool: Pool, stream: "_Messages") -> Iterator[Outcome]:
        while True:
            yield from self._hand_out(pool, stream)
            if stream.ended and not pool.busy:
                return
            if not stream.ended:
                pool.grow(stream.taken)
            ended = pool.turn()
            yield from (self._outcome(one.parcel.id, one.reply) for one in ended if one.parcel)
            kept_out = [one for one in ended if one.kept_out]
            if kept_out and pool.empty:
                yield from self._tell(kept_out, stream)
                return

    def _hand_out(self, pool: Pool, stream: "_Messages") -> Iterator[Outcome]:
        """As many messages as there are free connections; all age from when the first was asked for."""
        ready = pool.ready
        if not ready or stream.ended:
            return
        fresh = partial(self._fresh, self._clock())
        self.smtputf8 = ready[0].offers.smtputf8
        while ready and (message := stream.next()) is not None:
            try:
                ready[0].hand_over(Parcel(message.id, envelope(message), self.as_bytes(message), fresh))
                ready.pop(0)
            except ValueError as fault:
                yield Outcome(message.id, Meaning.UNFIT, f"not sent: {fault}", self.name)

    def _tell(self, kept_out: list[Ended], stream: "_Messages") -> Iterator[Outcome]:
        """Nobody is reached: a message says so, unless one has."""
        if not any(one.parcel for one in kept_out) and (message := stream.next()) is not None:
            yield self._outcome(message.id, kept_out[-1].reply)

    def _fresh(self, asked: float) -> bool:
        """`asked` is when a message was asked for: no later than its intent was committed."""
        return self._clock() - asked < self._timeouts.until_dot

    def _outcome(self, number: int, reply: Reply) -> Outcome:
        one_of_many = reply.code == CROWDED and self._pool is not None and self._pool.many
        meaning = Meaning.UNSENT if reply is TOO_OLD or one_of_many else meaning_of(reply)
        return Outcome(number, meaning, reply.line, self.name)


class _Messages:
    """What there is to send. `ended` once there will be no more."""

    def __init__(self, stream: Stream) -> None:
        self.ended = False
        self.taken = 0
        self._stream = iter(stream)

    def next(self) -> Message | None:
        """None when there is none for now."""
        for message in self._stream:
            self.taken += message is not None
            return message
        self.ended = True
        return None


def _server(parts: SplitResult, query: dict[str, str]) -> Server:
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
    security = _security(parts, query, guarded=bool(password) or not is_loopback(host))
    return Server(host, port or _PORTS[parts.scheme], security, user, password)


_PORTS = {"smtp": 587, "smtps": 465}


def _security(parts: SplitResult, query: dict[str, str], guarded: bool) -> Security:
    wish = query.pop("starttls", None)
    if query or wish not in (None, "require", "off"):
        raise MailerError("An SMTP URL ends with ?starttls=require, with ?starttls=off, or with nothing.")
    if parts.scheme == "smtps":
        if wish:
            raise MailerError("smtps:// is encrypted from the first byte; drop starttls.")
        return Security.TLS
    if wish:
        return Security(wish)
    return Security.STARTTLS if guarded else Security.CLEAR
