"""PostgreSQL in trouble: read-only, full, deadlocked, cut off. Nothing is lost and nothing doubled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.core.delivery import State
from app.store import enrollments
from app.store.database import Database, Unavailable
from app.store.enrollments import Lock
from tests.actions.test_deliver import NINE, due_lesson
from tests.chaos.conftest import NewPost
from tests.chaos.far_end import Hold, beside, somebody_waits
from tests.chaos.test_nth_call import Fault, balanced, live, statements
from tests.postgresql import Server
from tests.proof import FULL
from tests.web.conftest import make_site
from tests.world import ADA, BEN, World

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

READ_ONLY = "ALTER DATABASE {name} SET default_transaction_read_only = {on}"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
GUEST = "CREATE ROLE guest LOGIN CONNECTION LIMIT 0 IN ROLE pg_read_all_data, pg_write_all_data"


def name_of(database: Database) -> str:
    return database.url.database or ""


@contextmanager
def read_only(server: Server, database: Database) -> Iterator[None]:
    """As after a failover to a standby: whoever is connected is cut off, and nothing can be written."""
    for on in ("on", "off"):
        server.execute(READ_ONLY.format(name=name_of(database), on=on))
        server.execute(CUT.format(name=name_of(database)))
        if on == "on":
            yield


def test_a_read_only_server_sends_nothing_and_recovers_alone(world: World, postgresql: Server) -> None:
    due_lesson(world)
    with read_only(postgresql, world.database), pytest.raises(Unavailable):
        world.worker().tick()
    world.worker().tick()
    assert world.subjects()[2:] == ["lesson 1"]


def test_a_read_only_server_is_a_503_at_the_door(database: Database, postgresql: Server) -> None:
    site = make_site(database)
    with read_only(postgresql, database):
        assert site.sign_up().status_code == 503
        assert site.client.get("/privacy").status_code == 200
    assert site.sign_up().status_code == 303


def test_a_server_that_lets_nobody_in_sends_nothing_and_recovers_alone(
    world: World, postgresql: Server
) -> None:
    due_lesson(world)
    postgresql.execute(GUEST)
    guest = world.database.url.set(username="guest")
    worker = world.worker()
    database = Database(guest.render_as_string())
    worker.shift = replace(worker.shift, database=database)
    with pytest.raises(Unavailable, match="too many connections"):
        worker.tick()
    postgresql.execute("ALTER ROLE guest CONNECTION LIMIT 9")
    worker.tick()
    database.close()
    assert world.subjects()[2:] == ["lesson 1"]


def test_without_a_free_connection_the_door_says_503(database: Database) -> None:
    site = make_site(database)
    pool = database.engine.pool
    pool._timeout = 0.05  # type: ignore[attr-defined]
    form = {"email": ADA, "token": site.token()}
    taken = [pool.connect() for _ in range(15)]
    assert site.client.post("/signup", data=form).status_code == 503
    for one in taken:
        one.close()
    assert site.client.post("/signup", data=form).status_code == 303


def test_a_record_that_dies_in_a_ring_of_waits_is_made_again(
    world: World, postgresql: Server, new_post: NewPost
) -> None:
    """Somebody holds Ben and wants Ada; the worker holds Ada, wants Ben, and is the one to give way."""
    ada, ben = world.start(ADA).id, world.start(BEN).id
    postgresql.execute(f"ALTER DATABASE {name_of(world.database)} SET deadlock_timeout = '300ms'")
    world.now, post, holding = NINE, new_post(), Hold()
    post.far.width = 2

    def hold_ben_and_want_ada() -> None:
        with world.database.writing() as session:
            enrollments.get(session, ben, Lock.UPDATE)
            holding.stop()
            enrollments.get(session, ada, Lock.UPDATE)

    with post.tick(post.far):
        assert post.far.reached()
        with beside(hold_ben_and_want_ada):
            assert holding.reached()
            post.far.let_go()
            assert somebody_waits(world.database)
            holding.let_go()
    assert post.lessons() == ["lesson 1", "lesson 1"]
    assert {world.state("lesson", one) for one in (ADA, BEN)} == {State.SENT}


def test_a_transaction_that_stays_open_for_hours_holds_nobody_up(world: World) -> None:
    due_lesson(world)
    with world.database.engine.connect() as idle:
        idle.execute(text("SELECT count(*) FROM deliveries"))
        world.worker().tick()
        assert world.state("lesson:1:1") is State.SENT


class Cut(Fault):
    """Counts statements; before the n-th the server ends every connection."""

    def __init__(self, nth: int, server: Server, database: Database) -> None:
        super().__init__(nth)
        self.cut = lambda: server.execute(CUT.format(name=name_of(database)))

    def __call__(self) -> None:
        self.seen += 1
        if self.seen == self.nth:
            self.cut()


@pytest.mark.parametrize("nth", range(20, 400, 1 if FULL else 95))
def test_connections_may_be_cut_before_any_statement(world: World, postgresql: Server, nth: int) -> None:
    with statements(world.database, Cut(nth, postgresql, world.database), "before"):
        live(world)
    balanced(world)
