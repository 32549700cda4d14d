"""OpenDKIM as a verifier, with our keys in a file. It exits with 0 whatever it finds, so it is read."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.judges.post import Mail
from tests.judges.summon import summon
from tests.mail.dkim_keys import both

pytestmark = pytest.mark.judge

ALGORITHMS = {"rsa-sha256", "ed25519-sha256"}
_VERDICT = re.compile(r"dkim=(\w+)[^;]*? header\.a=([\w-]+)")

Verify = Callable[[Path], dict[str, str]]


@pytest.fixture(scope="module")
def verify(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """What it says of each signature of the mail in a file, by algorithm."""
    program, here, signer = summon("opendkim"), tmp_path_factory.mktemp("opendkim"), both()
    records = [f"{key.selector}._domainkey.{signer.domain} {key.record}\n" for key in signer.keys]
    (here / "keys").write_text("".join(records))
    (here / "conf").write_text(f"Mode v\nSyslog no\nTestPublicKeys {here / 'keys'}\n")

    def verdicts(mail: Path) -> dict[str, str]:
        command = [program, "-x", str(here / "conf"), "-vv", "-t", str(mail)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return {algorithm: verdict for verdict, algorithm in _VERDICT.findall(said)}

    return verdicts


def test_both_signatures_of_every_letter_are_good(verify: Verify, folder: Path, post: list[Mail]) -> None:
    found = {mail.name: verify(folder / f"{mail.name}.eml") for mail in post}
    good = dict.fromkeys(ALGORITHMS, "pass")
    assert {name: verdicts for name, verdicts in found.items() if verdicts != good} == {}


def test_those_of_a_changed_letter_are_not(verify: Verify, post: list[Mail], tmp_path: Path) -> None:
    (tmp_path / "changed.eml").write_bytes(post[0].arrived.replace(b"To: <ada@", b"To: <eve@"))
    assert verify(tmp_path / "changed.eml") == dict.fromkeys(ALGORITHMS, "fail")
