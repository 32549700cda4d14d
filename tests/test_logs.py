"""Nobody may have to read the log for letters to go out."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 3.0
ROOT = Path(__file__).parents[1]
CHATTY = """
import structlog
from app import logs
logs.configure()
for number in range(1000):
    structlog.get_logger().info("recorded", delivery=number, reply="x" * 100)
print("went on")
"""


@contextmanager
def a_full_disk() -> Iterator[int]:
    with Path("/dev/full").open("w") as full:
        yield full.fileno()


@contextmanager
def a_pipe_that_nobody_reads() -> Iterator[int]:
    read, write = os.pipe()
    yield write
    os.close(read)
    os.close(write)


@pytest.mark.parametrize("somewhere", [a_full_disk, a_pipe_that_nobody_reads])
def test_a_log_that_takes_nothing_holds_nobody_up(somewhere: object) -> None:
    with somewhere() as full:  # type: ignore[operator]
        done = subprocess.run(
            [sys.executable, "-c", CHATTY],
            cwd=ROOT,
            stderr=full,
            stdout=subprocess.PIPE,
            timeout=4,
            check=True,
        )
    assert done.stdout == b"went on\n"
