"""Check a challenge as one checks code: every rule, every file, each finding with its line."""

from pathlib import Path

from app.core.challenge import Heading, english
from app.curriculum.draft import read_draft
from app.curriculum.finding import Finding, Unreadable
from app.curriculum.rules import RULES


def lint(folder: Path, heading: Heading = english) -> list[Finding]:
    """All findings about the challenge in a folder, in the order of files and lines."""
    try:
        draft = read_draft(folder, heading)
    except Unreadable as error:
        return list(error.findings)
    found = {finding for rule in RULES for finding in rule.findings(draft)}
    return sorted(found, key=lambda one: (one.file, one.line, one.rule, one.sentence))
