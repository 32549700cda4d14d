"""Builds the house: settings → database → mailer → web and scheduler. Only the command line imports it."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy.orm import Session

from app.actions import settle_in
from app.actions.deliver import Worker
from app.actions.lane import Lane
from app.actions.shift import Shift
from app.compose import words
from app.compose.letters import Composer
from app.core.brand import Brand
from app.core.challenge import Challenge
from app.core.links import KeyRing
from app.core.message import Address, Sender
from app.curriculum.reader import read_challenges
from app.errors import CourseError, InstallationError, SettingsError
from app.mail import Mailer, open_mailer
from app.mail.contract import Carrier, Hearing
from app.mail.dkim import Signer
from app.mail.dkim_key import read_domain, read_keys
from app.mail.mailbox import Mailbox, read_place
from app.mail.providers.capture import Capture, Inbox
from app.scheduler import Scheduler
from app.settings import Settings, WhenUncertain, read_brand
from app.store import installation, schema
from app.store.database import Database
from app.store.place import fingerprint
from app.web.front import Front
from app.web.site import build_site

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class House:
    """Everything that is built once and handed down."""

    settings: Settings
    database: Database
    brand: Brand
    challenge: Challenge
    ring: KeyRing
    mailers: tuple[Mailer, ...]
    composer: Composer

    def worker(self) -> Worker:
        name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        return Worker(
            shift=Shift(
                self.database, name, hold_uncertain=self.settings.when_uncertain is WhenUncertain.HOLD
            ),
            compose=self.composer.compose,
            lanes=tuple(Lane(mailer, self.settings.mail_rate) for mailer in self.mailers),
        )

    def front(self, worker: Worker | None = None) -> Front:
        """What the doors are given; with a captured mail also the development inbox."""
        first = self.mailers[0]
        return Front(
            database=self.database,
            challenge=self.challenge,
            ring=self.ring,
            brand=self.brand,
            base_url=self.settings.base_url,
            sender=self.settings.sender,
            keep_days=self.settings.keep.days,
            production=self.settings.production,
            mailer=first,
            hearing={one.name: one for one in self.mailers if isinstance(one, Hearing)},
            webhook_secret=self.settings.webhook_secret,
            proxies=self.settings.proxies,
            expected=self.settings.expected,
            worker=worker,
            inbox=Inbox(first.folder) if isinstance(first, Capture) else None,
            warm_up=self.settings.warm_up,
        )


def build_house(settings: Settings) -> House:
    """The house on a migrated database."""
    database = Database(settings.database_url)
    if not schema.fit(database):
        raise InstallationError("The database is not migrated yet; run: kindling migrate")
    with database.writing() as session:
        key = installation.read(session).key
    made = composer(settings, key)
    challenge = made.challenges[settings.challenge]
    return House(settings, database, made.brand, challenge, made.ring, mailers_of(settings), made)


def mailers_of(settings: Settings) -> tuple[Mailer, ...]:
    """The provider and its standbys; whoever carries our very octets signs them, if there are keys."""
    mailers = tuple(open_mailer(url.strip()) for url in settings.mail_url.split(","))
    for number, one in enumerate(mailers):
        one.width = settings.connections or one.width
        before = [earlier.name for earlier in mailers[:number]]
        one.name += f"-{number + 1}" if one.name in before else ""
    carriers = [one for one in mailers if isinstance(one, Carrier)]
    if (signer := signer_of(settings)) is not None:
        if not carriers:
            raise SettingsError(
                f"KINDLING_DKIM_KEY is for smtp:// only: {mailers[0].name} signs by itself. Leave it out."
            )
        for one in carriers:
            one.as_bytes = signer.as_bytes
    return mailers


def signer_of(settings: Settings) -> Signer | None:
    if not settings.dkim_key:
        return None
    domain = read_domain(settings.dkim_domain, sender_of(settings).address.domain)
    return Signer(domain, read_keys(settings.dkim_key, settings.dkim_selector))


def composer(settings: Settings, key: bytes) -> Composer:
    """What sets letters, for every challenge under lessons/; `key` makes their Message-IDs."""
    challenges = read_challenges(ROOT / "lessons", words.heading)
    if settings.challenge not in challenges:
        known = ", ".join(sorted(challenges))
        raise CourseError(
            f"There is no folder lessons/{settings.challenge}; KINDLING_CHALLENGE can be: {known}."
        )
    return Composer(
        challenges=challenges,
        brand=read_brand(settings),
        sender=sender_of(settings),
        base_url=settings.base_url,
        ring=key_ring(settings),
        key=key,
        bounces=settings.mail_return_path,
    )


def sender_of(settings: Settings) -> Sender:
    """From and Reply-To, as addresses."""
    name, address = parseaddr(settings.sender)
    reply_name, reply = parseaddr(settings.mail_reply_to)
    return Sender(Address(address, name), Address(reply, reply_name) if reply else None)


def key_ring(settings: Settings) -> KeyRing:
    """The configured keys; in development one that is made once and kept under var/."""
    if settings.secret_key:
        return KeyRing(tuple(key.encode() for key in settings.secret_key))
    path = Path("var/secret.key")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return KeyRing((path.read_bytes().strip(),))


def place_of(settings: Settings, database: Database, session: Session) -> str:
    """Where this installation lives; in development the port may change."""
    return fingerprint(database, session, settings.base_url if settings.production else "development")


def mailbox_of(settings: Settings) -> Mailbox | None:
    return Mailbox(read_place(settings.bounce_mailbox)) if settings.bounce_mailbox else None


@contextmanager
def working(house: House) -> Iterator[Worker]:
    """A worker with its drum, for as long as the block lasts."""
    with schema.worker_lock(house.database):
        worker = house.worker()
        if house.database.path is not None:
            worker.take_over()
        with house.database.writing() as session:
            settle_in.know_place(session, place_of(house.settings, house.database, session))
            settle_in.know_zones(session, version("tzdata"), installation.now(session))
        scheduler = Scheduler(house.database, worker, house.settings.keep, mailbox_of(house.settings))
        scheduler.start()
        try:
            yield worker
        finally:
            scheduler.stop()


def site(house: House, worker: Worker | None = None) -> FastAPI:
    """The site; of a process that also works, if `worker` is given."""
    return build_site(house.front(worker or _button(house)))


def _button(house: House) -> Worker | None:
    """Where workers run elsewhere, the inbox's "next day" may deliver too; SQLite serves only one."""
    return house.worker() if house.settings.captures and house.database.path is None else None
