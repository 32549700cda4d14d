"""Mails that come back: whole ones as servers write them, and small ones made for one question."""

from base64 import encodebytes
from collections.abc import Callable
from pathlib import Path
from quopri import encodestring

from app.core.return_path import return_path

KEY = b"k" * 32
PATTERN = "bounce+{tag}@harbour.example"
MINE = return_path(PATTERN, KEY, 17)
NOT_MINE = return_path(PATTERN, b"somebody else", 17)

HERE = Path(__file__).parent / "bounces"
NAMES = sorted(file.stem for file in HERE.glob("*.eml"))

ENCODED: dict[str, Callable[[bytes], bytes]] = {
    "7bit": bytes,
    "base64": encodebytes,
    "quoted-printable": encodestring,
}


def mail(name: str, to: str = MINE) -> bytes:
    """One of bounces/, with lines as they travel."""
    text = (HERE / f"{name}.eml").read_text(encoding="utf-8")
    return text.replace("{return_path}", to).replace("\n", "\r\n").encode()


def report(*groups: str, to: str = MINE, encoding: str = "7bit") -> bytes:
    """The smallest delivery report; each group is fields with a slash between them."""
    fields = "\n\n".join(group.replace(" / ", "\n") for group in groups).encode()
    head = f"To: {to}\nMIME-Version: 1.0\nContent-Type: multipart/report; boundary=border\n\n--border\n"
    kind = f"Content-Type: message/delivery-status\nContent-Transfer-Encoding: {encoding}\n\n"
    return (head + kind).encode() + ENCODED[encoding](fields) + b"\n--border--\n"


def complaint(kind: str, to: str = MINE) -> bytes:
    return mail("complaint", to).replace(b"Feedback-Type: abuse", f"Feedback-Type: {kind}".encode())
