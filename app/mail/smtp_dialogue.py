"""One SMTP connection after its opening, as pure transitions: MAIL, RCPT, DATA, the content and the dot.

smtplib tells "refused before DATA" and "accepted, reply lost" by the same error; the phase tells them apart.
Where the server offers PIPELINING (RFC 2920), MAIL, RCPT and DATA go out together. Content never goes out
before all three are answered well, and the next envelope never before the dot is answered.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app.mail.mime import Envelope
from app.mail.replies import CROWDED, Phase, Reply
from app.mail.smtp_offers import Offers
from app.mail.smtp_talk import Awaited, Talk, Timeouts

CHUNK = 65_536
DOT = b".\r\n"

TOO_OLD = Reply(Phase.DATA, 0, "given up before the dot: it had grown old")


@dataclass(frozen=True)
class Parcel:
    """A message ready for the wire; once it is not `fresh` any more, its dot is kept back."""

    id: int
    envelope: Envelope
    content: bytes
    fresh: Callable[[], bool]


class Dialogue(Talk):
    """Carries one parcel after the other; each ends with a `verdict`, a 2xx to the dot being acceptance."""

    def __init__(self, offers: Offers, timeouts: Timeouts) -> None:
        super().__init__()
        self.offers = offers
        self._timeouts = timeouts
        self._parcel: Parcel | None = None
        self._commands: list[tuple[bytes, Awaited]] = []
        self._uttering = False

    @property
    def uttering(self) -> bool:
        return self._uttering

    @property
    def idle(self) -> bool:
        """Whether the next parcel may begin."""
        return self.open and not self._due

    def begin(self, parcel: Parcel) -> None:
        self._parcel, self.verdict = parcel, None
        sender, recipient = parcel.envelope.mail_from, parcel.envelope.recipient
        size = f" SIZE={len(parcel.content)}" if self.offers.size else ""
        utf8 = " BODY=8BITMIME SMTPUTF8" if parcel.envelope.smtputf8 else ""
        self._commands = [
            (f"MAIL FROM:<{sender}>{size}{utf8}\r\n".encode(), self._awaited(Phase.MAIL, self._addressed)),
            (f"RCPT TO:<{recipient}>\r\n".encode(), self._awaited(Phase.RCPT, self._addressed)),
            (b"DATA\r\n", self._awaited(Phase.DATA, self._invited)),
        ]
        self._go_on()

    def leave(self) -> None:
        """QUIT."""
        self._ask(b"QUIT\r\n", Awaited(Phase.CONNECT, self._timeouts.farewell, self._refused))

    def out(self) -> memoryview:
        """Of the content only while nobody speaks against it and the parcel is fresh."""
        if self._uttering and not (self._ear.quiet and self._fresh()):
            return memoryview(b"")
        return self._out[:CHUNK]

    def wrote(self, count: int) -> None:
        super().wrote(count)
        if self._uttering and count:
            self.steps += 1
            if len(self._out) < len(DOT):  # the dot may have left
                self._uttering = False
                self._due = deque([Awaited(Phase.DOT, self._timeouts.data_end, self._answered_to_dot)])

    def _go_on(self) -> None:
        """The next command; all of them at once where the server offers it."""
        count = len(self._commands) if self.offers.pipelining else 1
        now, self._commands = self._commands[:count], self._commands[count:]
        self._ask(b"".join(command for command, _ in now), *(awaited for _, awaited in now))

    def _addressed(self, reply: Reply) -> None:
        """MAIL or RCPT was answered."""
        self._judge(reply)
        if self._due or not self.open:
            return
        if self.verdict is None:
            self._go_on()
        else:
            self._clear(self.verdict)

    def _invited(self, reply: Reply) -> None:
        """DATA was answered. Told to go on without a recipient, we end an empty message by a lone dot."""
        self._judge(reply)
        if self.verdict is None and self._parcel is not None:
            self._utter(self._parcel)
        elif self.verdict is not None and not reply.good:
            self._clear(self.verdict)
        elif self.verdict is not None and self.verdict.phase is Phase.RCPT:
            self._ask(DOT, self._awaited(Phase.DOT, self._ignored))
        else:
            self.open = False

    def _utter(self, parcel: Parcel) -> None:
        self._uttering = True
        self._ask(stuffed(parcel.content) + DOT, self._awaited(Phase.DATA, self._refused))

    def _answered_to_dot(self, reply: Reply) -> None:
        self._decide(reply)
        if reply.code // 100 == 3 or reply.code == CROWDED:
            self.open = False

    def _ignored(self, reply: Reply) -> None:
        """Nobody was to have the empty message."""

    def _judge(self, reply: Reply) -> None:
        if not reply.good:
            self._decide(reply)
            self.open = reply.code >= 400

    def _clear(self, verdict: Reply) -> None:
        """For the next parcel; a refused MAIL concerns the connection as a whole."""
        if not self.open:
            return
        if verdict.phase is Phase.MAIL:
            self.leave()
        else:
            self._ask(b"RSET\r\n", self._awaited(Phase.CONNECT, self._reset))

    def _reset(self, reply: Reply) -> None:
        if not reply.good:
            self.leave()

    def _fresh(self) -> bool:
        if self._parcel is not None and not self._parcel.fresh():
            self._refused(TOO_OLD)
        return self.open

    def _awaited(self, phase: Phase, then: Callable[[Reply], None]) -> Awaited:
        return Awaited(phase, self._timeouts.command, then)


def stuffed(content: bytes) -> bytes:
    """Ended by CRLF, with every leading dot doubled (§4.5.2)."""
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    return (b"." if whole.startswith(b".") else b"") + whole.replace(b"\n.", b"\n..")
