"""Shift: one worker at work on one database, by which clocks, and what it was told."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import Clock, boottime
from app.store import installation
from app.store.database import Database

Now = Callable[[Session], datetime]


@dataclass(frozen=True)
class Shift:
    """`now` tells the time of day (UTC), `clock` seconds that also count suspend, for deadlines.

    A message of which nobody knows whether it arrived waits for a person if `hold_uncertain`.
    """

    database: Database
    worker: str
    now: Now = installation.now
    clock: Clock = boottime
    stopping: threading.Event = field(default_factory=threading.Event)
    hold_uncertain: bool = False
