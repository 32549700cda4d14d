"""All clock work on one page. APScheduler only beats the drum; who is due is a column in the database."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from app import clock
from app.actions.deliver import Worker
from app.actions.forget import prune
from app.actions.read_mail import read_mail
from app.errors import MailerError
from app.mail.mailbox import Mailbox
from app.store import installation
from app.store.database import Database, Unavailable

log = structlog.get_logger()

DELIVER_EVERY = 5
PATIENCE = 25.0
MISSED = 3
PRUNE_EVERY = 3600.0
READ_EVERY, READ_AGAIN_WITHIN = 60.0, 900.0
READ_MOST = 200


class Beat(IntervalTrigger):  # type: ignore[misc]
    """The next beat counts from now: APScheduler lists every beat that a jump of the clock passed over."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now + self.interval  # type: ignore[no-any-return]


def read_again_after(waited: float, *, good: bool) -> float:
    """Seconds until the bounce mailbox is read again; longer each time that it could not be."""
    return READ_EVERY if good else min(max(2 * waited, READ_EVERY), READ_AGAIN_WITHIN)


class Scheduler:
    """The drum of one worker process."""

    def __init__(
        self, database: Database, worker: Worker, keep: timedelta, mailbox: Mailbox | None = None
    ) -> None:
        self.database = database
        self.worker = worker
        self.keep = keep
        self.mailbox = mailbox
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._heard = clock.monotonic()
        self._pruned = -PRUNE_EVERY
        self._ended = threading.Event()
        self._drum = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
        self._every(DELIVER_EVERY, self._deliver)

    def start(self) -> None:
        self._drum.start()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        if self.mailbox is not None:
            threading.Thread(target=self._read, args=[self.mailbox], name="mailbox", daemon=True).start()
        log.info("worker started", worker=self.worker.name)

    def stop(self) -> None:
        """No new intent; the running tick has 25 seconds to hear its replies."""
        try:
            if in_doubt := self.worker.stop(PATIENCE):
                log.warning("stopped with messages on the wire", worker=self.worker.name, in_doubt=in_doubt)
        except Unavailable:
            log.warning("stopped without the database, left to the reaper", worker=self.worker.name)
        self._ended.set()
        self._drum.shutdown(wait=False)

    def _every(self, seconds: int, job: Callable[[], None]) -> None:
        def careful() -> None:
            try:
                job()
            except Exception:
                log.exception("job failed", job=job.__name__.strip("_"))

        self._drum.add_job(careful, Beat(seconds=seconds, timezone=UTC), next_run_time=datetime.now(UTC))

    def _watch(self) -> None:
        """APScheduler gives no beat while the wall clock runs behind; this goes by another clock."""
        while not self._ended.wait(DELIVER_EVERY):
            if clock.monotonic() - self._heard > MISSED * DELIVER_EVERY and not self.worker.busy:
                log.warning("beat missed, jobs armed afresh")
                self._heard = clock.monotonic()
                for job in self._drum.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))

    def _deliver(self) -> None:
        self._heard = clock.monotonic()
        accepted = self.worker.tick()
        if accepted:
            log.info("tick", accepted=accepted)

        if clock.monotonic() - self._pruned >= PRUNE_EVERY:
            self._pruned = clock.monotonic()
            self._prune()

    def _prune(self) -> None:
        """Only after a tick has looked at the clock: one that jumped must not make anybody old."""
        with self.database.writing() as session:
            if installation.read(session).held:
                return
            forgotten = prune(session, self.keep, installation.now(session))
        log.info("pruned", unconfirmed=forgotten.unconfirmed, ended=forgotten.ended)

    def _read(self, mailbox: Mailbox) -> None:
        """Bounces, in a thread of its own: a silent mail server delays neither the tick nor the end."""
        wait = 0.0
        while not self._ended.wait(wait):
            wait = read_again_after(wait, good=self._read_new(mailbox))

    def _read_new(self, mailbox: Mailbox) -> bool:
        """Whether it could be read. Not while all is held: a copy must not take the bounces of who speaks."""
        try:
            with self.database.reading() as session:
                held = installation.read(session).held
            if not held:
                mailbox.read(self._take, READ_MOST)
        except Exception as fault:
            # Of all but the mailbox's own trouble only the kind is told: its words may be of a mail.
            why = str(fault) if isinstance(fault, MailerError) else type(fault).__name__
            log.warning("bounce mailbox not read", why=why)
            return False
        return True

    def _take(self, mail: bytes) -> None:
        log.info("bounce mailbox", said=read_mail(self.database, mail))
