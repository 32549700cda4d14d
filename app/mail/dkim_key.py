"""The keys of DKIM, as an operator gives them: one or two private keys, each with its selector."""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from app.errors import SettingsError
from app.mail.mime import a_label

BITS = range(2048, 4097)
"""Of RSA: less is refused by receivers, more need not be understood (RFC 8301 §3.2)."""

MOST = 2

_PEM = re.compile(r"-----BEGIN ([A-Z ]*)PRIVATE KEY-----(.*?)-----END \1PRIVATE KEY-----", re.DOTALL)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE | re.ASCII)
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")


@dataclass(frozen=True)
class Key:
    """A private key, and the selector under which its public half stands in the DNS."""

    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    @property
    def algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    @property
    def record(self) -> str:
        """What the TXT record at `<selector>._domainkey.<domain>` says."""
        public = self.private.public_key()
        if isinstance(self.private, RSAPrivateKey):
            kind, octets = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            kind, octets = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k={kind}; p={b64encode(octets).decode()}"

    def sign(self, octets: bytes) -> bytes:
        """RSA signs by SHA-256; Ed25519 signs the SHA-256 as if it were the text (RFC 8463 §3)."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(octets, PKCS1v15(), SHA256())
        digest = Hash(SHA256())
        digest.update(octets)
        return self.private.sign(digest.finalize())


def read_keys(pem: str, selectors: Sequence[str]) -> tuple[Key, ...]:
    """From KINDLING_DKIM_KEY and KINDLING_DKIM_SELECTOR, one selector for each key, in the same order.

    Line ends may be written as \\n or be missing. SettingsError says what to do and never repeats a key.
    """
    blocks = _PEM.findall(pem)
    if not 1 <= len(blocks) <= MOST:
        raise SettingsError(
            "KINDLING_DKIM_KEY must hold one or two private keys in PEM form, one after the other; "
            "try: openssl genrsa 2048"
        )
    if len(set(selectors)) != len(blocks) or len(selectors) != len(blocks):
        raise SettingsError(
            "KINDLING_DKIM_SELECTOR must name one selector for each key, in the order of the keys: "
            "rsa2026, or rsa2026,ed2026."
        )
    for selector in selectors:
        if not _SELECTOR.fullmatch(selector):
            raise SettingsError(f"“{selector}” in KINDLING_DKIM_SELECTOR cannot be part of a domain name.")
    return tuple(
        Key(selector, _private(kind, body)) for selector, (kind, body) in zip(selectors, blocks, strict=True)
    )


def read_domain(wish: str, sender: str) -> str:
    """For `d=`, as an A-label: From's own domain unless another is wished for. SettingsError when receivers
    would not take a signature of the one for one of the other (DMARC's alignment)."""
    try:
        ours, theirs = a_label(wish or sender).lower(), a_label(sender).lower()
    except ValueError:
        ours = theirs = ""
    if not _DOMAIN.fullmatch(ours):
        raise SettingsError("KINDLING_DKIM_DOMAIN must be a domain such as example.org.")
    if ours.split(".")[-2:] != theirs.split(".")[-2:]:
        raise SettingsError(
            f"KINDLING_DKIM_DOMAIN is {ours}, but letters come from {theirs}: a signature counts only for "
            "the same domain. Leave it out to sign for the domain of KINDLING_MAIL_FROM."
        )
    return ours


def _private(kind: str, body: str) -> RSAPrivateKey | Ed25519PrivateKey:
    if kind == "ENCRYPTED " or "ENCRYPTED" in body:
        raise SettingsError(
            "A key in KINDLING_DKIM_KEY asks for a passphrase; take it off: openssl pkey -in key.pem"
        )
    try:
        key = load_der_private_key(b64decode(re.sub(r"\\[rn]|\s", "", body), validate=True), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SettingsError("A key in KINDLING_DKIM_KEY is damaged; copy it once more, whole.") from None
    if isinstance(key, Ed25519PrivateKey):
        return key
    if not isinstance(key, RSAPrivateKey) or key.key_size not in BITS:
        raise SettingsError(
            f"A key in KINDLING_DKIM_KEY must be RSA of {BITS[0]} to {BITS[-1]} bits, or Ed25519."
        )
    return key
