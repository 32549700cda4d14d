"""docs/faults.md names, for every fault, tests that exist, or says why there is none."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = [
    re.split(r"\s*\|\s*", line.strip("| \n"))
    for line in (ROOT / "docs" / "faults.md").read_text().splitlines()
    if re.match(r"\| \d", line)
]


@cache
def names(file: Path) -> frozenset[str]:
    """Every test and test class of a file; tests in a class are known with it."""
    found = set()
    for node in ast.parse(file.read_text()).body:
        found |= {node.name} if isinstance(node, ast.FunctionDef | ast.ClassDef) else set()
        if isinstance(node, ast.Assign):
            found |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return frozenset(found)


def test_the_faults_are_numbered_from_one_to_seventy_six() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, 77))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_fault_has_a_test_that_exists_or_a_reason(row: list[str]) -> None:
    *_, what_happens, proof = row
    named = re.findall(r"`(tests/[^`]+?)::([^`]+)`", proof)
    assert what_happens
    assert named or proof.startswith("Not here: ")
    for file, name in named:
        assert name in names(ROOT / file)
