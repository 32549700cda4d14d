"""What all workers share about providers and receiving domains: caps, breakers, slowed domains."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from app.core.breaker import IN_A_ROW, LONGEST, SERIES, SLOW
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


def give_back(session: Session, name: str, count: int, now: datetime) -> None:
    """What was taken and not used; the pace has been kept all the same."""
    row = _row(session, name, now)
    counts = {"hour_count": max(0, row.hour_count - count), "day_count": max(0, row.day_count - count)}
    session.execute(update(providers).where(providers.c.name == name).values(counts))


def set_aside(session: Session, name: str, until: datetime, why: str, now: datetime) -> None:
    _row(session, name, now)
    values = {"aside_until": until, "aside_why": why[:1024]}
    session.execute(update(providers).where(providers.c.name == name).values(values))


def aside(session: Session, now: datetime) -> dict[str, str]:
    """The providers that are set aside now, each with the reason; none by a clock that was ahead."""
    until = providers.c.aside_until
    rows = session.execute(select(providers).where(until > now, until <= now + LONGEST))
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


def slow(session: Session, domain: str, now: datetime) -> None:
    """Leave a receiving domain alone for a while."""
    _note(session, domain, slow_until=now + SLOW)


def note_refusal(session: Session, domain: str, provider: str, now: datetime) -> None:
    """A receiving domain speaks against the provider by which it was asked."""
    _note(session, domain, slow_until=now + SLOW, refused_at=now, refused_by=provider)


def slowed(now: datetime) -> Select[Any]:
    """The domains that are left alone now; none by a clock that was ahead."""
    until = domains.c.slow_until
    return select(domains.c.domain).where(until > now, until <= now + SLOW)


def slow_among(session: Session, names: Iterable[str], now: datetime) -> set[str]:
    """Those of these domains that are left alone now."""
    query = slowed(now).where(domains.c.domain.in_(sorted(set(names))))
    return set(session.execute(query).scalars())


def refusing(session: Session, provider: str, since: datetime) -> list[str]:
    """The domains that refused what came by this provider since then."""
    query = select(domains.c.domain).where(domains.c.refused_at >= since, domains.c.refused_by == provider)
    return list(session.execute(query).scalars())


def _note(session: Session, domain: str, **values: object) -> None:
    session.execute(
        insert(session, domains)
        .values(domain=domain, **values)
        .on_conflict_do_update(index_elements=["domain"], set_=values)
    )


def _row(session: Session, name: str, now: datetime) -> Row[tuple[object, ...]]:
    session.execute(
        insert(session, providers)
        .values(name=name, **asdict(fresh(now)))
        .on_conflict_do_nothing(index_elements=["name"])
    )
    return session.execute(select(providers).where(providers.c.name == name).with_for_update()).one()
