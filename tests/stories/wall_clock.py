"""The real service in a process of its own, and the wall clock it sees.

libfaketime stands between the service and the wall clock. The monotonic clocks stay real: every deadline of a
socket, a lock or the database is as long as it always is.
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
INSTANT = timedelta(seconds=1 / 64)
PATIENCE = 30.0
A_BEAT_LASTS = 0.25

_CAUGHT_UP = """
    SELECT beat_at > :a_minute_ago AND NOT EXISTS (
        SELECT 1 FROM deliveries
        WHERE state IN ('claimed', 'sending') OR (state = 'scheduled' AND due_at <= :now)
    ) FROM installation
"""


class WallClock:
    """The service's time of day (UTC): it leaps, and stands still an instant before a beat of the drum.

    There APScheduler sees its next beat an instant away and looks at the clock again and again, so that a
    leap is followed by a beat at once and not after a beat's length of real time.
    """

    def __init__(self, file: Path, start: datetime) -> None:
        self.file = file
        self.start = start
        self._set(start)

    def leap(self, to: datetime) -> None:
        """To the end of the beat that `to` lies in; never backwards."""
        beats = (to - self.start) // BEAT + 1
        self._set(max(self.now, self.start + beats * BEAT - INSTANT))

    def _set(self, now: datetime) -> None:
        """The file is replaced whole: the service reads it whenever it asks for the time."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(as_kept(now))
        fresh.replace(self.file)
        self.now = now


class Service:
    """`kindling serve` in an empty folder, with SQLite, while its block lasts."""

    def __init__(self, folder: Path, clock: WallClock, mail_port: int) -> None:
        self.clock = clock
        self.log = folder / "log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.browser = httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE)
        self._folder = folder
        self._environment = environment(clock.file, mail_port)

    def __enter__(self) -> Self:
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
        """The clock still stands where it started, so the drum begins there."""
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


def environment(clock: Path, mail_port: int) -> dict[str, str]:
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
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **faked, **settings}
