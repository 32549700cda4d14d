"""What an idle tick costs: nothing that grows with the people. The index of doubts holds doubts only."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from tests.world import World

MANY = """
    INSERT INTO deliveries (occasion, kind, priority, state, subscriber_id, enrollment_id, address, domain,
                            epoch, day, due_at, facts, created_at)
    WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 5000)
    SELECT 'x:' || n, 'lesson', 1, 'scheduled', subscriber_id, enrollment_id, address, domain,
           0, 1, :due, '{}', created_at
    FROM deliveries, many WHERE occasion = 'confirm:1:1'
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_idle_tick_reads_only_what_is_leased_doubted_or_due(world: World) -> None:
    world.sign_up()
    world.worker().tick()
    due = (world.now + timedelta(days=1)).replace(tzinfo=None).isoformat(" ", "microseconds")
    with world.database.writing() as session:
        session.execute(text(MANY), {"due": due})
    said: list[tuple[str, object]] = []
    event.listen(world.database.engine, "before_cursor_execute", lambda *call: said.append(call[2:4]))
    world.worker().tick()
    steps = [step for sql, values in list(said) if "deliveries" in sql for step in plan(world, sql, values)]
    read_whole = [step for step in steps if step.startswith("SCAN deliveries")]
    assert len(steps) >= 5
    assert set(read_whole) <= {"SCAN deliveries USING INDEX ix_deliveries_uncertain"}


def plan(world: World, sql: str, values: object) -> list[str]:
    with world.database.reading() as session:
        connection = session.connection().connection.dbapi_connection
        assert connection is not None
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]  # type: ignore[attr-defined]
