"""Keys as operators paste them."""

import re

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from app.errors import SettingsError
from app.mail.dkim_key import read_domain, read_keys

from .dkim_keys import SELECTORS, ed25519, elliptic, locked, rsa

PASTED = {
    "as it is": lambda pem: pem,
    "on one line": lambda pem: pem.replace("\n", "\\n"),
    "from another system": lambda pem: pem.replace("\n", "\r\n"),
    "without line ends": lambda pem: pem.replace("\n", " "),
    "indented": lambda pem: pem.replace("\n", "\n    "),
}


@pytest.mark.parametrize("paste", PASTED)
def test_two_keys_are_read_in_their_order(paste: str) -> None:
    one, other = read_keys(PASTED[paste](rsa() + ed25519()), SELECTORS)
    assert (one.selector, one.algorithm) == ("rsa2026", "rsa-sha256")
    assert (other.selector, other.algorithm) == ("ed2026", "ed25519-sha256")


@pytest.mark.parametrize("pem", [rsa(), ed25519(), rsa(form=PrivateFormat.TraditionalOpenSSL)])
def test_one_key_is_enough(pem: str) -> None:
    assert len(read_keys(pem, ["mail"])) == 1


def test_a_record_is_what_is_published() -> None:
    one, other = read_keys(rsa() + ed25519(), SELECTORS)
    assert re.fullmatch(r"v=DKIM1; k=rsa; p=MIIB[A-Za-z0-9+/]+=*", one.record)
    assert re.fullmatch(r"v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=", other.record)


@pytest.mark.parametrize(
    ("pem", "selectors", "said"),
    [
        ("", ["a"], "one or two private keys"),
        ("canary", ["a"], "one or two private keys"),
        (rsa() * 3, ["a", "b", "c"], "one or two private keys"),
        (rsa(), [], "one selector for each key"),
        (rsa(), ["a", "b"], "one selector for each key"),
        (rsa() + ed25519(), ["a"], "one selector for each key"),
        (rsa() + ed25519(), ["a", "a"], "one selector for each key"),
        (rsa(), ["a b"], "“a b”"),
        (rsa(), ["-a"], "“-a”"),
        (rsa(), ["a..b"], "“a..b”"),
        (rsa(), ["ä"], "“ä”"),
        (rsa(1024), ["a"], "2048 to 4096 bits"),
        (elliptic(), ["a"], "2048 to 4096 bits, or Ed25519"),
        (locked(), ["a"], "passphrase"),
        (rsa().replace("MII", "MIJ"), ["a"], "damaged"),
        (rsa()[:200] + rsa()[250:], ["a"], "damaged"),
        (rsa().replace("MII", "*II"), ["a"], "damaged"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_sentence(pem: str, selectors: list[str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_keys(pem, selectors)


def test_no_key_is_ever_shown() -> None:
    [key] = read_keys(ed25519(), ["a"])
    assert "private" not in repr(key)
    secret = ed25519().splitlines()[1]
    with pytest.raises(SettingsError) as refused:
        read_keys(ed25519() * 3, ["a"])
    assert secret not in str(refused.value)


@pytest.mark.parametrize(
    ("wish", "sender", "domain"),
    [
        ("", "harbour.example", "harbour.example"),
        ("", "Straße.example", "xn--strae-oqa.example"),
        ("Harbour.example", "letters.harbour.example", "harbour.example"),
        ("mail.harbour.example", "harbour.example", "mail.harbour.example"),
    ],
)
def test_a_signature_is_of_the_senders_domain(wish: str, sender: str, domain: str) -> None:
    assert read_domain(wish, sender) == domain


@pytest.mark.parametrize("wish", ["other.example", "example", "a b.example", "x\r\nBcc: y", "ä..example"])
def test_a_signature_of_any_other_is_refused(wish: str) -> None:
    with pytest.raises(SettingsError, match="KINDLING_DKIM_DOMAIN"):
        read_domain(wish, "harbour.example")
