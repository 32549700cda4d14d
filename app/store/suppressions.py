"""Addresses never to be mailed again, kept as a keyed hash so that erasure can keep its word."""

import hmac
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.delivery import Suppressed
from app.core.subscriber import address_key
from app.store import installation
from app.store.tables import suppressions
from app.store.upsert import insert

_GRAVITY = [Suppressed.LEFT, Suppressed.ERASED, Suppressed.BOUNCED, Suppressed.COMPLAINED]


def suppress(session: Session, address: str, reason: Suppressed, now: datetime) -> None:
    """A graver reason is never overwritten by a lesser one: whose mail bounced does not leave it behind."""
    lesser = suppressions.c.reason.in_(_GRAVITY[: _GRAVITY.index(reason) + 1])
    values = {"reason": reason, "at": now}
    session.execute(
        insert(session, suppressions)
        .values(address_hash=_hash(_key(session), address), **values)
        .on_conflict_do_update(index_elements=["address_hash"], set_=values, where=lesser)
    )


def lift(session: Session, address: str, reasons: Iterable[Suppressed]) -> None:
    """The person is here of their own will again."""
    session.execute(
        delete(suppressions).where(
            suppressions.c.address_hash == _hash(_key(session), address),
            suppressions.c.reason.in_(list(reasons)),
        )
    )


def find(session: Session, address: str) -> Suppressed | None:
    return find_many(session, [address]).get(address)


def find_many(session: Session, addresses: Iterable[str]) -> dict[str, Suppressed]:
    """Of these addresses, those that are suppressed."""
    key = _key(session)
    hashes = {_hash(key, address): address for address in addresses}
    rows = session.execute(select(suppressions).where(suppressions.c.address_hash.in_(list(hashes))))
    return {hashes[bytes(row.address_hash)]: Suppressed(row.reason) for row in rows}


def _key(session: Session) -> bytes:
    return installation.read(session).key


def _hash(key: bytes, address: str) -> bytes:
    return hmac.digest(key, b"suppression:" + address_key(address).encode(), "sha256")
