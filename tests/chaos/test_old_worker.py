"""During an upgrade a worker of the version before runs beside a new one, on the newest schema."""

import io
import os
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from app.actions.confirm import Choices, confirm
from app.actions.sign_up import Request, sign_up
from app.compose import words
from app.core.delivery import State
from app.curriculum.reader import read_challenge
from app.store import deliveries, enrollments, installation, invariants
from app.store.database import Database
from tests.mail.scripted import ScriptedServer
from tests.world import BERLIN, CONSENT

ROOT = Path(__file__).parents[2]
PEOPLE = [f"person{number}@example.org" for number in range(25)]
PATIENCE = 25.0


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout.strip()


@pytest.fixture
def old_tree(tmp_path: Path) -> Path:
    """The program as it was before the last migration was added."""
    try:
        if git("rev-parse", "--is-shallow-repository") == b"true":
            pytest.skip("the version before the last migration is not in a shallow clone")
        added = git("log", "-1", "--diff-filter=A", "--format=%H", "--", "migrations/versions").decode()
        tree = git("archive", "--format=tar", f"{added}^")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs git and the repository's history")
    with tarfile.open(fileobj=io.BytesIO(tree)) as archive:
        archive.extractall(tmp_path / "old", filter="data")
    return tmp_path / "old"


@contextmanager
def working(tree: Path, folder: Path, database_url: str, port: int) -> Iterator[None]:
    """`kindling worker` of that tree, until the block ends."""
    folder.mkdir()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KINDLING_")}
    settings = {
        "PYTHONPATH": str(tree),
        "KINDLING_DATABASE_URL": database_url,
        "KINDLING_MAIL_URL": f"smtp://127.0.0.1:{port}?starttls=off",
    }
    command = [sys.executable, "-m", "app", "worker"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=plain | settings, stderr=log)
    try:
        yield
        process.terminate()
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()


def sign_everybody_up(database: Database) -> None:
    challenge = read_challenge(ROOT / "lessons" / "connection", words.heading)
    with database.writing() as session:
        now = installation.now(session)
        for address in PEOPLE:
            sign_up(session, Request(address, "en", BERLIN), challenge, CONSENT, now)


def confirm_everybody(database: Database) -> None:
    """Their first lesson is due tomorrow."""
    with database.writing() as session:
        now = installation.now(session)
        tomorrow = now.date() + timedelta(days=1)
        for number in range(1, len(PEOPLE) + 1):
            course = enrollments.get(session, number)
            confirm(session, course.id, Choices(BERLIN, tomorrow), CONSENT, now)


def next_lesson(database: Database) -> None:
    with database.writing() as session:
        due = deliveries.next_due(session)
        assert due is not None
        installation.move_clock(session, due)


def until_sent(database: Database, letters: int) -> None:
    """So many to everybody."""
    deadline = time.monotonic() + PATIENCE
    while sent(database) < letters * len(PEOPLE):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sent(database: Database) -> int:
    with database.reading() as session:
        return deliveries.count_states(session).get(State.SENT, 0)


def test_an_old_and_a_new_worker_share_the_work_and_everybody_gets_everything_once(
    old_tree: Path, postgresql_url: str, tmp_path: Path
) -> None:
    database = Database(postgresql_url)
    sign_everybody_up(database)
    with ScriptedServer() as old, ScriptedServer() as new, ExitStack() as stack:
        stack.enter_context(working(old_tree, tmp_path / "old-var", postgresql_url, old.port))
        stack.enter_context(working(ROOT, tmp_path / "new-var", postgresql_url, new.port))
        until_sent(database, 1)
        confirm_everybody(database)
        letters = 2
        until_sent(database, letters)
        while letters < 3 or not (old.accepted and new.accepted):
            next_lesson(database)
            letters += 1
            until_sent(database, letters)
    arrived = Counter(one.recipient for server in (old, new) for one in server.accepted)
    assert arrived == dict.fromkeys(PEOPLE, letters)
    with database.reading() as session:
        assert not any(invariants.broken(session, installation.now(session)).values())
    database.close()
