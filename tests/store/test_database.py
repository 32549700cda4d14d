"""Two databases that behave as one: UTC in and out, writers in line, nothing half written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from app.store import installation
from app.store.database import Database, clock
from app.store.tables import installation as table

NOON = datetime(2026, 11, 23, 12, 30, 15, 250_000, tzinfo=UTC)


def test_instants_come_back_as_they_went_in(database: Database) -> None:
    with database.writing() as session:
        installation.beat(session, NOON.astimezone(timezone(timedelta(hours=9))))
    with database.reading() as session:
        assert installation.read(session).beat_at == NOON


def test_a_naive_instant_is_refused(database: Database) -> None:
    with database.writing() as session, pytest.raises((StatementError, ValueError), match="naive"):
        installation.beat(session, NOON.replace(tzinfo=None))


def test_what_raises_is_rolled_back_as_a_whole(database: Database) -> None:
    def beat_and_break() -> None:
        with database.writing() as session:
            installation.beat(session, NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        beat_and_break()
    with database.reading() as session:
        assert installation.read(session).beat_at is None


def test_the_clock_is_the_databases_own_and_utc(database: Database) -> None:
    with database.reading() as session:
        assert abs(clock(session) - datetime.now(UTC)) < timedelta(minutes=5)


def test_development_time_moves_forward_and_never_back(database: Database) -> None:
    with database.writing() as session:
        later = installation.now(session) + timedelta(days=3)
        installation.move_clock(session, later)
        installation.move_clock(session, later - timedelta(days=2))
    with database.reading() as session:
        assert timedelta(0) <= installation.now(session) - later < timedelta(minutes=1)


def test_a_writer_sees_what_the_writer_before_it_wrote(database: Database) -> None:
    with database.writing() as first:
        first.execute(table.update().values(clock_offset=5))
    with database.writing() as second:
        assert second.execute(table.select()).one().clock_offset == 5
