"""The real service: a process of its own in a folder of its own, with its mail captured."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0

Rows = dict[str, list[tuple[object, ...]]]


class Service:
    """`process` is ours to stop, and only ours; the database and the mail are under `folder`/var."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Up and able to work when this returns."""
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=_environment(), stdin=subprocess.DEVNULL, stderr=log, stdout=log
            )
        give_up = time.monotonic() + PATIENCE
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"The service did not start:\n{self.log()}")
            time.sleep(0.05)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(PATIENCE)

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def sign_up(self, address: str, **fields: str) -> None:
        """Through the door for programs, which asks for no form."""
        answer = httpx.post(f"{self.url}/api/subscribers", json={"email": address, **fields})
        assert answer.status_code == 202, answer.text

    def letters(self) -> list[EmailMessage]:
        """Every captured mail, oldest first."""
        files = sorted((self.folder / "var" / "inbox").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def rows(self) -> Rows:
        """Everything that is kept, but for the heartbeat of the installation itself."""
        database = f"file:{self.folder}/var/kindling.db?mode=ro"
        with closing(sqlite3.connect(database, uri=True)) as connection:
            named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            tables = [name for (name,) in named if name != "installation"]
            return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz").status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def running_service(folder: Path) -> Iterator[Service]:
    service = Service(folder)
    try:
        service.start()
        yield service
    finally:
        service.stop()
    assert not re.search("Traceback|job failed|unexpected", service.log()), service.log()


def addresses(letter: EmailMessage) -> set[str]:
    """Every http address in the parts and headers of a mail, as a scanner finds them."""
    bodies = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
    texts = [*bodies, letter.get("List-Unsubscribe", "")]
    return {found for text in texts for found in re.findall(r"https?://[^\s\"'<>()]+", text)}


def _environment() -> dict[str, str]:
    """Ours, without the settings of whoever runs the tests."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KINDLING_") and k != "DATABASE_URL"}
    return kept | {"PYTHONPATH": str(ROOT)}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
