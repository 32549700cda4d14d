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
        """A dot is answered by 25x: a greeting or a farewell in its place is no acceptance."""
        if self.phase is Phase.DATA:
            return self.code == 354
        return self.code // 10 == 25 if self.phase is Phase.DOT else self.code // 100 == 2

    @property
    def line(self) -> str:
        """For the operator: one printable line of at most 500 characters."""
        words = f"{self.phase}: {self.code or ''} {self.text}".split()
        line = " ".join(words)[:500]
        return line if line.isprintable() else "".join(c if c.isprintable() else "?" for c in line)


def meaning_of(reply: Reply) -> Meaning:
    """Only a 25x to the dot is ACCEPTED; no answer, or an odd one, to the dot is UNKNOWN."""
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
    if not detail.startswith("2.") and (found := _about_our_account(reply.text)):
        return found
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

AT_RCPT: dict[int, Meaning] = BASIC | dict.fromkeys((551, 556), Meaning.REJECTED)

IDENTITY = frozenset({530, 534, 535, 538})
"""The server wants us to authenticate, or differently (RFC 4954)."""

CROWDED = 432
"""Exchange Online takes three letters at once: 432 4.3.2 Concurrent connections limit exceeded."""

TOO_LARGE = frozenset({"2.3", "3.4"})
NO_UTF8 = "6.7"

NOBODY = re.compile(
    r"no such (user|recipient|person|mailbox|address|account)"
    r"|unknown (user|recipient|mailbox|address|account)"
    r"|(user|recipient|mailbox|address|account)\b.{0,80}\b(unknown|not found|does ?n.t exist|does not exist)"
    r"|(unrouteable|invalid) (address|recipient|mailbox)|doesn.t have an? ",
    re.IGNORECASE,
)
"""How servers say, without a telling code, that there is no such address. "Mailbox unavailable", the text of
RFC 5321 for a 550, is said of so much else that it tells nothing: by some when our account has had its hour's
worth (GMX, IONOS)."""

NOT_THE_ADDRESS = re.compile(
    r"relay|authenti|spam|block|blacklist|policy|reputation|denied|prohibited|sender|rbl", re.IGNORECASE
)
"""With these words and without an enhanced code it is about us or our content, whatever else is said."""

OUR_LIMIT = re.compile(
    r"\b(sending|outgoing|outbound|outmail|daily|hourly)\b.{0,40}\b(quota|limit)|\bemails per hour\b"
    r"|address is not verified",
    re.IGNORECASE | re.DOTALL,
)
"""Our account has had its share, or is not set up: Gmail, Exchange Online, Amazon SES, cPanel. Whatever code
they give it, nobody else is at fault."""

TOO_FAST = re.compile(r"throttling|sending rate", re.IGNORECASE)
TOO_MUCH_FOR_IT = re.compile(r"receiving (e?mail )?(too|at a rate)", re.IGNORECASE)
"""Gmail's 5.2.1 of a mailbox that gets more than it takes in an hour."""


def _about_our_account(text: str) -> Meaning | None:
    if OUR_LIMIT.search(text):
        return Meaning.OURS
    return Meaning.UNREACHED if TOO_FAST.search(text) else None


def _about_us(reply: Reply, detail: str) -> Meaning:
    """A permanent refusal before any recipient was named."""
    too_large = detail in TOO_LARGE or (not detail and reply.code == 552)
    if reply.phase is Phase.MAIL and (too_large or detail == NO_UTF8):
        return Meaning.UNFIT
    return Meaning.OURS


def _later(reply: Reply, detail: str) -> Meaning:
    if reply.code == 421 and not detail.startswith("7."):
        return Meaning.UNREACHED
    return _look_up(LATER, detail) or Meaning.DEFERRED


def _never(reply: Reply, detail: str) -> Meaning:
    if reply.code in IDENTITY:
        return Meaning.OURS
    if TOO_MUCH_FOR_IT.search(reply.text):
        return Meaning.DEFERRED
    if detail:
        return _look_up(NEVER, detail) or Meaning.REFUSED
    if NOT_THE_ADDRESS.search(reply.text):
        return Meaning.REFUSED
    if reply.phase is Phase.RCPT and NOBODY.search(reply.text):
        return Meaning.REJECTED
    return (AT_RCPT if reply.phase is Phase.RCPT else BASIC).get(reply.code, Meaning.REFUSED)


def _look_up(table: Mapping[str, Meaning], detail: str) -> Meaning | None:
    return table.get(detail) or table.get(detail.partition(".")[0])


def _enhanced(reply: Reply) -> tuple[str, str]:
    """Class and "subject.detail" of the first enhanced code, which begins a line or follows `#`."""
    found = _ENHANCED.search(reply.text)
    return (found[1], f"{int(found[2])}.{int(found[3])}") if found else ("", "")
