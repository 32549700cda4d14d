"""Return paths: every mail has a bounce address of its own, so that a bounce names its delivery.

The tag in it is the delivery's id with an 80-bit MAC: nobody can bounce a mail that he has not seen.
"""

import hmac
import re
from base64 import b32encode
from itertools import islice

MARK = "{tag}"

_TAG = re.compile(r"(?<![0-9])([1-9][0-9]{0,18})-([a-z2-7]{16})(?![a-z2-7])", re.IGNORECASE | re.ASCII)
_LONGEST_TAG = 36
_LONGEST_LOCAL = 64  # RFC 5321 §4.5.3.1.1
_MOST = 100
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`|~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})+")


def read_pattern(text: str) -> str:
    """A return path with `{tag}` where the tag will stand; ValueError says what is wrong."""
    plain = _ADDRESS.fullmatch(text.replace(MARK, "1"))
    if text.partition("@")[0].count(MARK) != 1 or MARK in text.partition("@")[2] or plain is None:
        raise ValueError("write an address with {tag} in it once, such as bounce+{tag}@example.org")
    if len(plain[1]) - 1 + _LONGEST_TAG > _LONGEST_LOCAL:
        raise ValueError(f"at most {_LONGEST_LOCAL - _LONGEST_TAG} characters may stand around {{tag}}")
    if delivery_of(return_path(text, b"", 1), b"") != 1:
        raise ValueError("set {tag} apart with a sign, such as bounce+{tag}@example.org")
    return text


def return_path(pattern: str, key: bytes, delivery: int) -> str:
    """The bounce address of one delivery; `key` is the installation's."""
    return pattern.replace(MARK, f"{delivery}-{_mac(key, delivery)}")


def delivery_of(text: str, key: bytes) -> int | None:
    """The delivery of the first tag in a text that is ours, whatever became of its capitals."""
    for tag in islice(_TAG.finditer(text), _MOST):
        delivery = int(tag[1])
        if hmac.compare_digest(_mac(key, delivery), tag[2].lower()):
            return delivery
    return None


def _mac(key: bytes, delivery: int) -> str:
    return b32encode(hmac.digest(key, f"return-path:{delivery}".encode(), "sha256")[:10]).decode().lower()
