"""Monotonic clocks for deadlines inside one process; the time of day comes from the database."""

import time
from collections.abc import Callable

Clock = Callable[[], float]


def monotonic() -> float:
    """Seconds that never step back; they stand still while the machine sleeps."""
    return time.monotonic()


def boottime() -> float:
    """Seconds since boot, counting the time the machine was suspended (Linux; elsewhere as `monotonic`)."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
