"""A worker process: `python -m tests.chaos.fire.worker DATABASE_URL PROVIDER PORT NAME POLICY`.

The real engine with the real provider; only the transport's patience is scaled down, and so its lease.
"""

import logging
import signal
import sys
import threading

import structlog

from app.actions.deliver import Worker
from app.actions.lane import Lane
from app.actions.shift import Shift
from app.mail import Mailer
from app.mail.http import Timeouts as HttpTimeouts
from app.mail.http_url import Account
from app.mail.providers.resend import Resend
from app.mail.providers.smtp import Smtp
from app.mail.smtp_opening import Security, Server
from app.mail.smtp_talk import Timeouts
from app.store import installation, schema
from app.store.database import Database, Unavailable
from tests.chaos.fire.controls import CONTROLS
from tests.chaos.fire.trial import AFTER_IT, UNTIL_LAST_BYTE
from tests.world import compose


def main(url: str, provider: str, port: str, name: str, policy: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    database = Database(url)
    kind = CONTROLS.get(policy, Worker)
    shift = Shift(database, name, hold_uncertain=policy == "hold")
    worker = kind(shift, compose, (Lane(_mailer(provider, port)),))
    stopping = threading.Event()

    def stop(*_: object) -> None:
        stopping.set()
        threading.Thread(target=worker.stop, args=(25,)).start()

    signal.signal(signal.SIGTERM, stop)
    with schema.worker_lock(database):
        while not stopping.is_set() and not _settled(worker):
            stopping.wait(0.1)
        print("at work", flush=True)
        while not stopping.is_set():
            _tick(worker)
            stopping.wait(0.1)


def _mailer(provider: str, port: str) -> Mailer:
    if provider == "resend":
        timeouts = HttpTimeouts(connect=1, write=2, read=AFTER_IT, until_sent=UNTIL_LAST_BYTE)
        return Resend(Account("re_key", endpoint=f"http://127.0.0.1:{port}"), timeouts)
    patience = Timeouts(connect=1, command=0.5, data_end=AFTER_IT)
    return Smtp(Server("127.0.0.1", int(port), Security.CLEAR), patience)


def _settled(worker: Worker) -> bool:
    """On SQLite the lock proves that whoever worked before is dead."""
    try:
        if worker.shift.database.path is not None:
            worker.take_over()
        with worker.shift.database.reading() as session:
            installation.now(session)
    except Unavailable:
        return False
    return True


def _tick(worker: Worker) -> None:
    """As the scheduler does: a tick that fails is written down, and the next one comes."""
    try:
        worker.tick()
    except Exception as error:
        print(f"{worker.name}: {type(error).__name__}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
