"""What all workers share about providers and receiving domains: caps, breakers, slowed domains."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from app.core.breaker import IN_A_ROW, SERIES, SLOW
from app.core.rate import Caps, Grant, Spent, fresh, grant
from app.store.tables import domains, providers
from app.store.upsert import insert


def take(session: Session, name: str, caps: Caps, wanted: int, now: datetime, *, urgent: bool) -> Grant:
    """Take room for messages from a provider's caps; what is taken stays taken across restarts."""
    row = _row(session, name, now)
    spent = Spent(row.hour, row.hour_count, row.day, row.day_count, row.paced_until)
    given = grant(caps, spent, wanted, now, urgent=urgent)
    session.execute(update(providers).where(providers.c.name == name).values(**asdict(given.spent)))
    return given


def set_aside(session: Session, name: str, until: datetime, why: str, now: datetime) -> None:
    _row(session, name, now)
    values = {"aside_until": until, "aside_why": why[:1024]}
    session.execute(update(providers).where(providers.c.name == name).values(values))


def aside(session: Session, now: datetime) -> dict[str, str]:
    """The providers that are set aside now, each with the reason."""
    rows = session.execute(select(providers).where(providers.c.aside_until > now))
    return {row.name: row.aside_why for row in rows}


def count_in_vain(session: Session, name: str, now: datetime) -> int:
    """One more attempt in a row that was in vain, and how many that makes."""
    row = _row(session, name, now)
    follows = row.in_vain_at is not None and now - row.in_vain_at < SERIES
    count: int = row.in_vain + 1 if follows else 1
    values = {"in_vain": count, "in_vain_at": now}
    session.execute(update(providers).where(providers.c.name == name).values(values))
    return count


def note_reached(session: Session, name: str) -> None:
    """The row of attempts in vain has ended."""
    doubted = (providers.c.name == name) & (providers.c.in_vain > 0)
    session.execute(update(providers).where(doubted).values(in_vain=0))


def on_trial(session: Session, name: str) -> bool:
    """Whether its last attempts were in vain: one letter will show whether it is well again."""
    query = select(providers.c.in_vain).where(providers.c.name == name)
    return (session.execute(query).scalar_one_or_none() or 0) >= IN_A_ROW


def slow(session: Session, domain: str, now: datetime, *, refused: bool) -> None:
    """Leave a receiving domain alone for a while."""
    values = {"slow_until": now + SLOW} | ({"refused_at": now} if refused else {})
    session.execute(
        insert(session, domains)
        .values(domain=domain, **values)
        .on_conflict_do_update(index_elements=["domain"], set_=values)
    )


def refusing(session: Session, since: datetime) -> list[str]:
    """The domains that refused us since then."""
    return list(session.execute(select(domains.c.domain).where(domains.c.refused_at >= since)).scalars())


def _row(session: Session, name: str, now: datetime) -> Row[tuple[object, ...]]:
    session.execute(
        insert(session, providers)
        .values(name=name, **asdict(fresh(now)))
        .on_conflict_do_nothing(index_elements=["name"])
    )
    return session.execute(select(providers).where(providers.c.name == name).with_for_update()).one()
