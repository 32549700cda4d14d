"""A link is good for one purpose and one person, and forgives what mail programs do to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.links import KeyRing, Purpose
from app.errors import LinkError

OLD, NEW = b"o" * 32, b"n" * 32
RING = KeyRing((NEW, OLD))
TOKEN = RING.sign(Purpose.PAUSE, 17)


def test_reads_what_it_signed() -> None:
    assert RING.read(Purpose.PAUSE, TOKEN) == 17


def test_reads_what_an_older_key_signed() -> None:
    assert RING.read(Purpose.PAUSE, KeyRing((OLD,)).sign(Purpose.PAUSE, 17)) == 17


@pytest.mark.parametrize("damage", [".", ")", ">", "=", "==", "%20"[:0] + " ", '"', "...", "\n"])
def test_forgives_what_is_stuck_to_its_end(damage: str) -> None:
    assert RING.read(Purpose.PAUSE, TOKEN + damage) == 17


def test_forgives_capitals() -> None:
    assert RING.read(Purpose.PAUSE, TOKEN.upper()) == 17


@pytest.mark.parametrize(
    "token",
    [
        "",
        "v1",
        TOKEN[:-1],
        TOKEN + "a",
        TOKEN.replace("17", "18"),
        TOKEN.replace("v1.", "v1.=3D"),
        "v1.0.ab.cd",
    ],
)
def test_refuses_what_is_not_whole(token: str) -> None:
    with pytest.raises(LinkError):
        RING.read(Purpose.PAUSE, token)


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.PAUSE])
def test_refuses_another_purpose(purpose: Purpose) -> None:
    with pytest.raises(LinkError):
        RING.read(purpose, TOKEN)


def test_refuses_a_key_that_was_dropped() -> None:
    with pytest.raises(LinkError):
        KeyRing((NEW,)).read(Purpose.PAUSE, KeyRing((OLD,)).sign(Purpose.PAUSE, 17))


@given(st.text())
def test_refuses_anything_else(token: str) -> None:
    with pytest.raises(LinkError):
        RING.read(Purpose.PAUSE, token)
