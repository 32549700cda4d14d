"""One SMTP connection after its opening: MAIL, RCPT, DATA, the content and the dot (RFC 5321).

smtplib tells "refused before DATA" and "accepted, reply lost" by the same error; the phase tells them apart.
"""

import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass

from app.mail.mime import Envelope
from app.mail.replies import Phase, Reply
from app.mail.smtp_wire import Wire

_CHUNK = 16_384


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect; for a command or a chunk of content; for the answer to the dot (§4.5.3.2.6)."""

    connect: float = 10
    command: float = 60
    data_end: float = 600

    @property
    def until_dot(self) -> float:
        """How old a message may be when its dot leaves: one new connection and everything before the dot."""
        return self.connect + 7 * self.command


class Dialogue:
    """Answers are Replies, never exceptions. Once one had code 0 or 421, `open` is False."""

    def __init__(self, opened: smtplib.SMTP, timeouts: Timeouts) -> None:
        if opened.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        self._opened = opened
        self._wire = Wire(opened.sock)
        self._timeouts = timeouts
        self.open = True

    @property
    def smtputf8(self) -> bool:
        return self._opened.has_extn("smtputf8")

    @property
    def largest(self) -> int:
        """Octets the server takes (RFC 1870); 0 when it names no limit."""
        size = self._opened.esmtp_features.get("size", "")
        return int(size) if size.isdecimal() else 0

    def hand_over(self, envelope: Envelope, content: bytes, fresh: Callable[[], bool]) -> Reply | None:
        """The reply that ended it; None when it was no longer `fresh` and was given up before the dot."""
        steps = (
            (Phase.MAIL, self._mail(envelope, len(content))),
            (Phase.RCPT, f"RCPT TO:<{envelope.recipient}>"),
            (Phase.DATA, "DATA"),
        )
        for phase, command in steps:
            reply = self._ask(phase, command, self._timeouts.command)
            if not reply.good:
                self._leave(reply)
                return reply
        refused = self._write(stuffed(content), fresh)
        if refused is not None:
            self._drop()
            return refused
        if not fresh():
            self._drop()
            return None
        return self._ask(Phase.DOT, ".", self._timeouts.data_end)

    def close(self) -> None:
        """QUIT, and let go whatever comes of it."""
        if self.open:
            self._ask(Phase.CONNECT, "QUIT", self._timeouts.connect)
        self._drop()

    def _mail(self, envelope: Envelope, size: int) -> str:
        command = f"MAIL FROM:<{envelope.sender}>"
        if self._opened.has_extn("size"):
            command += f" SIZE={size}"
        return command + (" BODY=8BITMIME SMTPUTF8" if envelope.smtputf8 else "")

    def _write(self, content: bytes, fresh: Callable[[], bool]) -> Reply | None:
        """All but the dot. A refusal or a hang-up that comes meanwhile is certain: nothing was accepted."""
        try:
            for start in range(0, len(content), _CHUNK):
                if not fresh():
                    break
                self._wire.send(content[start : start + _CHUNK], self._timeouts.command)
            return None if self._wire.silent() else self._wire.reply(Phase.DATA, self._timeouts.command)
        except OSError as fault:
            return Reply(Phase.DATA, 0, _why(fault))

    def _ask(self, phase: Phase, command: str, seconds: float) -> Reply:
        try:
            self._wire.send(command.encode() + b"\r\n", seconds)
            reply = self._wire.reply(phase, seconds)
        except OSError as fault:
            reply = Reply(phase, 0, _why(fault))
        if reply.code in (0, 421):
            self._drop()
        return reply

    def _leave(self, refused: Reply) -> None:
        """Ready for the next message, or closed: a refused MAIL concerns the connection as a whole."""
        if refused.code < 400:
            self._drop()
        elif refused.phase is Phase.MAIL or not self._reset():
            self.close()

    def _reset(self) -> bool:
        return self.open and self._ask(Phase.CONNECT, "RSET", self._timeouts.command).good

    def _drop(self) -> None:
        self.open = False
        self._opened.close()


def stuffed(content: bytes) -> bytes:
    """Ended by CRLF, with every leading dot doubled (§4.5.2)."""
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"^\.", b"..", whole, flags=re.MULTILINE)


def _why(fault: OSError) -> str:
    return f"no answer: {str(fault) or type(fault).__name__}"
