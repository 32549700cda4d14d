"""Between intent and wire: no message is left lying there, over SMTP or HTTP, however slow the relay."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core.delivery import State
from app.mail.http_url import Account
from app.mail.providers.resend import Resend
from app.mail.providers.smtp import Smtp
from app.mail.smtp_opening import Security, Server
from app.mail.smtp_talk import Timeouts
from tests.actions.test_engine import SEVEN, crowd
from tests.mail.scripted import Act, ScriptedServer
from tests.mail.scripted_http import ScriptedHttp
from tests.patience import soon
from tests.world import World

FAST = 500
"""Seconds of the world in one of ours: 60 s for a command are 0.12, 600 s after the dot are 1.2."""
SCALED = Timeouts(connect=10 / FAST, command=60 / FAST, data_end=600 / FAST, farewell=0.1, lull=0.02)
EIGHT_HOURS = 8 * 3600.0

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class OneAtATime(ScriptedServer):
    """Lets in one connection, as a relay with a limit does; `before` is done before its answer to a dot."""

    inside = 0

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.before = before

    def step(self, phase: str) -> Any:
        if phase == "CONNECT":
            self.inside += 1
            return "220 ready" if self.inside == 1 else "421 4.7.0 too many connections"
        if phase == "DOT":
            self.before()
        return super().step(phase)


def relay(port: int, timeouts: Timeouts, **options: Any) -> Smtp:
    return Smtp(Server("127.0.0.1", port, Security.CLEAR), timeouts, width=10, **options)


def patient(port: int) -> Smtp:
    """Its lease is in seconds of the world."""
    mailer = relay(port, SCALED)
    mailer.lease *= FAST
    return mailer


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_behind_a_slow_relay_with_one_connection_nobody_gets_it_twice(world: World) -> None:
    """Every answer to a dot takes 500 of the 600 seconds that are allowed: nothing is ever unknown."""
    crowd(world, 5)
    started = time.monotonic()
    world.clock = lambda _: SEVEN + timedelta(seconds=FAST * (time.monotonic() - started))  # type: ignore[method-assign]
    with OneAtATime(lambda: time.sleep(500 / FAST)) as slow, ScriptedServer() as quick:
        world.mailer = patient(slow.port)  # type: ignore[assignment]
        first = world.worker("first")
        world.mailer = patient(quick.port)  # type: ignore[assignment]
        second = world.worker("second")
        at_work = threading.Thread(target=first.tick)
        at_work.start()
        time.sleep(0.3)
        while at_work.is_alive():
            second.tick()
            time.sleep(0.02)
        for worker in (first, second):
            worker.stop(0)
        arrived = [one.recipient for one in (*slow.accepted, *quick.accepted)]
    assert sorted(arrived) == [f"person{n}@domain{n}.org" for n in range(5)]


@SQLITE
def test_after_a_night_of_sleep_over_smtp_nothing_goes_that_was_intended_before(world: World) -> None:
    """The machine sleeps amid a group; what has not begun by then was too late in the morning anyway."""
    crowd(world, 3)
    boottime = [0.0]

    def sleep() -> None:
        boottime[0] += EIGHT_HOURS
        world.now += timedelta(hours=8)

    with OneAtATime(sleep) as server:
        mailer = relay(server.port, Timeouts(lull=60), clock=lambda: boottime[0])
        world.mailer = mailer  # type: ignore[assignment]
        world.worker(clock=lambda: boottime[0]).tick()
        mailer.close()
    assert [one.recipient for one in server.accepted] == ["person0@domain0.org"]


@SQLITE
def test_after_a_night_of_sleep_over_http_nothing_goes_that_was_intended_before(world: World) -> None:
    crowd(world, 4)
    boottime, asked = [0.0], [0]

    def clock() -> float:
        """The machine sleeps when the second message is asked for."""
        if threading.current_thread() is threading.main_thread():
            asked[0] += 1
            if asked[0] == 2:
                boottime[0] += EIGHT_HOURS
                world.now += timedelta(hours=8)
        return boottime[0]

    with ScriptedHttp() as server:
        mailer = Resend(Account("key", endpoint=server.url), clock=clock)
        world.mailer = mailer  # type: ignore[assignment]
        world.worker(clock=lambda: boottime[0]).tick()
        mailer.close()
    assert len(server.accepted) <= 1


@SQLITE
def test_what_was_answered_is_recorded_before_the_next_is_on_the_wire(world: World) -> None:
    """What is at risk in a crash is what is on the wire, and nothing that was answered long ago."""
    crowd(world, 3)
    seen: list[State] = []
    with OneAtATime(lambda: seen.append(world.state("lesson", "person0@domain0.org"))) as server:
        mailer = relay(server.port, Timeouts(lull=60))
        world.mailer = mailer  # type: ignore[assignment]
        world.worker().tick()
        mailer.close()
    assert seen == [State.SENDING, State.SENT, State.SENT]


@SQLITE
def test_a_refusal_is_recorded_while_its_connection_is_being_cleared(world: World) -> None:
    """RSET is not answered for a minute; the refusal before it is known."""
    crowd(world, 1)
    with OneAtATime() as server:
        server.at("RCPT", "550 5.1.1 nobody")
        server.at("RSET", Act.HANG)
        mailer = relay(server.port, Timeouts(lull=0.05))
        world.mailer = mailer  # type: ignore[assignment]
        beat = threading.Thread(target=world.worker().tick)
        beat.start()
        assert soon(lambda: world.state("lesson", "person0@domain0.org") is State.FAILED)
        server.release()
        beat.join()
        mailer.close()


@SQLITE
def test_nobody_is_connected_to_for_nothing(world: World) -> None:
    crowd(world, 0)
    with ScriptedServer() as server:
        world.mailer = mailer = relay(server.port, Timeouts())  # type: ignore[assignment]
        world.worker().tick()
        assert server.connections == 0
        world.sign_up("late@example.org")
        world.worker().tick()
        assert len(server.accepted) == 1
        mailer.close()


@SQLITE
def test_whoever_signs_up_does_not_wait_for_a_letter_that_hangs(world: World) -> None:
    """The answer to one dot takes long; 600 seconds are allowed."""
    crowd(world, 1)
    with ScriptedServer() as server:
        server.at("DOT", Act.HANG)
        mailer = relay(server.port, Timeouts())
        world.mailer = mailer  # type: ignore[assignment]
        beat = threading.Thread(target=world.worker().tick)
        beat.start()
        assert soon(lambda: "DATA" in server.verbs())
        world.sign_up("late@example.org")
        assert soon(lambda: "late@example.org" in [one.recipient for one in server.accepted])
        assert beat.is_alive()
        server.release()
        beat.join()
        mailer.close()


@SQLITE
def test_a_relay_that_takes_three_at_once_gets_no_crowd(world: World) -> None:
    """Exchange Online lets everybody in, and refuses the fourth dot for a while."""
    crowd(world, 30)
    lock, inside = threading.Lock(), [0]

    class Three(ScriptedServer):
        def step(self, phase: str) -> Any:
            if phase != "DOT":
                return super().step(phase)
            with lock:
                inside[0] += 1
                crowded = inside[0] > 3
            time.sleep(0.05)
            with lock:
                inside[0] -= 1
            return "432 4.3.2 Concurrent connections limit exceeded" if crowded else "250 ok"

    with Three() as server:
        mailer = relay(server.port, Timeouts(lull=0.02))
        world.mailer = mailer  # type: ignore[assignment]
        for _ in range(40):
            world.worker().tick()
            world.now += timedelta(seconds=5)
        mailer.close()
    assert len(server.accepted) == 30
    assert server.verbs().count("DATA") < 60
