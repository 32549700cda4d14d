"""A worker process for the fire: `python -m tests.chaos.fire_worker DATABASE_URL SMTP_PORT NAME POLICY`."""

import signal
import sys
import threading
from urllib.parse import urlsplit

from app.actions.deliver import Worker
from app.actions.send import Lane
from app.mail.providers import smtp
from app.store.database import Database
from tests.world import compose

LEASE = 8.0
"""Seconds: the transport's own lease, scaled down from seventeen minutes."""


def main(url: str, port: str, name: str, policy: str) -> None:
    mailer = smtp.open_mailer(urlsplit(f"smtp://127.0.0.1:{port}?starttls=off"))
    mailer.lease = LEASE
    worker = Worker(Database(url), compose, (Lane(mailer),), name, hold_uncertain=policy == "hold")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    while not stop.is_set():
        try:
            worker.tick()
        except Exception as error:
            print(f"{name}: {type(error).__name__}", file=sys.stderr)
        stop.wait(0.1)
    worker.stop(25)


if __name__ == "__main__":
    main(*sys.argv[1:])
