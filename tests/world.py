"""The small named world of the tests: a three-day challenge, Ada and Ben, a clock that is a variable."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.actions.confirm import Choices, confirm
from app.actions.deliver import Worker
from app.actions.lane import UNCAPPED, Lane
from app.actions.shift import Shift
from app.actions.sign_up import Request, sign_up
from app.core.challenge import Challenge, Lesson
from app.core.delivery import Delivery, State
from app.core.enrollment import Enrollment
from app.core.message import Address, Message, Sender
from app.core.order import Order
from app.core.rate import Caps
from app.core.schedule import Pace, Rhythm, local_date
from app.mail.providers.memory import Memory
from app.store import deliveries, enrollments, subscribers
from app.store import tables as t
from app.store.database import Database
from app.store.subscribers import Consent

ADA, BEN = "ada@example.org", "ben@example.org"
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CONSENT = Consent("sign-up", "a wording", "a test")
BERLIN = Pace(time(7), "Europe/Berlin")


def lesson(day: int, slug: str) -> Lesson:
    return Lesson(
        day=day,
        slug=slug,
        language="en",
        title=slug.title(),
        subject=slug.title(),
        preheader="Something small for today.",
        objective="You can do it.",
        phase="notice",
        teaches=slug,
        label=slug,
        uses=(),
        care=(),
        sources=(),
        do_minutes=1,
        sections=(),
        digest=slug,
    )


def challenge(days: int = 3) -> Challenge:
    lessons = {("en", one.slug): one for one in (lesson(n, f"day-{n}") for n in range(1, days + 1))}
    return Challenge("little", "Little", "A little course.", ("en",), (), lessons, {})


def compose(order: Order) -> Message:
    """A letter without looks, for tests that are about when and whether."""
    return Message(
        id=order.id,
        message_id=f"<{order.id}@example.org>",
        sender=Sender(Address("hello@example.org", "Harbour")),
        to=Address(order.to),
        subject=f"{order.kind} {order.day}" if order.kind == "lesson" else str(order.kind),
        text="text",
        html="<p>html</p>",
        date=order.at,
        kind=order.kind,
        list_id="Little <little.example.org>",
    )


@dataclass
class World:
    """Everything happens at `now` (UTC), which a test sets as it likes."""

    database: Database
    now: datetime = MONDAY
    challenge: Challenge = field(default_factory=challenge)
    mailer: Memory = field(default_factory=Memory)
    caps: Caps = UNCAPPED

    def worker(self, name: str = "worker", **told: Any) -> Worker:
        shift = Shift(self.database, name, self.clock, **told)
        return Worker(shift, compose, (Lane(self.mailer, self.caps),))

    def clock(self, _: Session) -> datetime:
        return self.now

    def sign_up(self, address: str = ADA, pace: Pace = BERLIN) -> None:
        with self.database.writing() as session:
            sign_up(session, Request(address, "en", pace), self.challenge, CONSENT, self.now)

    def start(self, address: str = ADA, pace: Pace = BERLIN, starts_on: date | None = None) -> Enrollment:
        """Signed up, confirmed and begun; the confirmation and the welcome have gone."""
        self.start_all([address], pace, starts_on)
        return self.course(address)

    def start_all(self, addresses: Sequence[str], pace: Pace = BERLIN, starts_on: date | None = None) -> None:
        for address in addresses:
            self.sign_up(address, pace)
        self.worker().tick()
        tomorrow = local_date(self.now, pace.zone) + timedelta(days=1)
        choices = Choices(pace, starts_on or tomorrow)
        courses = [self.course(address).id for address in addresses]
        with self.database.writing() as session:
            for course in courses:
                confirm(session, course, choices, CONSENT, self.now)
        self.worker().tick()

    def course(self, address: str = ADA) -> Enrollment:
        """The newest enrollment of an address."""
        with self.database.reading() as session:
            person = subscribers.find(session, address)
            assert person is not None
            query = t.enrollments.select().where(t.enrollments.c.subscriber_id == person.id)
            newest = max(row.id for row in session.execute(query))
            return enrollments.get(session, newest)

    def do(self, verb: Any, *args: Any, **options: Any) -> Any:
        """One action in a transaction of its own, at `now`."""
        with self.database.writing() as session:
            return verb(session, *args, self.now, **options)

    def do_plain(self, verb: Any, *args: Any) -> Any:
        """One action that needs no time."""
        with self.database.writing() as session:
            return verb(session, *args)

    def rows(self, address: str = ADA) -> list[Delivery]:
        with self.database.reading() as session:
            query = t.deliveries.select().where(t.deliveries.c.address == address).order_by(t.deliveries.c.id)
            return [deliveries.value(row) for row in session.execute(query)]

    def row(self, occasion: str, address: str = ADA) -> Delivery:
        return next(one for one in self.rows(address) if one.occasion.startswith(occasion))

    def state(self, occasion: str, address: str = ADA) -> State:
        return self.row(occasion, address).state

    def subjects(self, address: str = ADA) -> list[str]:
        """What arrived, oldest first."""
        return [one.subject for one in self.mailer.accepted if one.to.address == address]

    def go_to_next(self) -> None:
        """Let time run to the next due instant of anything, and deliver."""
        with self.database.reading() as session:
            due = deliveries.next_due(session)
        assert due is not None
        self.now = max(self.now, due)
        self.worker().tick()


WEEKDAYS = Pace(time(7), "Europe/Berlin", Rhythm.WEEKDAYS)
