"""The real service in a process of its own, and the wall clock it sees.

libfaketime stands between the service and the wall clock. The monotonic clocks stay real: every deadline of a
socket, a lock or the database is as long as it always is. Only APScheduler naps for shorter on end, so that
it sees a leap of the clock at once; it still beats when the wall clock says so.
"""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import httpx

from app.scheduler import DELIVER_EVERY
from tests.stories.postbox import free_port

ROOT = Path(__file__).parents[2]
LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
DOMAIN = "letters.example.org"
MINUTE = timedelta(minutes=1)
BEAT = timedelta(seconds=DELIVER_EVERY)
PATIENCE = 30.0
A_BEAT_LASTS = 0.25
SHORT_NAPS = "from apscheduler.schedulers import base\nbase.TIMEOUT_MAX = 0.02\n"

_CAUGHT_UP = """
    SELECT beat_at > :a_minute_ago AND NOT EXISTS (
        SELECT 1 FROM deliveries
        WHERE state IN ('claimed', 'sending') OR (state = 'scheduled' AND due_at <= :now)
    ) FROM installation
"""


class WallClock:
    """The service's time of day (UTC): it leaps, and stands still between two leaps."""

    def __init__(self, file: Path, start: datetime) -> None:
        self.file = file
        self.now = start
        self.leap(start)

    def leap(self, to: datetime) -> None:
        """Never backwards. The file is replaced whole: it is read whenever the service asks for the time."""
        self.now = max(self.now, to)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(as_kept(self.now))
        fresh.replace(self.file)


class Service:
    """`kindling serve` in an empty folder, with SQLite, while its block lasts."""

    def __init__(self, folder: Path, clock: WallClock, mail_port: int) -> None:
        self.clock = clock
        self.log = folder / "log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.browser = httpx.Client(
            base_url=self.url, follow_redirects=True, trust_env=False, timeout=PATIENCE
        )
        self._folder = folder
        self._environment = environment(folder, clock.file, mail_port)

    def __enter__(self) -> Self:
        (self._folder / "sitecustomize.py").write_text(SHORT_NAPS)
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, env=self._environment, stderr=log)
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()
        self._process.terminate()
        try:
            self.exit_code = self._process.wait(PATIENCE)
        finally:
            self._process.kill()

    def come_up(self) -> None:
        assert self._wait(self._answers, PATIENCE), f"The service does not answer; see {self.log}."

    def live_on(self, to: datetime) -> None:
        """The clock leaps, then goes on beat by beat until nothing that is due or on its way is left."""
        self.clock.leap(to)
        deadline = time.monotonic() + PATIENCE
        while not self._wait(self._has_caught_up, A_BEAT_LASTS):
            assert time.monotonic() < deadline, f"Still busy at {self.clock.now}; see {self.log}."
            self.clock.leap(self.clock.now + BEAT)

    def _answers(self) -> bool:
        try:
            return self.browser.get("/readyz").is_success
        except httpx.TransportError:
            return False

    def _has_caught_up(self) -> bool:
        """Looked up in the file itself, only reading; a worker notes its beat once a minute."""
        at = {"now": as_kept(self.clock.now), "a_minute_ago": as_kept(self.clock.now - MINUTE)}
        file = f"file:{self._folder}/var/kindling.db?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as database:
            [answer] = database.execute(_CAUGHT_UP, at).fetchone()
        return bool(answer)

    def _wait(self, until: Callable[[], bool], seconds: float) -> bool:
        """Whether it came true in time."""
        deadline = time.monotonic() + seconds
        while not (done := until()) and time.monotonic() < deadline:
            assert self._process.poll() is None, f"The service ended; see {self.log}."
            time.sleep(0.01)
        return done


def as_kept(at: datetime) -> str:
    """An instant as SQLite and libfaketime have it in their files."""
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def environment(folder: Path, clock: Path, mail_port: int) -> dict[str, str]:
    """Nothing of ours but PATH: a setting of whoever runs the tests must not reach the service."""
    faked = {
        "LD_PRELOAD": str(LIBRARY),  # the one for threads; the other mixes up their readings of the file
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # it would bend real waits: threads would spin, waiting in turn
        "NO_FAKE_STAT": "1",
        "TZ": "UTC",  # the file is read as local time
    }
    settings = {
        "KINDLING_MAIL_URL": f"smtp://127.0.0.1:{mail_port}?starttls=off",
        "KINDLING_MAIL_FROM": f"Anna at Harbour <hello@{DOMAIN}>",
        "KINDLING_MAIL_REPLY_TO": f"anna@{DOMAIN}",
        "KINDLING_POSTAL_ADDRESS": "1 Quay Street, Harbour",
    }
    modules = os.pathsep.join((str(folder), str(ROOT)))
    return {"PATH": os.environ["PATH"], "PYTHONPATH": modules, **faked, **settings}
