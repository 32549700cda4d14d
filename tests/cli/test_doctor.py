"""What the doctor asks the DNS, and how it says what it found."""

from pathlib import Path

import pytest

from app.actions.examine import examine_dns
from app.cli.doctor import identity_of
from app.mail.records import Identity
from app.settings import read_settings
from tests.mail.dkim_keys import SELECTORS, ed25519, rsa
from tests.mail.scripted_dns import ScriptedDns

PRODUCTION = {
    "KINDLING_MODE": "production",
    "KINDLING_BASE_URL": "https://letters.example.org",
    "KINDLING_SECRET_KEY": "k" * 32,
    "KINDLING_MAIL_URL": "smtp://user:pass@mail.example.org:587",
    "KINDLING_MAIL_FROM": "Anna <hello@Straße.example>",
    "KINDLING_MAIL_REPLY_TO": "hello@example.org",
    "KINDLING_POSTAL_ADDRESS": "1 Quay Street",
}
SENDER = "xn--strae-oqa.example"


def identity(**changes: str) -> Identity:
    return identity_of(read_settings(PRODUCTION | changes, Path("no such file")))


def test_who_sends_by_smtp_bounces_to_its_return_path() -> None:
    assert identity() == Identity(SENDER, bounces=SENDER, hosts=("mail.example.org",))
    assert identity(KINDLING_MAIL_RETURN_PATH="b+{tag}@B.example.org").bounces == "b.example.org"


def test_our_keys_are_looked_for_at_their_selectors() -> None:
    one = identity(KINDLING_DKIM_KEY=rsa() + ed25519(), KINDLING_DKIM_SELECTOR=",".join(SELECTORS))
    assert one.signs == SENDER
    assert [name for name, _ in one.keys] == [f"{selector}._domainkey.{SENDER}" for selector in SELECTORS]


def test_who_sends_otherwise_bounces_elsewhere() -> None:
    one = identity(KINDLING_MAIL_URL="resend://KEY@?signing=SECRET")
    assert one == Identity(SENDER, providers=("resend",))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_mail_server_on_this_machine_has_its_name(host: str) -> None:
    one = identity(KINDLING_MAIL_URL=f"smtp://{host}:25?starttls=off")
    assert not {"localhost", "127.0.0.1"} & set(one.hosts)


def test_each_finding_is_one_line_with_what_to_publish() -> None:
    with ScriptedDns() as empty:
        answers = examine_dns(identity(), empty.dns)
    said = {one.topic: one for one in answers}
    spf = said[f"SPF of {SENDER}"]
    assert not spf.good
    assert spf.finding.startswith("missing: ")
    assert spf.finding.endswith(f'; publish: {SENDER}. TXT "v=spf1 a:mail.example.org ~all"')
    assert said[f"DKIM of {SENDER}"].good
    assert all("\n" not in one.finding for one in answers)
