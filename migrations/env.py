"""Alembic runs on the connection it is handed; from its own command line, on the configured database."""

from alembic import context
from sqlalchemy import Connection

from app.settings import read_settings
from app.store.database import Database
from app.store.tables import metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        user_module_prefix="tables.",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(read_settings().database_url)
    with database.engine.execution_options(writing=True).begin() as connection:
        run(connection)
