"""rspamd, asking a DNS that says what `kindling doctor --dns` told us to publish."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.mail.mime import envelope
from tests.judges.dns import published
from tests.judges.post import RELAY, RELAY_ADDRESS, Mail
from tests.judges.rspamd import running_rspamd
from tests.judges.summon import summon
from tests.mail.dkim_keys import SELECTORS

pytestmark = pytest.mark.judge

STRANGER = "198.18.99.99"
ALLOWED = {"R_SPF_ALLOW", "R_DKIM_ALLOW", "DMARC_POLICY_ALLOW"}

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    program, folder = summon("rspamd"), tmp_path_factory.mktemp("rspamd")
    with published() as dns, running_rspamd(program, folder, dns.port) as client:

        def answer(mail: Mail, content: bytes = b"", address: str = RELAY_ADDRESS) -> dict[str, Any]:
            ways = envelope(mail.message)
            known = {"IP": address, "Helo": RELAY, "Hostname": RELAY}
            known |= {"From": ways.mail_from, "Rcpt": ways.recipient}
            said = client.post("/checkv2", content=content or mail.arrived, headers=known)
            return dict(said.raise_for_status().json())

        yield answer


@pytest.fixture(scope="module")
def answers(ask: Ask, post: list[Mail]) -> dict[str, dict[str, Any]]:
    return {mail.name: ask(mail) for mail in post}


def test_nothing_is_done_against_any_letter(answers: dict[str, Any], record_property: Any) -> None:
    highest = max(answers.values(), key=lambda one: one["score"])
    rules = sorted(one["name"] for one in highest["symbols"].values() if one["score"] > 0)
    told = f"{len(answers)} letters, at most {highest['score']:.2f} ({', '.join(rules)})"
    record_property("rspamd", told)
    assert {name: one["action"] for name, one in answers.items() if one["action"] != "no action"} == {}


def test_spf_dkim_and_dmarc_allow_every_letter(answers: dict[str, Any]) -> None:
    lacking = {name: ALLOWED - one["symbols"].keys() for name, one in answers.items()}
    assert {name: symbols for name, symbols in lacking.items() if symbols} == {}


def test_both_signatures_count(answers: dict[str, Any]) -> None:
    signed = {tuple(one["symbols"]["R_DKIM_ALLOW"]["options"]) for one in answers.values()}
    assert [[option.partition("s=")[2] for option in options] for options in signed] == [list(SELECTORS)]


def test_a_stranger_with_a_changed_letter_is_not_allowed(ask: Ask, post: list[Mail]) -> None:
    forged = post[0].arrived.replace(b"Content-Language: en", b"Content-Language: fr")
    symbols = ask(post[0], forged, STRANGER)["symbols"].keys()
    assert {"R_SPF_SOFTFAIL", "R_DKIM_REJECT", "DMARC_POLICY_SOFTFAIL"} <= symbols
    assert not ALLOWED & symbols
