"""Keys for signing letters, and a judge of signatures that is not ours."""

from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from app.mail.dkim import Signer
from app.mail.dkim_key import read_keys

DOMAIN = "harbour.example"
SELECTORS = ("rsa2026", "ed2026")


@cache
def rsa(bits: int = 2048, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    return generated(bits).private_bytes(Encoding.PEM, form, NoEncryption()).decode()


@cache
def generated(bits: int) -> RSAPrivateKey:
    return generate_rsa(65537, bits)


@cache
def ed25519() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@cache
def elliptic() -> str:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@cache
def locked() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")).decode()


def both() -> Signer:
    return Signer(DOMAIN, read_keys(rsa() + ed25519(), SELECTORS))


def verdicts(mail: bytes, signer: Signer) -> list[bool]:
    """What dkimpy says of each signature, with the signer's own records in the DNS."""
    records = {f"{one.selector}._domainkey.{signer.domain}.": one.record.encode() for one in signer.keys}
    count = mail.split(b"\r\n\r\n")[0].count(b"DKIM-Signature:")
    return [verdict(mail, place, records) for place in range(count)]


def verdict(mail: bytes, place: int, records: dict[str, bytes]) -> bool:
    def look_up(name: bytes, timeout: int = 5) -> bytes | None:
        return records.get(name.decode())

    try:
        return bool(dkim.DKIM(mail).verify(idx=place, dnsfunc=look_up))
    except dkim.DKIMException:
        return False
