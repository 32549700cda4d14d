"""Real bounces: letters go out through a real Postfix, come back, and are read from a real Dovecot.

Ada, Ben, Cleo and Dan sign up. Then Ben's mailbox is gone and two are full; the first lesson goes to all.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from app.actions.deliver import Worker
from app.actions.read_mail import read_mail
from app.core.delivery import Suppressed
from app.core.enrollment import Status
from app.core.feedback import Fate
from app.core.return_path import delivery_of
from app.main import House, build_house, mailbox_of, signer_of
from app.settings import Settings
from app.store import installation, schema
from app.store.database import Database
from tests.actions.telling import fate, kept, suppressed
from tests.judges.dovecot import PASSWORD, running_dovecot
from tests.judges.postfix import BOUNCES, READERS, Postfix, running_postfix
from tests.judges.summon import absent, summon
from tests.mail.dkim_keys import DOMAIN, SELECTORS, ed25519, rsa, verdicts
from tests.world import World

pytestmark = pytest.mark.judge

ADA, BEN, CLEO, DAN = (f"{name}@{READERS}" for name in ("ada", "ben", "cleo", "dan"))
FULL = {"cleo": "552 5.2.2 Your mailbox is full", "dan": "452 4.2.2 Over quota"}

LATELY = datetime.now(UTC) - timedelta(days=3)
"""No letter is signed tomorrow: a judge takes no signature of the future."""


@dataclass
class Town(World):
    """The small world, whose mail goes the way of production."""

    house: House | None = None

    def worker(self, name: str = "worker", **options: object) -> Worker:
        assert self.house is not None
        worker = self.house.worker()
        return replace(worker, shift=replace(worker.shift, now=self.clock))

    def read(self) -> int:
        """The bounce mailbox, as the scheduler reads it; how many mails were new."""
        assert self.house is not None
        mailbox = mailbox_of(self.house.settings)
        assert mailbox is not None
        return mailbox.read(lambda mail: read_mail(self.database, mail, self.clock), most=200)


@dataclass(frozen=True)
class Story:
    town: Town
    postfix: Postfix
    read: int


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    postfix, dovecot = summon("postfix"), summon("dovecot", "dovecot-imapd")
    if os.geteuid() != 0:
        absent("Postfix and Dovecot change to users of their own, which only root lets them; run as root.")
    folder = Path(tempfile.mkdtemp(prefix="kindling-"))  # pytest's own are closed to those users
    folder.chmod(0o755)
    try:
        with (
            running_postfix(postfix, folder) as office,
            running_dovecot(dovecot, folder, office.boxes) as port,
        ):
            story = _told(folder, office, port)
            yield story
            story.town.worker().stop(patience=0)
            story.town.database.close()
    finally:
        shutil.rmtree(folder)


def _told(folder: Path, office: Postfix, port: int) -> Story:
    town = _town(folder, office, port)
    office.knows("ada", "ben", "cleo", "dan")
    for address in (ADA, BEN, CLEO, DAN):
        town.start(address)
    office.mails("dan", 2)
    office.knows("ada", refusals=FULL)
    town.go_to_next()
    office.mails("ada", 3)
    office.mails("bounce", 3)
    return Story(town, office, town.read())


def _town(folder: Path, office: Postfix, port: int) -> Town:
    settings = Settings(
        database_url=f"sqlite:///{folder}/kindling.db",
        secret_key=("k" * 32,),
        mail_url=f"smtp://127.0.0.1:{office.port}?starttls=off",
        mail_from=f"Anna at Harbour <hello@{DOMAIN}>",
        mail_return_path=f"bounce+{{tag}}@{BOUNCES}",
        bounce_mailbox=f"imap://bounce:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/INBOX",
        dkim_key=rsa() + ed25519(),
        dkim_selector=SELECTORS,
    )
    schema.upgrade(Database(settings.database_url))
    house = build_house(settings)
    return Town(house.database, LATELY, challenge=house.challenge, house=house)


def test_every_bounce_was_read(story: Story) -> None:
    assert story.read == 3
    assert story.town.read() == 0


def test_whose_mailbox_is_gone_is_written_to_no_more(story: Story) -> None:
    lesson = story.town.row("lesson", BEN)
    assert fate(story.town, lesson) is Fate.BOUNCED
    assert suppressed(story.town, BEN) is Suppressed.BOUNCED
    assert story.town.course(BEN).status is Status.STALLED


@pytest.mark.parametrize("address", [CLEO, DAN])
def test_whose_mailbox_is_full_goes_on(story: Story, address: str) -> None:
    assert fate(story.town, story.town.row("lesson", address)) is Fate.SOFT
    assert suppressed(story.town, address) is None
    assert story.town.course(address).status is Status.ACTIVE


def test_who_got_it_is_left_alone(story: Story) -> None:
    assert fate(story.town, story.town.row("lesson", ADA)) is None
    assert story.town.course(ADA).status is Status.ACTIVE


@pytest.mark.parametrize("address", [ADA, BEN, CLEO, DAN])
def test_what_came_before_bounced_for_nobody(story: Story, address: str) -> None:
    assert fate(story.town, story.town.row("welcome", address)) is None
    kept(story.town)


def test_the_way_back_names_the_delivery(story: Story) -> None:
    *_, lesson = story.postfix.mails("ada", 3)
    path = lesson.partition(b"\n")[0].decode()
    with story.town.database.reading() as session:
        key = installation.read(session).key
    assert path.startswith("Return-Path: <bounce+")
    assert delivery_of(path, key) == story.town.row("lesson", ADA).id


def test_both_signatures_are_good_on_arrival(story: Story) -> None:
    assert story.town.house is not None
    signer = signer_of(story.town.house.settings)
    assert signer is not None
    for mail in story.postfix.mails("ada", 3):
        arrived = mail.replace(b"\n", b"\r\n")
        assert verdicts(arrived, signer) == [True, True]
