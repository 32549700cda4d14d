"""Examine: what `kindling doctor` asks of a live installation."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy.orm import Session

from app.mail.dns import Dns
from app.mail.records import Identity, Standing, look_at
from app.store import deliveries, installation, invariants, lessons, providers, schema, subscribers
from app.store.database import SQLITE_WAL_SINCE, Database, Unavailable, clock

BEAT_WITHIN = timedelta(minutes=3)
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Answer:
    """One thing that was looked at; `finding` says what to do when it is not good."""

    topic: str
    good: bool
    finding: str


def examine(database: Database, base_url: str) -> list[Answer]:
    try:
        ready = schema.fit(database)
    except Unavailable:
        return [
            Answer("database", good=False, finding="cannot be reached; is it running, and the address right?")
        ]
    if not ready:
        return [Answer("schema", good=False, finding="not migrated; run: kindling migrate")]
    answers = [Answer("database", good=True, finding="reached, schema up to date"), _sqlite(database)]
    with database.reading() as session:
        now = installation.now(session)
        answers += [_beat(session), _zones(session), _address(base_url)]
        answers += [_voice(session, now), _people(session), *_held(session), *_stranded(session, now)]
        answers += [_promise(name, count) for name, count in invariants.broken(session, now).items()]
    return answers


def examine_dns(identity: Identity, dns: Dns) -> list[Answer]:
    """What the DNS says of who sends; a finding ends with the line to publish, where there is one."""
    answers = []
    for topic, found in look_at(identity, dns):
        good = found.standing in (Standing.OK, Standing.ELSEWHERE)
        publish = f"; publish: {found.publish}" if found.publish else ""
        answers.append(Answer(topic, good, f"{found.standing}: {found.finding}{publish}"))
    return answers


def _sqlite(database: Database) -> Answer:
    if database.path is None:
        return Answer("engine", good=True, finding="PostgreSQL")
    wal = "write-ahead log" if sqlite3.sqlite_version_info >= SQLITE_WAL_SINCE else "rollback journal"
    return Answer(
        "engine", good=True, finding=f"SQLite {sqlite3.sqlite_version} with {wal}, every commit synced"
    )


def _beat(session: Session) -> Answer:
    at = installation.read(session).beat_at
    if at is None or clock(session) - at > BEAT_WITHIN:
        last = f"its last beat was at {at:%Y-%m-%d %H:%M} UTC" if at else "it has never run"
        return Answer("worker", good=False, finding=f"no worker is running ({last}); start: kindling worker")
    return Answer("worker", good=True, finding="running")


def _zones(session: Session) -> Answer:
    here, there = version("tzdata"), installation.read(session).tzdata
    agree = here == there
    return Answer("zone data", good=agree, finding=f"{here} here, {there or 'none'} in the database")


def _address(base_url: str) -> Answer:
    public = base_url.startswith("https://")
    finding = base_url if public else f"{base_url} works on this machine only; links in letters begin with it"
    return Answer("public address", good=True, finding=finding)


def _voice(session: Session, now: datetime) -> Answer:
    row = installation.read(session)
    if row.held:
        return Answer(
            "sending", good=False, finding=f"everything is held: {row.held_why}; then: kindling release"
        )
    aside = [f"{name} is set aside: {why}" for name, why in providers.aside(session, now).items()]
    return Answer("sending", good=not aside, finding="; ".join(aside) or "allowed")


def _held(session: Session) -> list[Answer]:
    return [
        Answer(
            f"delivery {one.id}",
            good=False,
            finding=f"{one.kind} is held; then: kindling resolve {one.id} send|arrived|skip",
        )
        for one in deliveries.held(session)
    ]


def _people(session: Session) -> Answer:
    count = subscribers.count_held(session)
    finding = f"{count} are held; then: kindling release ADDRESS" if count else "nobody is held"
    return Answer("people", good=count == 0, finding=finding)


def _stranded(session: Session, now: datetime) -> list[Answer]:
    return [
        Answer(
            f"delivery {one.id}",
            good=False,
            finding=f"lesson {one.day} failed and its course stands still; then: "
            f"kindling resolve {one.id} send|arrived|skip",
        )
        for one in lessons.stranded(session, now - LATELY)
    ]


def _promise(name: str, count: int) -> Answer:
    return Answer(name, good=count == 0, finding="kept" if count == 0 else f"{count} exceptions")
