"""Hold and release: the operator's word on whether anything is sent, to everybody or to one person."""

from sqlalchemy.orm import Session

from app.core.subscriber import address_key
from app.errors import KindlingError
from app.store import enrollments, installation, subscribers
from app.store.database import clock
from app.store.enrollments import Lock


def hold(session: Session) -> None:
    """Nothing is sent from now on."""
    installation.hold(session, "the operator said so")


def hold_person(session: Session, address: str, *, held: bool = True) -> None:
    """Nothing is sent to them from now on, or again. Whatever was on its way meets it on the enrollment."""
    person = subscribers.find(session, address_key(address), lock=True)
    if person is None:
        raise KindlingError("Nobody is here under this address.")
    enrollments.of_people(session, [person.id], Lock.UPDATE)
    subscribers.set_held(session, person.id, held=held)


def release(session: Session, fingerprint: str) -> None:
    """This database, here, may speak again; what is late goes by the rules of lateness."""
    installation.release(session, fingerprint, clock(session))
