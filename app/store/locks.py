"""An OS lock beside a SQLite file: held for the life of a worker or for one migration."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import InstallationError


@contextmanager
def file_lock(path: Path, *, wait: bool, refusal: str = "") -> Iterator[None]:
    """Hold `path` locked; without `wait`, InstallationError with `refusal` when another process holds it.

    The kernel lets go when the process ends, however it ends.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise InstallationError(refusal) from None
        yield
