"""What an SMTP reply means, sorted by phase, then enhanced code (RFC 3463), then basic code (RFC 5321).

An enhanced code is looked up without its class: `5.3.4` under "3.4", or under "3" when it has no line of its
own. Class 4 in either code makes a reply temporary: `552 4.2.2` is common and means "later".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.core.outcome import Meaning

_ENHANCED = re.compile(r"(?:^|#)([45])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)", re.MULTILINE)


class Phase(StrEnum):
    """How far a conversation had come when its last reply was due."""

    CONNECT = "connect"  # TCP, TLS, banner, EHLO, STARTTLS
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # until the last byte before the dot
    DOT = "dot"  # the dot may have left: acceptance is possible


@dataclass(frozen=True)
class Reply:
    """The server's answer; code 0 when none came, and then `text` says what happened in our words."""

    phase: Phase
    code: int
    text: str

    @property
    def good(self) -> bool:
        return self.code == 354 if self.phase is Phase.DATA else self.code // 100 == 2

    @property
    def line(self) -> str:
        """For the operator: one printable line of at most 500 characters."""
        words = f"{self.phase}: {self.code or ''} {self.text}".split()
        line = " ".join(words)[:500]
        return line if line.isprintable() else "".join(c if c.isprintable() else "?" for c in line)


def meaning_of(reply: Reply) -> Meaning:
    """Only a 2xx to the dot is ACCEPTED; no answer, or an odd one, to the dot is UNKNOWN."""
    if reply.phase is Phase.DOT and reply.good:
        return Meaning.ACCEPTED
    if reply.code // 100 not in (4, 5):
        return Meaning.UNKNOWN if reply.phase is Phase.DOT else Meaning.UNREACHED
    if reply.phase is Phase.CONNECT:
        return Meaning.UNREACHED
    severity, detail = _enhanced(reply)
    temporary = reply.code < 500 or severity == "4"
    if reply.phase in (Phase.AUTH, Phase.MAIL):
        return Meaning.UNREACHED if temporary else _about_us(reply, detail)
    return _later(reply, detail) if temporary else _never(reply, detail)


LATER: Mapping[str, Meaning] = {
    # The system that answers is ill or cannot route. The recipient's server has refused nothing.
    "3": Meaning.UNREACHED,
    "4": Meaning.UNREACHED,
}

NEVER: Mapping[str, Meaning] = {
    # No such mailbox, no such domain, no such syntax, moved away, null MX: the address is dead.
    "1.1": Meaning.REJECTED,
    "1.2": Meaning.REJECTED,
    "1.3": Meaning.REJECTED,
    "1.6": Meaning.REJECTED,
    "1.10": Meaning.REJECTED,
    # Our own address is malformed or its domain does not resolve.
    "1.7": Meaning.OURS,
    "1.8": Meaning.OURS,
    # A mailbox closed for good, and one that is only full.
    "2.1": Meaning.REJECTED,
    "2.2": Meaning.DEFERRED,
    # The system that answers is ill; it would say so of everybody. Too large is about the content.
    "3": Meaning.UNREACHED,
    "3.4": Meaning.REFUSED,
    # No route there today. 5.4.1 is also what Exchange Online says of an unknown recipient: that must not be
    # tried for ever (UNREACHED), nor cost an address that is right (REJECTED).
    "4": Meaning.UNREACHED,
    "4.1": Meaning.REFUSED,
    # The dialogue fell out of step: a new connection mends it. 5.5.0 is what Outlook.com says of an unknown
    # mailbox, and other syntax quarrels at RCPT are about that one address: OURS would stop everyone for it.
    "5.1": Meaning.UNREACHED,
    # "You are not who you say": missing SPF, DKIM or DMARC (Gmail, Microsoft). Other policies: REFUSED.
    "7.26": Meaning.OURS,
    "7.515": Meaning.OURS,
}

BASIC: dict[int, Meaning] = {
    500: Meaning.UNREACHED,
    502: Meaning.UNREACHED,
    503: Meaning.UNREACHED,
    521: Meaning.UNREACHED,
    552: Meaning.DEFERRED,
}

AT_RCPT: dict[int, Meaning] = BASIC | dict.fromkeys((550, 551, 553, 556), Meaning.REJECTED)

IDENTITY = frozenset({530, 534, 535, 538})
"""The server wants us to authenticate, or differently (RFC 4954)."""

TOO_LARGE = frozenset({"2.3", "3.4"})
NO_UTF8 = "6.7"

NOT_THE_ADDRESS = re.compile(
    r"relay|authenti|spam|block|blacklist|policy|reputation|denied|prohibited|sender|rbl", re.IGNORECASE
)
"""A 550 with these words and no enhanced code is about us or our content: nobody is suppressed for it.
Exim, for one, says `550 relay not permitted` to every recipient while our account is not let in."""


def _about_us(reply: Reply, detail: str) -> Meaning:
    """A permanent refusal before any recipient was named."""
    too_large = detail in TOO_LARGE or (not detail and reply.code == 552)
    if reply.phase is Phase.MAIL and (too_large or detail == NO_UTF8):
        return Meaning.REFUSED
    return Meaning.OURS


def _later(reply: Reply, detail: str) -> Meaning:
    if reply.code == 421 and not detail.startswith("7."):
        return Meaning.UNREACHED
    return _look_up(LATER, detail) or Meaning.DEFERRED


def _never(reply: Reply, detail: str) -> Meaning:
    if reply.code in IDENTITY:
        return Meaning.OURS
    if detail:
        return _look_up(NEVER, detail) or Meaning.REFUSED
    if NOT_THE_ADDRESS.search(reply.text):
        return Meaning.REFUSED
    return (AT_RCPT if reply.phase is Phase.RCPT else BASIC).get(reply.code, Meaning.REFUSED)


def _look_up(table: Mapping[str, Meaning], detail: str) -> Meaning | None:
    return table.get(detail) or table.get(detail.partition(".")[0])


def _enhanced(reply: Reply) -> tuple[str, str]:
    """Class and "subject.detail" of the first enhanced code, which begins a line or follows `#`."""
    found = _ENHANCED.search(reply.text)
    return (found[1], f"{int(found[2])}.{int(found[3])}") if found else ("", "")
