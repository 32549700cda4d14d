"""Who signs up, and what they are owed for it."""

from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from app.actions.confirm import Choices, confirm
from app.actions.sign_up import Request, sign_up
from app.core.schedule import Pace, local_date
from app.store import enrollments, installation, subscribers
from tests.world import CONSENT, challenge

LETTERS = ("confirm", "welcome", "lesson 1", "lesson 2", "lesson 3", "completion")
ZONES = ("UTC", "America/New_York", "Australia/Lord_Howe")
TOGETHER = 200


def address(number: int) -> str:
    return f"person{number}@domain{number % 97}.org"


def owed(people: int) -> set[tuple[str, str]]:
    """Every letter of every person, by address and subject."""
    return {(address(number), letter) for number in range(people) for letter in LETTERS}


def crowd(people: int) -> list[range]:
    """In groups, for one transaction each."""
    return [range(start, min(start + TOGETHER, people)) for start in range(0, people, TOGETHER)]


def sign_up_all(session: Session, numbers: range) -> None:
    now, course = installation.now(session), challenge()
    for number in numbers:
        request = Request(address(number), "en", _pace(number))
        sign_up(session, request, course, CONSENT, now)


def confirm_all(session: Session, numbers: range) -> None:
    """Once their confirmations have come; to do it twice changes nothing."""
    now = installation.now(session)
    for number in numbers:
        person = subscribers.find(session, address(number))
        assert person is not None
        begun = enrollments.find_open(session, person.id, "little")
        assert begun is not None
        tomorrow: date = local_date(now, begun.pace.zone) + timedelta(days=1)
        confirm(session, begun.id, Choices(begun.pace, tomorrow), CONSENT, now)


def _pace(number: int) -> Pace:
    return Pace(time(7), ZONES[number % len(ZONES)])
