"""rspamd as a process of our own: its settings, data and socket in one folder, its questions to our DNS."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

SETTINGS = {
    "worker-normal.inc": 'bind_socket = "{folder}/socket"; count = 1;',
    "worker-controller.inc": "enabled = false;",
    "worker-proxy.inc": "enabled = false;",
    "logging.inc": 'type = "console"; level = "warning";',
    "options.inc": """
        dns {{ nameserver = ["127.0.0.1:{port}:1"]; timeout = 5s; }}
        task_timeout = 60s;
        disable_hyperscan = true;
    """,
}
FOLDERS = ("DBDIR", "LOGDIR", "RUNDIR", "LOCAL_CONFDIR")
PATIENCE = 90.0


@contextmanager
def running_rspamd(program: str, folder: Path, port: int) -> Iterator[httpx.Client]:
    """Who reads mail at `/checkv2`; `port` is that of the DNS on this machine, the only one it asks."""
    (folder / "override.d").mkdir()
    for file, text in SETTINGS.items():
        (folder / "override.d" / file).write_text(text.format(folder=folder, port=port))
    command = [program, "--no-fork", "--insecure", "--config", "/etc/rspamd/rspamd.conf"]
    command += [f"--var={name}={folder}" for name in FOLDERS]
    with (folder / "said").open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        try:
            _wait_for(folder / "socket", process)
            transport = httpx.HTTPTransport(uds=str(folder / "socket"))
            with httpx.Client(transport=transport, base_url="http://rspamd", timeout=PATIENCE) as client:
                yield client
        finally:
            process.terminate()


def _wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    """Until it listens; a first answer comes when all its rules are read."""
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"rspamd did not start: {(path.parent / 'said').read_text()[-2000:]}")
