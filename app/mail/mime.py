"""A Message as the bytes that travel (RFC 5322, 2045-2047, 6532) and as its SMTP envelope.

Headers are encoded and folded here, so that they are the same on every Python. Whatever could end a header
early or smuggle another in is refused with ValueError.
"""

import re
import unicodedata
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address as Mailbox
from email.utils import format_datetime, quote
from hashlib import sha256

import idna

from app.core.message import Address, Message, headers

LINE = 76
LONGEST = 998

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_DOMAIN = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Za-z.:]+\]")
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LIST_ID = re.compile(r"(.*?)\s*(<[^<>\s]+>)")
_STRAY = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_FORBIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NEVER_GIVEN = frozenset(
    {"bcc", "cc", "mime-version", "content-type", "content-transfer-encoding", "content-language"}
)


@dataclass(frozen=True)
class Envelope:
    """Between whom a message travels, and where it bounces; `smtputf8` when a local part is not ASCII."""

    sender: str
    recipient: str
    smtputf8: bool
    return_path: str = ""

    @property
    def mail_from(self) -> str:
        return self.return_path or self.sender


def envelope(message: Message) -> Envelope:
    """ValueError when an address cannot stand in an envelope."""
    sender, recipient = _mailbox(message.sender.address), _mailbox(message.to)
    bounces = _mailbox(Address(message.return_path)) if message.return_path else ""
    return Envelope(sender, recipient, not (sender + recipient + bounces).isascii(), bounces)


def ascii_mailbox(address: Address) -> str:
    """As it stands in an envelope; ValueError for one that needs SMTPUTF8, which no provider's API speaks."""
    found = _mailbox(address)
    if not found.isascii():
        raise ValueError("This provider does not reach addresses with letters beyond ASCII (SMTPUTF8).")
    return found


def a_label(domain: str) -> str:
    """A domain as the DNS knows it (RFC 5890); ValueError when it cannot be one."""
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()


def as_bytes(message: Message) -> bytes:
    """CRLF lines of at most 998 octets, 7bit unless an address needs SMTPUTF8; ValueError if refused."""
    boundary = f"=_{sha256(message.message_id.encode()).hexdigest()[:24]}"  # in no quoted-printable or base64
    closed = f"--{boundary}--\r\n".encode()
    parts = (_part("plain", message.text), _part("html", message.html))
    return _head(message, boundary) + b"".join(f"--{boundary}\r\n".encode() + one for one in parts) + closed


def unfolded_headers(message: Message) -> dict[str, str]:
    """Those of every mail, for a provider that folds them itself; of one that `as_bytes` does not refuse."""
    return {name: _unfolded(value) for name, value in headers(message) if value}


def _unfolded(value: str) -> str:
    """Only List-ID may have more than ASCII, before its angle."""
    words, _, angle = value.rpartition("<")
    return value if value.isascii() else f"{Header(words.strip(), 'utf-8').encode(linesep='')} <{angle}"


def _head(message: Message, boundary: str) -> bytes:
    lines, names = [], set(_NEVER_GIVEN)
    for name, value in _headers(message):
        if name.lower() in names:
            raise ValueError(f"A mail carries no {name} twice, and none beside its own.")
        names.add(name.lower())
        lines.append(f"{name}: {value}")
    lines += [
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        f"Content-Language: {_ascii(message.language)}",
    ]
    return _checked("\r\n".join([*lines, "", ""]).encode())


def _part(subtype: str, text: str) -> bytes:
    """In the shorter encoding, quoted-printable as long as a person could read it. No lone surrogates."""
    octets = text.encode()
    beyond = len(octets) - len(text.encode("ascii", "ignore"))
    lines = b"\r\n".join(octets.splitlines()) + b"\r\n"
    if 6 * beyond <= len(octets):
        encoding, body = "quoted-printable", b2a_qp(lines)
    else:
        encoding, body = "base64", encodebytes(lines).replace(b"\n", b"\r\n")
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + body + b"\r\n"


def _headers(message: Message) -> list[tuple[str, str]]:
    if message.date.tzinfo is None:
        raise ValueError("The date of a mail needs a zone.")
    sender = message.sender
    written = [
        ("From", _address("From", sender.address)),
        ("To", _address("To", message.to)),
        ("Subject", _words("Subject", message.subject)),
        ("Date", format_datetime(message.date)),
        ("Message-ID", _ascii(f"<{message.message_id.strip('<>')}>")),
    ]
    if sender.reply_to is not None:
        written.append(("Reply-To", _address("Reply-To", sender.reply_to)))
    return written + [_header(name, value) for name, value in headers(message) if value]


def _header(name: str, value: str) -> tuple[str, str]:
    if not _TOKEN.fullmatch(name):
        raise ValueError("This is no name for a header.")
    list_id = _LIST_ID.fullmatch(value) if name.lower() == "list-id" else None
    return name, _phrase(name, list_id[1], list_id[2]) if list_id else _ascii(value)


def _address(header: str, address: Address) -> str:
    return _phrase(header, address.name, f"<{_mailbox(address)}>")


def _phrase(header: str, name: str, angle: str) -> str:
    """`name <angle>`: the name bare, quoted or in encoded words (RFC 2047 §5.3)."""
    words = _words(header, name)
    if words == _one_line(name) and not _PLAIN.fullmatch(words):
        words = f'"{quote(words)}"'
    last = words.rpartition("\r\n")[2]
    gap = " " if len(header) + len(last) + len(angle) + 3 <= LINE else "\r\n "
    return f"{words}{gap}{angle}" if words else angle


def _words(header: str, text: str) -> str:
    """Text folded at LINE; in encoded words when it is not ASCII or could be taken for them."""
    text = _one_line(text)
    if text.isascii() and "=?" not in text and len(header) + len(text) + 2 <= LINE:
        return text
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, maxlinelen=LINE, header_name=header).encode(linesep="\r\n")


def _one_line(text: str) -> str:
    """Text without spaces at its ends or in a row; what may not stand in a header raises ValueError."""
    if not text.isprintable() and any(unicodedata.category(letter) in _FORBIDDEN for letter in text):
        raise ValueError("A header may hold no control characters or line ends.")
    return (re.sub("  +", " ", text) if "  " in text else text).strip()


def _ascii(value: str) -> str:
    if not value.isascii():
        raise ValueError("This header must be ASCII.")
    return _one_line(value)


def _mailbox(address: Address) -> str:
    """`local@domain`, the local part quoted where it must be, the domain as an A-label (RFC 5890)."""
    local, _, domain = _one_line(address.address).rpartition("@")
    domain = a_label(domain)
    if not local or not _DOMAIN.fullmatch(domain):
        raise ValueError("An address needs a local part and a domain.")
    if _DOT_ATOM.fullmatch(local):
        return f"{local}@{domain}"
    return Mailbox(username=local, domain=domain).addr_spec


def _checked(wire: bytes) -> bytes:
    if _STRAY.search(wire) or any(len(line) > LONGEST for line in wire.split(b"\r\n")):
        raise ValueError("A mail has only lines of at most 998 octets, ended by CRLF.")
    return wire
