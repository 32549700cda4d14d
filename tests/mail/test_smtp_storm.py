"""Anything at any moment: whatever the server does, each outcome is true by the server's own log."""

import random
from collections import Counter

import pytest

from app.core.outcome import Meaning, Outcome
from app.mail.providers.smtp import Smtp

from .conftest import OpenMailer
from .letters import letter
from .scripted import ScriptedServer
from .sending import DROP, HANG, HASTY, TAKE_AND_DROP

MANY = 120
TROUBLE = {
    "CONNECT": (DROP, "421 4.3.2 later", "554 no"),
    "EHLO": (DROP, "421 4.3.2 later"),
    "MAIL": (DROP, "421 4.4.2 idle", "451 4.3.0 later", "hello?"),
    "RCPT": (DROP, "421 4.3.2 later", "550 5.1.1 nobody", "450 4.2.0 later", "399 what"),
    "DATA": (DROP, "451 4.7.1 later", "354 go on\r\n552 5.3.4 too much", "250 what"),
    "BODY": (DROP,),
    "DOT": (
        DROP,
        TAKE_AND_DROP,
        HANG,
        "451 later",
        "550 5.7.1 spam",
        "250 yes\r\n421 bye",
        "421 4.3.2 later",
    ),
    "RSET": (DROP, "500 what"),
}


def storm(server: ScriptedServer, dice: random.Random) -> None:
    good = {"CONNECT": "220 ready", "DATA": "354 go on"}
    for phase, steps in TROUBLE.items():
        fine = [good.get(phase, "250 2.0.0 fine")] * (8 * len(steps))
        server.at(phase, *dice.choices([*steps, *fine], k=4 * MANY))


def delivered(mailer: Smtp) -> list[Outcome]:
    """As a worker does: whatever was not taken is offered again."""
    outcomes: list[Outcome] = []
    rest = [letter(number, f"reader{number}@example.org") for number in range(MANY)]
    while rest:
        outcomes += mailer.deliver(rest)
        known = {one.id for one in outcomes}
        rest = [one for one in rest if one.id not in known]
    return outcomes


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("width", [1, 10])
def test_in_a_storm_every_outcome_is_true(
    server: ScriptedServer, mailer_for: OpenMailer, width: int, seed: int
) -> None:
    storm(server, random.Random(seed))
    outcomes = delivered(mailer_for(server.port, timeouts=HASTY, width=width))
    arrived = Counter(one.recipient for one in server.accepted)
    possible = {Meaning.ACCEPTED: {1}, Meaning.UNKNOWN: {0, 1}}
    assert sorted(one.id for one in outcomes) == list(range(MANY))
    for one in outcomes:
        assert arrived[f"reader{one.id}@example.org"] in possible.get(one.meaning, {0}), one
