"""The schema: migrated under a lock, without drift, and refused when it cannot be worked with."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from app.errors import InstallationError
from app.store import installation, schema
from app.store.database import Database
from app.store.tables import metadata
from tests.world import World


def test_the_migrations_make_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_keeps_the_key(database: Database) -> None:
    with database.reading() as session:
        before = installation.read(session).key
    schema.upgrade(database)
    with database.reading() as session:
        assert installation.read(session).key == before


UNDONE = {
    "0004": ("DROP INDEX ix_subscribers_held", "ALTER TABLE subscribers DROP COLUMN held"),
    "0003": (
        "DROP INDEX ix_deliveries_uncertain",
        "ALTER TABLE providers DROP COLUMN in_vain",
        "ALTER TABLE providers DROP COLUMN in_vain_at",
        "ALTER TABLE domains DROP COLUMN refused_by",
    ),
    "0002": (
        "DROP INDEX ix_deliveries_sent",
        "DROP INDEX ix_deliveries_provider_id",
        "DROP TABLE feedback",
    ),
}
"""What takes a database back to each revision, the newest first."""


@pytest.mark.parametrize("revision", UNDONE)
def test_a_database_with_people_in_it_is_migrated(world: World, revision: str) -> None:
    world.start()
    with world.database.engine.execution_options(writing=True).begin() as connection:
        for back, statements in UNDONE.items():
            for statement in statements if back >= revision else ():
                connection.execute(text(statement))
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
    schema.upgrade(world.database)
    with world.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    world.go_to_next()
    assert world.subjects() == ["confirm", "welcome", "lesson 1"]


def test_processes_that_start_together_migrate_one_after_the_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/fresh.db"
    failures: list[BaseException] = []

    def migrate() -> None:
        try:
            schema.upgrade(Database(url))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert schema.fit(Database(url))


def test_an_empty_database_is_not_fit(tmp_path: Path) -> None:
    assert not schema.fit(Database(f"sqlite:///{tmp_path}/empty.db"))


def test_a_newer_schema_is_worked_with_but_not_migrated(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert schema.fit(database)
    with pytest.raises(InstallationError, match="newer"):
        schema.upgrade(database)


def test_sqlite_serves_one_worker(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with (
        schema.worker_lock(database),
        pytest.raises(InstallationError, match="Another Kindling worker"),
        schema.worker_lock(database),
    ):
        pass


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense", "postgres"])
def test_a_database_address_that_cannot_work_is_refused(url: str) -> None:
    with pytest.raises(InstallationError, match=r"KINDLING_DATABASE_URL|memory"):
        Database(url)
