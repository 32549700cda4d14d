"""What the doors were given, and how a door asks for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.actions.deliver import Worker
from app.core.brand import Brand
from app.core.challenge import Challenge
from app.core.links import KeyRing
from app.mail import Mailer
from app.mail.contract import Hearing
from app.mail.providers.capture import Inbox
from app.store import installation
from app.store.database import Database


@dataclass(frozen=True)
class Front:
    """`worker` and `inbox` exist in a development process that captures its mail, else they are None.

    `hearing` are the mailers that tell something afterwards, by name; `webhook_secret` is the way to them.
    """

    database: Database
    challenge: Challenge
    ring: KeyRing
    brand: Brand
    base_url: str
    sender: str
    keep_days: int
    production: bool
    mailer: Mailer
    hearing: Mapping[str, Hearing] = field(default_factory=dict)
    webhook_secret: str = field(default="", repr=False)
    warm_up: int | None = None
    proxies: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    worker: Worker | None = None
    inbox: Inbox | None = None

    @contextmanager
    def writing(self) -> Iterator[tuple[Session, datetime]]:
        """A transaction and its one reading of the time; committed when the block ends, before the answer."""
        with self.database.writing() as session:
            yield session, installation.now(session)

    @contextmanager
    def reading(self) -> Iterator[tuple[Session, datetime]]:
        with self.database.reading() as session:
            yield session, installation.now(session)


def _front(request: Request) -> Front:
    front: Front = request.app.state.front
    return front


Given = Annotated[Front, Depends(_front)]
