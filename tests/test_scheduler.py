"""The drum beats on, whatever the wall clock does, and whatever the bounce mailbox does."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.actions.hold import hold
from app.core.delivery import Delivery, Suppressed
from app.core.return_path import return_path
from app.mail.mailbox import Mailbox, Place
from app.scheduler import Beat, Scheduler, read_again_after
from app.store import installation
from tests.actions.telling import said, suppressed
from tests.mail.bouncing import PATTERN, report
from tests.mail.scripted_imap import Act, ScriptedMailbox
from tests.patience import soon
from tests.world import ADA, World

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_jump_of_ten_years_is_one_beat() -> None:
    beat = Beat(seconds=5, timezone=UTC)
    assert beat.get_next_fire_time(NOW - timedelta(days=3650), NOW) == NOW + timedelta(seconds=5)


def test_a_step_back_waits_no_longer_than_a_beat() -> None:
    beat = Beat(seconds=5, timezone=UTC)
    assert beat.get_next_fire_time(NOW + timedelta(hours=1), NOW) == NOW + timedelta(seconds=5)


GONE = f"Final-Recipient: rfc822; {ADA} / Action: failed / Status: 5.1.1"


@pytest.fixture
def server(world: World) -> Iterator[ScriptedMailbox]:
    """A bounce of Ada's first letter has come, today: whoever has not confirmed for days is forgotten."""
    world.mailer.name = "smtp"
    world.now = datetime.now(UTC)
    world.sign_up()
    world.worker().tick()
    with ScriptedMailbox([bounce_of(world, world.row("confirm"))]) as scripted:
        yield scripted


def bounce_of(world: World, delivery: Delivery) -> bytes:
    with world.database.reading() as session:
        return report(GONE, to=return_path(PATTERN, installation.read(session).key, delivery.id))


@pytest.fixture
def scheduler(world: World, server: ScriptedMailbox) -> Scheduler:
    there = Place("127.0.0.1", server.port, encrypted=False, folder="INBOX", user="ada", password="s3cret")
    return Scheduler(world.database, world.worker(), timedelta(days=365), Mailbox(there, patience=0.2))


def read(scheduler: Scheduler) -> bool:
    assert scheduler.mailbox is not None
    return scheduler._read_new(scheduler.mailbox)


def stop(scheduler: Scheduler) -> None:
    """Nobody is left who could ask the database."""
    scheduler.stop()
    for one in threading.enumerate():
        if one.name in ("mailbox", "watchdog") or one.name.startswith("ThreadPoolExecutor"):
            one.join(5)


def test_a_worker_reads_the_bounce_mailbox(
    world: World, server: ScriptedMailbox, scheduler: Scheduler
) -> None:
    scheduler.start()
    assert soon(lambda: server.seen == {1})
    stop(scheduler)
    assert suppressed(world) is Suppressed.BOUNCED


def test_a_silent_mail_server_does_not_delay_the_end(server: ScriptedMailbox, scheduler: Scheduler) -> None:
    server.at("GREETING", *[Act.HANG] * 9)
    scheduler.start()
    assert soon(lambda: bool(server.connections))
    stop(scheduler)
    assert not scheduler.worker.busy


def test_a_held_copy_takes_no_bounces(world: World, server: ScriptedMailbox, scheduler: Scheduler) -> None:
    world.do_plain(hold)
    assert read(scheduler)
    assert server.connections == 0


def test_trouble_with_the_mailbox_is_one_line_without_a_secret(
    server: ScriptedMailbox, scheduler: Scheduler
) -> None:
    server.at("AUTHENTICATE", "NO wrong password")
    with said() as lines:
        assert not read(scheduler)
    assert [one["event"] for one in lines] == ["bounce mailbox not read"]
    assert "s3cret" not in str(lines)


def test_trouble_with_the_database_leaves_the_mail_where_it_is(
    world: World, server: ScriptedMailbox, scheduler: Scheduler
) -> None:
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE feedback RENAME TO away")
    assert not read(scheduler)
    assert server.seen == set()
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO feedback")
    assert read(scheduler)
    assert suppressed(world) is Suppressed.BOUNCED


def test_what_was_read_is_logged_without_an_address(scheduler: Scheduler) -> None:
    with said() as lines:
        assert read(scheduler)
    assert any("bounced" in str(one.get("said")) for one in lines)
    assert ADA not in str(lines)


def test_a_mailbox_that_cannot_be_read_is_asked_less_and_less() -> None:
    waits = [0.0]
    for _ in range(6):
        waits.append(read_again_after(waits[-1], good=False))
    assert waits == [0, 60, 120, 240, 480, 900, 900]
    assert read_again_after(900, good=True) == 60
