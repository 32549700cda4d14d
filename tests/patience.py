"""Waiting for what happens elsewhere."""

import time
from collections.abc import Callable


def soon(happened: Callable[[], bool]) -> bool:
    """Within ten seconds."""
    for _ in range(200):
        if happened():
            return True
        time.sleep(0.05)
    return False
