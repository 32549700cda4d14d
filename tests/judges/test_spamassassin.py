"""SpamAssassin by its own rules alone: no network, no training, and so no credit for a signature."""

import os
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.mail.mime import as_bytes
from tests.judges.post import Mail
from tests.judges.summon import summon

pytestmark = pytest.mark.judge

MOST = 0.5
NOTORIOUS = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
"""What every filter must take for spam (GTUBE)."""

_VERDICT = re.compile(r"^X-Spam-Status: \w+, score=(-?[\d.]+) .*?tests=(.*?) autolearn", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    score: float
    rules: str


@pytest.fixture(scope="module")
def verdicts(folder: Path, post: list[Mail], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """Of each mail, and of one that is spam by definition."""
    program, home = summon("spamassassin"), tmp_path_factory.mktemp("spamassassin")
    spam = as_bytes(replace(post[0].message, text=NOTORIOUS))
    (home / "spam.eml").write_bytes(replace(post[0], sent=spam).arrived)
    files = [*sorted(folder.glob("*.eml")), home / "spam.eml"]
    command = [program, "--local", "--test-mode", "--nocreate-prefs", "--cf=use_bayes 0", *map(str, files)]
    environment = os.environ | {"HOME": str(home), "LC_ALL": "C"}
    said = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    found = _VERDICT.findall(re.sub(r"\r?\n\t", " ", said.decode("utf-8", "replace")))
    return {
        file.stem: Verdict(float(score), rules) for file, (score, rules) in zip(files, found, strict=True)
    }


def test_no_letter_looks_like_spam(verdicts: dict[str, Verdict], record_property: Any) -> None:
    letters = {name: verdict for name, verdict in verdicts.items() if name != "spam"}
    highest = max(letters.values(), key=lambda one: one.score)
    record_property("SpamAssassin", f"{len(letters)} letters, at most {highest.score} ({highest.rules})")
    assert {name: verdict for name, verdict in letters.items() if verdict.score > MOST} == {}


def test_spam_does(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["spam"].score > 100
