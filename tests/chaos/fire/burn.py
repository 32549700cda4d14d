"""Light it, and count when it has gone out."""

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import event

from app.store import schema
from app.store.database import Database
from tests.chaos.fire import oracle
from tests.chaos.fire.arena import ROOT, Arena
from tests.chaos.fire.people import confirm_all, crowd, sign_up_all
from tests.chaos.fire.trial import Fire, Setting
from tests.postgresql import DURABLE, Server, running_server


def burn(setting: Setting) -> Fire:
    """One trial from sign-up to the last completion letter."""
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kindling-fire-")))
        server = stack.enter_context(running_server(DURABLE)) if setting.database == "postgresql" else None
        home = _impatient(Database(_url(server, folder)))
        stack.callback(home.close)
        schema.upgrade(home)
        for numbers in crowd(setting.people):
            with home.writing() as session:
                sign_up_all(session, numbers)
        log = folder / "accepted.log"
        far_end = stack.enter_context(_far_end(setting, log))
        arena = Arena(
            setting, home, server, far_end, stack.enter_context((folder / "workers.log").open("wb"))
        )
        stack.callback(arena.end)
        fire = Fire(setting, arena.blows)
        _burn_down(fire, arena, log)
        for numbers in crowd(setting.people):
            arena.state.writing(partial(confirm_all, numbers=numbers))
        _burn_down(fire, arena, log)
        oracle.count(fire, arena.state, log)
    fire.seconds = round(time.monotonic() - began, 1)
    return fire


def _burn_down(fire: Fire, arena: Arena, log: Path) -> None:
    """Until nothing is owed, and nobody has to be asked."""
    arena.burn()
    while words := oracle.speak(arena.state, log):
        fire.asked += words
        arena.burn()


def _impatient(home: Database) -> Database:
    """The harness must go on striking: it does not wait fifteen seconds for SQLite's lock."""
    if home.path is not None:
        event.listen(home.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 300"))
    return home


@contextmanager
def _far_end(setting: Setting, log: Path) -> Iterator[tuple[str, int]]:
    """The provider's own process; it ends with the trial."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = _keyed(port, log, setting.seed) if setting.policy == "key" else _plain(port, log, setting.seed)
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=os.environ)
    try:
        _until_it_listens(port)
        yield "resend" if setting.policy == "key" else "smtp", port
    finally:
        process.kill()
        process.wait()


def _plain(port: int, log: Path, seed: int) -> list[str]:
    return ["tests.chaos.fire.sink", str(port), str(log), str(seed)]


def _keyed(port: int, log: Path, seed: int) -> list[str]:
    """In every hundred requests: what a provider does on a bad day, in an order of its own."""
    bad = ["500", "503", "429", "drop", "drop_unread", "take_and_drop", "take_and_drop", "take_and_break"]
    steps = bad + ["good"] * (100 - len(bad))
    random.Random(seed).shuffle(steps)
    return ["tests.mail.scripted_http", str(port), str(log), *steps]


def _until_it_listens(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the far end did not start")


def _url(server: Server | None, folder: Path) -> str:
    if server is None:
        return f"sqlite:///{folder}/kindling.db"
    server.execute("CREATE DATABASE fire")
    return server.url("fire")
