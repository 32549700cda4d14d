"""DKIM: letters signed with keys of our own, for a mail server that does not sign by itself.

RFC 6376 with relaxed canonicalization, RSA (RFC 8301) and Ed25519 (RFC 8463). The same letter always gets
the same signature: its time is the letter's date.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from app.core.message import Message
from app.mail.dkim_key import Key
from app.mail.mime import as_bytes

SIGNED = (
    *("from", "to", "cc", "subject", "date", "message-id", "reply-to"),
    *("mime-version", "content-type", "content-transfer-encoding", "content-language"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "feedback-id"),
)
"""Each of these that a letter has is signed."""

SEALED = frozenset(SIGNED[:9])
"""None of these can be added afterwards, beside ours or where there was none (RFC 6376 §8.15)."""

_LINE = 72
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r]|\r\n[ \t])*)\r\n")
_SPACES = re.compile(rb"\t[ \t]*| [ \t]+")  # all but a lone space, which stays as it is


@dataclass(frozen=True)
class Signer:
    """Signs for one domain (an A-label), once with each key."""

    domain: str
    keys: tuple[Key, ...]

    def as_bytes(self, message: Message) -> bytes:
        """As `mime.as_bytes`, signed."""
        return self.signed(as_bytes(message), message.date)

    def signed(self, mail: bytes, at: datetime) -> bytes:
        """A mail of CRLF lines with a DKIM-Signature on top for each key."""
        head, _, body = mail.partition(b"\r\n\r\n")
        names, fields = _chosen(head + b"\r\n")
        body_hash = _base64(sha256(relaxed_body(body)).digest())
        what = f"t={int(at.timestamp())};\r\n h={_in_lines(names)};\r\n bh={body_hash};\r\n b="
        return b"".join(self._signature(key, what, fields) for key in self.keys) + mail

    def _signature(self, key: Key, what: str, fields: bytes) -> bytes:
        who = f"a={key.algorithm}; c=relaxed/relaxed;\r\n d={self.domain};\r\n s={key.selector}; "
        tags = f" v=1; {who}{what}"
        signature = _base64(key.sign(fields + relaxed_field(b"DKIM-Signature", tags.encode())))
        lines = "\r\n  ".join(re.findall(f".{{1,{_LINE}}}", signature))
        return f"DKIM-Signature:{tags}{lines}\r\n".encode()


def relaxed_field(name: bytes, value: bytes) -> bytes:
    """A header field as it is signed, without its line's end (§3.4.2)."""
    return name.lower() + b":" + _SPACES.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")


def relaxed_body(body: bytes) -> bytes:
    """Spaces in a row are one, none end a line, and no empty lines end the whole (§3.4.4)."""
    lines = _SPACES.sub(b" ", body + b"\r\n").replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return lines + b"\r\n" if lines else b""


def _chosen(head: bytes) -> tuple[list[str], bytes]:
    """The names for `h=` and the fields in that order; of several, the lowest comes first (§5.4.2)."""
    found = [(name.decode().lower(), relaxed_field(name, value)) for name, value in _FIELD.findall(head)]
    names: list[str] = []
    fields: list[bytes] = []
    for name in SIGNED:
        these = [one + b"\r\n" for other, one in reversed(found) if other == name]
        fields += these
        names += [name] * (len(these) + (name in SEALED))
    return names, b"".join(fields)


def _in_lines(names: list[str]) -> str:
    """`a:b:c`, broken after a colon; white space there counts for nothing."""
    return "\r\n  ".join(re.findall(f".{{1,{_LINE}}}(?::|$)", ":".join(names)))


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode()
