"""The fire: real workers killed in mid-flight, PostgreSQL restarted under them, a server that goes silent.

`python -m tests.chaos.fire --database postgresql --people 16667 --policy hold [--report FILE]`

The oracle is the log of acceptances against the plan made from the sign-ups. The development clock is
moved on between the blows, so that leases and reconcile times pass without waiting.
"""

import argparse
import json
import os
import platform
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from datetime import time as hour
from pathlib import Path

from sqlalchemy import func, select

from app.actions.confirm import Choices, confirm
from app.actions.sign_up import Request, sign_up
from app.core.delivery import State
from app.core.schedule import Pace, local_date
from app.store import deliveries, enrollments, installation, invariants, schema, subscribers
from app.store.database import Database, Unavailable
from app.store.tables import deliveries as table
from tests.chaos.fire_worker import LEASE
from tests.postgresql import Server, running_server
from tests.world import CONSENT, challenge

ROOT = Path(__file__).parents[2]
LETTERS = ("confirm", "welcome", "lesson 1", "lesson 2", "lesson 3", "completion")
PACE = Pace(hour(7), "UTC")
OPEN = (State.SCHEDULED, State.CLAIMED, State.SENDING, State.UNCERTAIN)


@dataclass
class Fire:
    """One run: what was done to it and what came of it."""

    database: str
    people: int
    policy: str
    seed: int
    workers: int
    planned: int = 0
    accepted: int = 0
    lost: int = 0
    extra: int = 0
    most_copies: int = 0
    held: int = 0
    kills: int = 0
    stops: int = 0
    restarts: int = 0
    on_the_wire: int = 0
    replies_dropped: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def kept(self) -> bool:
        """The promise: nothing lost, and copies only where somebody could not know."""
        bound = 0 if self.policy == "hold" else self.on_the_wire + self.replies_dropped
        return (
            self.lost == 0 and self.extra <= bound and self.most_copies <= 2 and not any(self.broken.values())
        )


def burn(database: str, people: int, policy: str, seed: int, fury: float) -> Fire:
    """Light it: `fury` is the mean time in seconds between two blows."""
    fire = Fire(database, people, policy, seed, workers=4 if database == "postgresql" else 1)
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kindling-fire-")))
        server = stack.enter_context(running_server()) if database == "postgresql" else None
        home = Database(_url(server, folder))
        schema.upgrade(home)
        _people(home, people)
        port, log = _free_port(), folder / "accepted.log"
        stack.enter_context(_process("tests.chaos.sink", port, log, seed))
        arena = Arena(fire, home, server, port, random.Random(seed), fury)
        stack.callback(arena.end)
        for _ in LETTERS:
            arena.round()
        arena.calm()
        _count(fire, home, log)
        home.close()
    fire.seconds = round(time.monotonic() - began, 1)
    return fire


class Arena:
    """The workers, and what is done to them."""

    def __init__(
        self, fire: Fire, home: Database, server: Server | None, port: int, luck: random.Random, fury: float
    ) -> None:
        self.fire, self.home, self.server, self.luck, self.fury = fire, home, server, luck, fury
        self.port = port
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.started = 0
        for _ in range(fire.workers):
            self._start()

    def round(self) -> None:
        """Move to the next due instant and strike until nothing is due any more."""
        _move(self.home, None)
        while self._due():
            time.sleep(self.luck.expovariate(1 / self.fury))
            self._strike()
            _move(self.home, timedelta(seconds=self.luck.choice([0, 0, 20, 61, 960])))

    def calm(self) -> None:
        """No more blows: whatever is left settles."""
        for _ in range(200):
            if not self._open():
                return
            _move(self.home, timedelta(minutes=16))
            time.sleep(0.4)

    def end(self) -> None:
        for process in self.workers.values():
            process.kill()
            process.wait()

    def _strike(self) -> None:
        blow = self.luck.random()
        if self.server is not None and blow < 0.1:
            self.server.restart()
            self.fire.restarts += 1
        elif blow < 0.7:
            self._kill(self.luck.choice(sorted(self.workers)))
        else:
            self._freeze(self.luck.choice(sorted(self.workers)))

    def _kill(self, name: str) -> None:
        """Stop it first, to count what it has on the wire, then kill it for good."""
        process = self.workers.pop(name)
        process.send_signal(signal.SIGSTOP)
        self.fire.on_the_wire += self._on_the_wire(name)
        process.kill()
        process.wait()
        self.fire.kills += 1
        self._start()

    def _freeze(self, name: str) -> None:
        """Longer than its lease, so that what it had is taken from it before it wakes."""
        process = self.workers[name]
        process.send_signal(signal.SIGSTOP)
        self.fire.on_the_wire += self._on_the_wire(name)
        time.sleep(LEASE + 1 if self.luck.random() < 0.2 else 0.5)
        process.send_signal(signal.SIGCONT)
        self.fire.stops += 1

    def _start(self) -> None:
        self.started += 1
        name = f"worker-{self.started}"
        url = self.home.url.render_as_string(hide_password=False).replace("+psycopg", "")
        command = [
            sys.executable,
            "-m",
            "tests.chaos.fire_worker",
            url,
            str(self.port),
            name,
            self.fire.policy,
        ]
        self.workers[name] = subprocess.Popen(
            command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )

    def _on_the_wire(self, name: str) -> int:
        return _patiently(
            self.home, select(func.count()).where(table.c.state == State.SENDING, table.c.worker == name)
        )

    def _due(self) -> int:
        """What should have gone and may still go now."""
        due = (State.SCHEDULED, State.CLAIMED, State.SENDING)
        query = select(func.count()).where(table.c.state.in_(due), table.c.due_at <= _now(self.home))
        return _patiently(self.home, query)

    def _open(self) -> int:
        return _patiently(self.home, select(func.count()).where(table.c.state.in_(OPEN)))


def _people(home: Database, people: int) -> None:
    """Everybody signs up and confirms; their first lesson is due on one morning."""
    course = challenge()
    for start in range(0, people, 200):
        with home.writing() as session:
            now = installation.now(session)
            tomorrow = local_date(now, "UTC") + timedelta(days=1)
            for number in range(start, min(start + 200, people)):
                _person(session, course, f"person{number}@domain{number % 97}.org", tomorrow, now)


def _person(session: object, course: object, address: str, on: date, now: object) -> None:
    sign_up(session, Request(address, "en", PACE), course, CONSENT, now)  # type: ignore[arg-type]
    person = subscribers.find(session, address)  # type: ignore[arg-type]
    assert person is not None
    begun = enrollments.find_open(session, person.id, "little")  # type: ignore[arg-type]
    assert begun is not None
    confirm(session, begun.id, Choices(PACE, on), CONSENT, now)  # type: ignore[arg-type]


def _count(fire: Fire, home: Database, log: Path) -> None:
    lines = [line.split(" ", 2) for line in log.read_text().splitlines()]
    copies = Counter((to, subject) for _, to, subject in lines)
    with home.reading() as session:
        held = {row.address for row in session.execute(select(table).where(table.c.state == State.HELD))}
        checks = invariants.broken(session, installation.now(session))
    planned = {(f"person{n}@domain{n % 97}.org", letter) for n in range(fire.people) for letter in LETTERS}
    fire.planned, fire.accepted = len(planned), sum(copies.values())
    fire.held = len(held)
    fire.lost = sum(1 for to, letter in planned - copies.keys() if to not in held)
    fire.extra = sum(copies.values()) - len(copies)
    fire.most_copies = max(copies.values(), default=0)
    fire.replies_dropped = sum(1 for kept, _, _ in lines if kept == "dropped")
    fire.broken = {name: n for name, n in checks.items() if name not in ("nothing held",)}


def _move(home: Database, by: timedelta | None) -> None:
    """The development clock runs on: by a while, or to the next due instant."""
    with _again(home) as session:
        now = installation.now(session)
        due = deliveries.next_due(session) or now
        installation.move_clock(session, now + by if by is not None else max(due, now))


@contextmanager
def _again(home: Database) -> Iterator[object]:
    """A writing session, once the database answers."""
    for _ in range(100):
        try:
            with home.writing() as session:
                installation.now(session)
        except Unavailable:
            time.sleep(0.1)
        else:
            break
    with home.writing() as session:
        yield session


def _patiently(home: Database, query: object) -> int:
    for _ in range(100):
        try:
            with home.reading() as session:
                return int(session.execute(query).scalar_one())  # type: ignore[call-overload]
        except Unavailable:
            time.sleep(0.1)
    raise AssertionError("the database did not come back")


def _now(home: Database) -> object:
    for _ in range(100):
        try:
            with home.reading() as session:
                return installation.now(session)
        except Unavailable:
            time.sleep(0.1)
    raise AssertionError("the database did not come back")


@contextmanager
def _process(module: str, *args: object) -> Iterator[None]:
    command = [sys.executable, "-m", module, *map(str, args)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
    time.sleep(0.5)
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def _url(server: Server | None, folder: Path) -> str:
    if server is None:
        return f"sqlite:///{folder}/kindling.db"
    server.execute("CREATE DATABASE fire")
    return server.url("fire")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def report(fires: list[Fire]) -> str:
    """What happened, as Markdown, with commit, machine and full counts."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    columns = list(asdict(fires[0]))
    lines = [
        "# The fire",
        "",
        f"Commit {commit.stdout.strip()}; {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}.",
        "",
        "| | " + " | ".join(f"{one.database}, {one.policy}" for one in fires) + " |",
        "|---|" + "---|" * len(fires),
    ]
    for name in columns:
        lines.append(
            f"| {name.replace('_', ' ')} | " + " | ".join(str(getattr(one, name)) for one in fires) + " |"
        )
    lines.append("| promise kept | " + " | ".join("yes" if one.kept else "NO" for one in fires) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fury", type=float, default=0.7)
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--policy", nargs="+", default=["resend_once", "hold"])
    parser.add_argument("--report", type=Path)
    asked = parser.parse_args()
    fires = [
        burn(database, asked.people, policy, asked.seed, asked.fury)
        for database in asked.database
        for policy in asked.policy
    ]
    print(json.dumps([asdict(one) for one in fires], indent=2))
    if asked.report:
        asked.report.parent.mkdir(parents=True, exist_ok=True)
        asked.report.write_text(report(fires))
    sys.exit(0 if all(one.kept for one in fires) else 1)


if __name__ == "__main__":
    main()
