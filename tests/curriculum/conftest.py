"""A good challenge of three days to take apart: tests/lessons/little, copied for each test."""

from pathlib import Path
from shutil import copytree

import pytest

LESSONS = Path(__file__).parents[1] / "lessons"


@pytest.fixture
def little(tmp_path: Path) -> Path:
    """The folder of the challenge, with the list of fingerprints beside it."""
    return Path(copytree(LESSONS, tmp_path / "lessons")) / "little"
