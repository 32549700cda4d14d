"""What Gmail, Outlook, Apple Mail and Yahoo cannot show of our letters, by caniemail's tables."""

import json
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from tests.judges.post import Mail
from tests.judges.summon import absent, summon

pytestmark = pytest.mark.judge

HERE = Path(__file__).parent
PROGRAMS = "gmail.*,outlook.*,apple-mail.*,yahoo.*"

MISSED = {
    "@media": ("gmail.mobile-webmail outlook.windows*", "It only refines what stands on the tags."),
    "<style> element": ("gmail.mobile-webmail", "The same."),
    "Type selector": ("gmail.mobile-webmail", "The same."),
    "<body> element": (
        "outlook.macos yahoo.ios yahoo.android",
        "It becomes a <div>; the table in it carries the colour of the paper as well.",
    ),
    "display:none": (
        "gmail.mobile-webmail",
        "The first words for the list of mails: one pixel high there, so seen by nobody.",
    ),
    "overflow": ("outlook.windows*", "Those same words, which Outlook hides by mso-hide."),
    "border-spacing": ("outlook.*", "The tables say cellspacing as well."),
    "height property": (
        "yahoo.*",
        "We need none: lines make heights, and line-height is counted as one here.",
    ),
    "text-wrap": ("gmail.* outlook.* yahoo.*", "A title breaks where it happens to, as it does without."),
    "overflow-wrap": ("gmail.* outlook.* yahoo.*", "A very long word sticks out, as it does without."),
    "text-underline-offset": ("gmail.* outlook.* yahoo.*", "The line under a link is where it always is."),
    "border-radius": ("outlook.windows*", "Corners are square there."),
    "role attribute": ("outlook.windows-mail", "A screen reader may tell of a table; retired by its maker."),
    "aria-label attribute": ("outlook.windows-mail yahoo.*", "It repeats the subject."),
}
"""What we use although these mail programs do not know it, and why that harms nobody."""

Found = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def unsupported(post: list[Mail], tmp_path_factory: pytest.TempPathFactory) -> Found:
    here = tmp_path_factory.mktemp("html")
    files = [here / f"{mail.name}.html" for mail in post]
    for file, mail in zip(files, post, strict=True):
        file.write_text(mail.message.html)
    return ask(*files)


def ask(*files: Path) -> Found:
    node = summon("node", "npm")
    if not (HERE / "node_modules" / "caniemail").is_dir():
        absent("There is no caniemail here; with npm: npm ci --ignore-scripts --prefix tests/judges")
    command = [node, str(HERE / "caniemail.js"), PROGRAMS, *map(str, files)]
    said = subprocess.run(command, capture_output=True, check=True).stdout
    return {Path(file).stem: features for file, features in json.loads(said).items()}


def test_what_is_used_is_known_or_harms_nobody(unsupported: Found, record_property: Any) -> None:
    record_property("caniemail", f"{len(unsupported)} letters, {len(MISSED)} features that some do without")
    surprises = {
        f"{feature} in {program}" for feature, program in _each(unsupported) if not _known(feature, program)
    }
    assert surprises == set()


def test_nothing_is_excused_that_is_not_used(unsupported: Found) -> None:
    assert {feature for feature, _ in _each(unsupported)} == MISSED.keys()


def test_a_grid_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "grid.html").write_text('<p style="display: grid">Yes.</p>')
    assert "display:grid" in ask(tmp_path / "grid.html")["grid"]


def _each(unsupported: Found) -> Iterator[tuple[str, str]]:
    for features in unsupported.values():
        for feature, programs in features.items():
            yield from ((feature, program) for program in programs)


def _known(feature: str, program: str) -> bool:
    programs, _ = MISSED.get(feature, ("", ""))
    return any(fnmatch(program, pattern) for pattern in programs.split())
