"""The whole course for five people in five zones, across two changes of clocks and an outage of five days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.actions import leave, pause, settle
from app.actions.settle import Wishes
from app.core.delivery import Kind, State
from app.core.enrollment import Company, Status
from app.core.schedule import Pace, Rhythm
from app.store import deliveries, invariants
from tests.world import World, challenge

START = datetime(2026, 10, 20, 9, tzinfo=UTC)
OUTAGE = (datetime(2026, 11, 9, 0, tzinfo=UTC), datetime(2026, 11, 14, 0, tzinfo=UTC))

ADA = ("ada@example.org", Pace(time(7), "America/New_York"))  # falls back on 1 November
BEN = ("ben@example.org", Pace(time(6, 15), "Europe/Berlin"))  # falls back on 25 October; pauses
CHLOE = ("chloe@example.org", Pace(time(23, 45), "Pacific/Auckland"))  # leaves
DEV = ("dev@example.org", Pace(time(0, 30), "Asia/Kolkata"))  # flies to Honolulu
EVA = ("eva@example.org", Pace(time(12), "America/Havana", Rhythm.WEEKDAYS))  # falls back on 1 November
PEOPLE = (ADA, BEN, CHLOE, DEV, EVA)


@dataclass
class Event:
    at: datetime
    do: Callable[[World], None]


def test_everybody_gets_every_lesson_once_in_order_and_never_two_on_a_date(world: World) -> None:
    world.challenge, world.now = challenge(30), START
    for address, pace in PEOPLE:
        world.start(address, pace)
    run(world, until=START + timedelta(days=90))

    for address, _ in (ADA, BEN, DEV, EVA):
        assert lessons(world, address) == list(range(1, 31))
        assert world.course(address).status is Status.FINISHED
        assert world.subjects(address)[-1] == "completion"
    assert lessons(world, CHLOE[0]) == list(range(1, 13))
    assert world.subjects(CHLOE[0])[-1] == "goodbye"
    for address, _ in PEOPLE:
        nobody_is_written_to_twice_on_a_date(world, address)
        every_lesson_came_at_its_hour(world, address)
    with world.database.reading() as session:
        assert not any(invariants.broken(session, world.now).values())


def test_the_outage_slips_the_course_by_five_days_and_bursts_nothing(world: World) -> None:
    world.challenge, world.now = challenge(30), START
    world.start(*ADA)
    run(world, until=START + timedelta(days=90))
    days = [on for _, on in dated(world, ADA[0])]
    assert days[0] == date(2026, 10, 21)
    assert date(2026, 11, 8) in days
    assert not [on for on in days if date(2026, 11, 9) <= on <= date(2026, 11, 13)]
    assert days[-1] == date(2026, 10, 21) + timedelta(days=29 + 5)


EVENTS = [
    Event(datetime(2026, 10, 28, 12, tzinfo=UTC), lambda w: paused(w, BEN[0], date(2026, 11, 5))),
    Event(datetime(2026, 11, 1, 8, tzinfo=UTC), lambda w: moved(w, DEV[0], "Pacific/Honolulu")),
    Event(datetime(2026, 11, 1, 13, tzinfo=UTC), lambda w: left(w, CHLOE[0])),
]


def run(world: World, until: datetime) -> None:
    """Life goes on: every due instant is ticked, except while the service is down."""
    with world.database.reading() as session:
        known = {row.address for row in session.execute(deliveries.deliveries.select())}
    events = [one for one in EVENTS if len(known) == len(PEOPLE)]
    while world.now < until:
        with world.database.reading() as session:
            due = deliveries.next_due(session)
        moments = [at for at in (due, events[0].at if events else None) if at is not None]
        if not moments:
            return
        world.now = max(world.now, min(moments))
        if events and world.now >= events[0].at:
            events.pop(0).do(world)
        if OUTAGE[0] <= world.now < OUTAGE[1]:
            world.now = OUTAGE[1]
        world.worker().tick()


def paused(world: World, address: str, until: date) -> None:
    with world.database.writing() as session:
        pause.pause(session, world.course(address).id, until, world.now)


def moved(world: World, address: str, zone: str) -> None:
    wishes = Wishes(Pace(time(0, 30), zone), Company.APART, discreet=False)
    world.do(settle.settle, world.course(address).id, wishes)


def left(world: World, address: str) -> None:
    world.do(leave.leave, world.course(address).id, goodbye=True)


def lessons(world: World, address: str) -> list[int]:
    return [int(subject.split()[1]) for subject in world.subjects(address) if subject.startswith("lesson")]


def dated(world: World, address: str) -> list[tuple[datetime, date]]:
    """Each accepted lesson with its instant and planned local date."""
    sent = [one for one in world.rows(address) if one.kind is Kind.LESSON and one.state is State.SENT]
    return [(one.due_at, one.slot.on) for one in sent if one.due_at and one.slot]


def nobody_is_written_to_twice_on_a_date(world: World, address: str) -> None:
    days = [on for _, on in dated(world, address)]
    assert days == sorted(set(days))


def every_lesson_came_at_its_hour(world: World, address: str) -> None:
    flight = EVENTS[1].at
    pace = dict(PEOPLE)[address]
    for at, on in dated(world, address):
        zone = "Pacific/Honolulu" if address == DEV[0] and at >= flight else pace.zone
        local = at.astimezone(ZoneInfo(zone))
        assert (local.date(), local.time()) == (on, pace.hour)
