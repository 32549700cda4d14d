"""The workers, the clock they live by, and what is done to them."""

import random
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from app.store.database import Database, Unavailable
from tests.chaos.fire.state import State
from tests.chaos.fire.trial import LEASE, Blows, Setting
from tests.postgresql import Server

ROOT = Path(__file__).parents[3]
TICK = 0.15


@dataclass
class Arena:
    """Strikes as long as there is something to send; moves the clock only while nobody sends."""

    setting: Setting
    home: Database
    server: Server | None
    far_end: tuple[str, int]
    log: IO[bytes]
    blows: Blows = field(default_factory=Blows)

    def __post_init__(self) -> None:
        self.luck = random.Random(self.setting.seed)
        self.state = State(self.home, self._thaw)
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.frozen: dict[str, float] = {}
        self.born = self.struck = 0
        for _ in range(self.setting.workers):
            self._bear()

    def burn(self) -> None:
        """Until every course has ended."""
        while True:
            if self.frozen.keys() < self.workers.keys() and self.state.busy(set(self.workers)):
                time.sleep(min(self.luck.expovariate(1 / self.setting.fury), 5 * self.setting.fury))
                self._strike()
            elif self.frozen:
                time.sleep(TICK)
            elif not self.state.move_on():
                return
            else:
                time.sleep(TICK)
            self._thaw()

    def end(self) -> None:
        for name in list(self.workers):
            self._bury(name)

    def _strike(self) -> None:
        if self.struck >= self.setting.blows:
            return
        self.struck += 1
        if self.luck.random() < 0.2:
            self._strike_database()
            return
        awake = sorted(name for name in self.workers.keys() - self.frozen.keys() if self._works(name))
        if not awake:
            return
        name = self.luck.choice(awake)
        blow = self.luck.choices(
            (self._kill, self._freeze, self._freeze_past_lease, self._stop), (6, 3, 1, 2)
        )
        blow[0](name)

    def _strike_database(self) -> None:
        try:
            if self.server is None:
                self.state.lock(self.luck.uniform(0.1, 1.5))
                self.blows.database_locked += 1
            elif self.luck.random() < 0.4:
                self.server.restart()
                self.blows.database_restarts += 1
            else:
                self.blows.connections_killed += self.state.kill_connections()
        except Unavailable:
            pass

    def _kill(self, name: str) -> None:
        """Stopped first, to count what it has on the wire, then killed for good."""
        self.blows.on_the_wire += self._stopped_in_mid_flight(name)
        self._bury(name)
        self.blows.kills += 1
        self._bear()

    def _freeze(self, name: str) -> None:
        self.workers[name].send_signal(signal.SIGSTOP)
        self.frozen[name] = time.monotonic() + self.luck.uniform(0.2, 1)
        self.blows.freezes += 1

    def _freeze_past_lease(self, name: str) -> None:
        """What it has on the wire is taken from it before it wakes."""
        self.blows.on_the_wire += self._stopped_in_mid_flight(name)
        self.frozen[name] = time.monotonic() + LEASE + 1
        self.blows.freezes_past_lease += 1

    def _stopped_in_mid_flight(self, name: str) -> int:
        """How many messages it has on the wire; stopped where it does not hold the database's lock."""
        while True:
            self.workers[name].send_signal(signal.SIGSTOP)
            try:
                return self.state.on_the_wire(name)
            except Unavailable:
                self.workers[name].send_signal(signal.SIGCONT)
                time.sleep(0.01)

    def _thaw(self) -> None:
        for name, wakes in list(self.frozen.items()):
            if time.monotonic() >= wakes:
                self.workers[name].send_signal(signal.SIGCONT)
                del self.frozen[name]

    def _stop(self, name: str) -> None:
        """SIGTERM: it hears what is on the wire, hands the rest back, and leaves nothing in doubt."""
        self.workers[name].terminate()
        self.workers[name].wait(30)
        self._bury(name)
        self.blows.left_by_graceful_stops += self.state.left_on_the_wire(name)
        self.blows.graceful_stops += 1
        self._bear()

    def _bury(self, name: str) -> None:
        with self.workers.pop(name) as process:
            process.kill()

    def _works(self, name: str) -> bool:
        """Whether it has come as far as its first tick, which it says once."""
        said = self.workers[name].stdout
        return bool(select.select([said], [], [], 0)[0])

    def _bear(self) -> None:
        self.born += 1
        name = f"worker-{self.born}"
        url = self.home.url.render_as_string(hide_password=False).replace("+psycopg", "")
        provider, port = self.far_end
        command = [sys.executable, "-m", "tests.chaos.fire.worker", url, provider, str(port), name]
        self.workers[name] = subprocess.Popen(
            [*command, self.setting.policy],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
        )
