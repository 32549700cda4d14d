"""Fetch a judge, or say why it does not come."""

import os
import shutil
from typing import NoReturn

import pytest

EVERYWHERE = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])


def summon(program: str, package: str = "") -> str:
    """Where it is. A judge who is not here is passed over, unless all of them must come: JUDGES=all."""
    found = shutil.which(program, path=EVERYWHERE)
    return found or absent(f"There is no {program} here; on Debian: apt install {package or program}")


def absent(reason: str) -> NoReturn:
    if os.environ.get("JUDGES") == "all":
        pytest.fail(reason)
    pytest.skip(reason)
