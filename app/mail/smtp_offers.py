"""What an SMTP server says that it can do, in its answer to EHLO."""

import re
from dataclasses import dataclass

from app.mail.mime import Envelope

_OCTETS = re.compile("[0-9]{1,18}")


@dataclass(frozen=True)
class Offers:
    """`largest` is in octets (RFC 1870), 0 when the server names no limit; `auth` holds mechanisms."""

    pipelining: bool = False
    smtputf8: bool = False
    starttls: bool = False
    size: bool = False
    largest: int = 0
    auth: frozenset[str] = frozenset()

    def check(self, envelope: Envelope, octets: int) -> None:
        """ValueError for what this server cannot take: it is not offered to it."""
        if envelope.smtputf8 and not self.smtputf8:
            raise ValueError("The mail server does not reach addresses with letters beyond ASCII (SMTPUTF8).")
        if 0 < self.largest < octets:
            raise ValueError(f"The mail has {octets} octets; the mail server takes {self.largest}.")


def offers_of(answer: str) -> Offers:
    """The first line greets; each other one is a keyword with its parameters (RFC 5321 §4.1.1.1)."""
    said: dict[str, list[str]] = {}
    for line in answer.upper().splitlines()[1:]:
        keyword, *parameters = line.replace("AUTH=", "AUTH ").split() or [""]
        said.setdefault(keyword, []).extend(parameters)
    size = said.get("SIZE", [])
    return Offers(
        pipelining="PIPELINING" in said,
        smtputf8="SMTPUTF8" in said,
        starttls="STARTTLS" in said,
        size="SIZE" in said,
        largest=int(size[0]) if size and _OCTETS.fullmatch(size[0]) else 0,
        auth=frozenset(said.get("AUTH", ())),
    )
