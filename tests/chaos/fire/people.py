"""Who signs up, and what they are owed for it."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app.actions.confirm import Choices, confirm
from app.actions.sign_up import Request, sign_up
from app.core.schedule import Pace, local_date
from app.store import enrollments, installation, subscribers
from app.store.database import Database
from tests.world import CONSENT, challenge

LETTERS = ("confirm", "welcome", "lesson 1", "lesson 2", "lesson 3", "completion")
ZONES = ("UTC", "America/New_York", "Australia/Lord_Howe")
TOGETHER = 200


def address(number: int) -> str:
    return f"person{number}@domain{number % 97}.org"


def owed(people: int) -> set[tuple[str, str]]:
    """Every letter of every person, by address and subject."""
    return {(address(number), letter) for number in range(people) for letter in LETTERS}


def sign_everybody_up(home: Database, people: int) -> None:
    """All confirm at once: their confirmations and welcomes are a crowd, and so is each morning."""
    course = challenge()
    for start in range(0, people, TOGETHER):
        with home.writing() as session:
            now = installation.now(session)
            for number in range(start, min(start + TOGETHER, people)):
                pace = Pace(time(7), ZONES[number % len(ZONES)])
                request = Request(address(number), "en", pace)
                sign_up(session, request, course, CONSENT, now)
                _confirm(session, address(number), pace, now)


def _confirm(session: Session, to: str, pace: Pace, now: datetime) -> None:
    person = subscribers.find(session, to)
    assert person is not None
    begun = enrollments.find_open(session, person.id, "little")
    assert begun is not None
    tomorrow: date = local_date(now, pace.zone) + timedelta(days=1)
    confirm(session, begun.id, Choices(pace, tomorrow), CONSENT, now)
