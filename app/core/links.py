"""Sign and read a Link: `v1.<id>.<key id>.<128-bit MAC>`, good for one purpose named by its path."""

import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from app.errors import LinkError

_FORM = re.compile(r"v1\.([1-9][0-9]{0,18})\.([0-9a-f]{4})\.([0-9a-f]{32})")
_TRAILERS = ".,;:)>]}\"'=*_ \t\r\n"


class Purpose(StrEnum):
    CONFIRM = "confirm"
    SETTINGS = "settings"
    PAUSE = "pause"
    RESUME = "resume"
    UNSUBSCRIBE = "unsubscribe"
    LESSON = "lesson"


@dataclass(frozen=True)
class KeyRing:
    """Signing keys, newest first; old ones still read the links they signed."""

    keys: tuple[bytes, ...]

    def sign(self, purpose: Purpose, number: int) -> str:
        """The token of a link: `number` is the enrollment's id."""
        return f"v1.{number}.{key_id(self.keys[0])}.{_mac(self.keys[0], purpose, number)}"

    def read(self, purpose: Purpose, token: str) -> int:
        """The enrollment's id, or LinkError. Capitals and what mail programs append are forgiven."""
        form = _FORM.fullmatch(token.strip(_TRAILERS).lower())
        if form is None:
            raise LinkError("This link is not whole.")
        number, mac = int(form[1]), form[3]
        genuine = False
        for key in self.keys:
            genuine |= hmac.compare_digest(_mac(key, purpose, number), mac) and key_id(key) == form[2]
        if not genuine:
            raise LinkError("This link is not whole.")
        return number


def key_id(key: bytes) -> str:
    """Four hex digits that tell keys apart and nothing about them."""
    return sha256(b"key id" + key).hexdigest()[:4]


def _mac(key: bytes, purpose: Purpose, number: int) -> str:
    return hmac.digest(key, f"link:v1:{purpose}:{number}".encode(), "sha256")[:16].hex()
