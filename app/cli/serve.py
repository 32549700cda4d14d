"""Run it: serve, web, worker, migrate."""

import os
import signal
import subprocess
import sys
import threading
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from app.main import House, build_house, site, working
from app.settings import Settings, read_settings
from app.store import schema
from app.store.database import Database

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]

SCHEMA_EVERY = 2.0


def add_to(app: typer.Typer) -> None:
    for command in (serve, web, worker, migrate):
        app.command()(command)


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Web and worker in one process."""
    house = _migrated(read_settings(base_url=f"http://{host}:{port}"))
    with working(house) as one:
        _listen(site(house, one), house, host, port)


def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """The doors only; workers run elsewhere."""
    house = _migrated(read_settings(base_url=f"http://{host}:{port}"))
    _listen(site(house), house, host, port)


def worker() -> None:
    """Deliver only: as many sending processes as KINDLING_WORKERS says."""
    settings = read_settings()
    stop = _stop_signal()
    others = [_another_worker() for _ in range(1, settings.workers)]
    _wait_for_schema(settings, stop)
    try:
        if not stop.is_set():
            with working(build_house(settings)):
                stop.wait()
    finally:
        for other in others:
            other.terminate()
        for other in others:
            other.wait()


def migrate() -> None:
    """Bring the database to this version."""
    schema.upgrade(Database(read_settings().database_url))
    typer.echo("The database is up to date.")


def _migrated(settings: Settings) -> House:
    schema.upgrade(Database(settings.database_url))
    return build_house(settings)


def _listen(app: FastAPI, house: House, host: str, port: int) -> None:
    typer.echo(f"{house.brand.name} listens on http://{host}:{port}", err=True)
    if house.settings.captures:
        typer.echo(f"Mail is kept in the development inbox: {house.settings.base_url}/inbox", err=True)
    _stop_signal()  # uvicorn hands the signal on when it has closed; the worker still has letters to hear of
    uvicorn.run(
        app, host=host, port=port, access_log=False, log_level="warning", proxy_headers=False,
        server_header=False, timeout_graceful_shutdown=10,
    )  # fmt: skip


def _stop_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _another_worker() -> "subprocess.Popen[bytes]":
    alone = {**os.environ, "KINDLING_WORKERS": "1"}
    return subprocess.Popen([sys.executable, "-m", "app", "worker"], env=alone)


def _wait_for_schema(settings: Settings, stop: threading.Event) -> None:
    """The web process migrates; a worker waits for it, and accepts a newer schema than its own."""
    database = Database(settings.database_url)
    while not schema.fit(database) and not stop.wait(SCHEMA_EVERY):
        pass
