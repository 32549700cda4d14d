"""What the far end accepted: the truth, written down before it answered."""

import json
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.resolve import Word, resolve
from app.core.delivery import State as Delivery
from app.store import installation, invariants
from app.store.tables import deliveries as rows
from tests.chaos.fire.people import owed
from tests.chaos.fire.state import State
from tests.chaos.fire.trial import Fire

Copies = Counter[tuple[str, str]]


def accepted(log: Path) -> Copies:
    """Copies of each letter, by address and subject."""
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return Counter((_address(one["to"]), one["subject"]) for one in lines)


def dropped(log: Path) -> int:
    """Letters whose acceptance was never told."""
    return log.read_text().count('"answer": "dropped"')


def speak(state: State, log: Path) -> int:
    """As the operator does who looks into the provider's log: what is held arrived, or may go."""
    arrived = accepted(log)
    return state.writing(lambda session: _resolve_all(session, arrived))


def count(fire: Fire, state: State, log: Path) -> None:
    copies, promised = accepted(log), owed(fire.setting.people)
    fire.owed, fire.accepted = len(promised), sum(copies.values())
    fire.lost = len(promised - copies.keys())
    fire.never_owed = len(copies.keys() - promised)
    fire.extra = fire.accepted - len(copies)
    fire.most_copies = max(copies.values(), default=0)
    fire.replies_dropped = dropped(log)
    fire.broken = state.reading(lambda session: invariants.broken(session, installation.now(session)))
    unsure = select(func.count()).where(rows.c.uncertain_at.is_not(None))
    fire.uncertain = state.reading(lambda session: session.execute(unsure).scalar_one())


def _resolve_all(session: Session, arrived: Copies) -> int:
    now = installation.now(session)
    held = session.execute(select(rows).where(rows.c.state == Delivery.HELD)).all()
    for one in held:
        subject = f"{one.kind} {one.day}" if one.kind == "lesson" else one.kind
        word = Word.ARRIVED if (one.address, subject) in arrived else Word.SEND
        resolve(session, one.id, word, now)
    return len(held)


def _address(to: str | list[str]) -> str:
    found = to if isinstance(to, str) else to[0]
    return found.rpartition("<")[2].strip(">")
