"""SIGTERM while fifty letters are on the wire: all of them are heard of, the rest goes back."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.actions.sign_up import Request, sign_up
from app.compose import words
from app.core.delivery import State
from app.core.schedule import Pace
from app.curriculum.reader import read_challenges
from app.main import ROOT
from app.store import installation
from app.store.database import Database
from app.store.tables import deliveries
from tests.mail.scripted import Act, ScriptedServer
from tests.world import BERLIN, CONSENT

WIDTH, PEOPLE = 50, 60
PATIENCE = 40.0
ANSWERS_AFTER = 2.0


@contextmanager
def kindling_worker(url: str, port: int, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    told = {
        "KINDLING_DATABASE_URL": url,
        "KINDLING_MAIL_URL": f"smtp://127.0.0.1:{port}?starttls=off",
        "KINDLING_CONNECTIONS": str(WIDTH),
    }
    command = [sys.executable, "-m", "app", "worker"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | told, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def sign_up_everybody(database: Database, pace: Pace) -> None:
    course = read_challenges(ROOT / "lessons", words.heading)["connection"]
    with database.writing() as session:
        now = installation.now(session)
        for number in range(PEOPLE):
            sign_up(session, Request(f"person{number}@example.org", "en", pace), course, CONSENT, now)


def states(database: Database) -> Counter[str]:
    with database.reading() as session:
        return Counter(session.execute(deliveries.select().with_only_columns(deliveries.c.state)).scalars())


def hanging(server: ScriptedServer) -> int:
    return server.verbs().count("DATA")


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_graceful_stop_leaves_nothing_in_doubt(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    sign_up_everybody(database, BERLIN)
    with ScriptedServer() as server:
        server.at("DOT", *[Act.HANG] * PEOPLE)
        with kindling_worker(database_url, server.port, tmp_path) as process:
            deadline = time.monotonic() + PATIENCE
            while hanging(server) < WIDTH and time.monotonic() < deadline:
                time.sleep(0.1)
            assert states(database)[State.SENDING] == WIDTH
            process.terminate()
            threading.Timer(ANSWERS_AFTER, server.release).start()
            assert process.wait(PATIENCE) == 0
        assert states(database) == {State.SENT: WIDTH, State.SCHEDULED: PEOPLE - WIDTH}
        assert len({one.recipient for one in server.accepted}) == len(server.accepted) == WIDTH
