"""The whole site on a real database, with the three-day challenge; letters are read from memory."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from app.actions.deliver import Worker
from app.actions.lane import Lane
from app.actions.shift import Shift
from app.compose.letters import Composer
from app.core.brand import Brand
from app.core.challenge import Challenge
from app.core.links import KeyRing
from app.core.message import Address, Message, Sender
from app.curriculum.reader import read_challenge
from app.mail.providers.memory import Memory
from app.store import deliveries, installation
from app.store.database import Database
from app.web import guard
from app.web.front import Front
from app.web.site import build_site
from tests.proof import FULL
from tests.web.ear import SECRET, Ear, Hook

BASE = "https://letters.example.org"
RING = KeyRing((b"k" * 32,))
LITTLE = Path(__file__).parents[1] / "lessons" / "little"


class Site:
    """A visitor's browser, the front behind the doors, and the letters that went out."""

    def __init__(self, front: Front, worker: Worker, mailer: Memory) -> None:
        self.front = front
        self.worker = worker
        self.mailer = mailer
        self.client = TestClient(
            build_site(front), base_url=front.base_url, follow_redirects=False, client=("198.51.100.7", 1)
        )

    def token(self, age: float = 10) -> str:
        """A form token as a page of `age` seconds ago carried it."""
        with self.front.reading() as (_, now):
            return guard.issue(self.front.ring, now - timedelta(seconds=age))

    def sign_up(self, email: str = "ada@example.org", **fields: str) -> Response:
        return self.client.post("/signup", data={"email": email, "token": self.token(), **fields})

    def letters(self) -> list[Message]:
        """Everything that went out, after delivering what is due."""
        self.worker.tick()
        return self.mailer.accepted

    def link(self, purpose: str) -> str:
        """The newest link of a purpose in the letters, as a path."""
        for letter in reversed(self.letters()):
            for word in letter.text.split():
                if f"{BASE}/{purpose}/" in word:
                    return word[word.index("/", len("https://")) :].rstrip(")")
        raise AssertionError(f"no letter links to {purpose}")

    def start(self) -> None:
        """Ada has signed up and confirmed; her welcome has gone."""
        self.sign_up(name="Ada", partner_name="Ben", timezone="Europe/Berlin")
        self.client.post(self.link("confirm"), data={"hour": "07:00", "timezone": "Europe/Berlin"})
        self.letters()

    def next_day(self) -> None:
        """The clock moves to the next due instant, and what is due goes out."""
        with self.front.database.writing() as session:
            due = deliveries.next_due(session)
            assert due is not None
            installation.move_clock(session, due)
        self.worker.tick()


@pytest.fixture(params=["sqlite", "postgresql"] if FULL else ["postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Of the two the stricter: it takes no NUL, and no text that is too long."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@cache
def little() -> Challenge:
    return read_challenge(LITTLE)


@pytest.fixture
def site(database: Database) -> Site:
    return make_site(database)


@pytest.fixture
def hook(database: Database) -> Hook:
    ear = Ear()
    return Hook(make_site(database, mailer=ear, hearing={"ear": ear}, webhook_secret=SECRET), ear)


@pytest.fixture
def deaf(database: Database) -> Hook:
    """An installation without KINDLING_WEBHOOK_SECRET."""
    ear = Ear()
    return Hook(make_site(database, mailer=ear, hearing={"ear": ear}), ear)


def make_site(
    database: Database, challenge: Challenge | None = None, mailer: Memory | None = None, **changes: object
) -> Site:
    challenge = challenge or little()
    sender = Sender(Address("hello@example.org", "Anna at Harbour"))
    mailer = mailer or Memory()
    mailer.smtputf8 = False
    composer = Composer(
        {challenge.slug: challenge}, Brand(name="Harbour"), sender, BASE, RING, b"installation"
    )
    front = Front(
        database=database,
        challenge=challenge,
        ring=RING,
        brand=Brand(name="Harbour"),
        base_url=BASE,
        sender="Anna at Harbour <hello@example.org>",
        keep_days=365,
        production=True,
        mailer=mailer,
        **changes,  # type: ignore[arg-type]
    )
    return Site(front, Worker(Shift(database, "worker"), composer.compose, (Lane(mailer),)), mailer)
