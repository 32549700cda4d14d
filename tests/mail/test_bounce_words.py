"""What a status and the reply behind it mean once a mail was given up."""

import pytest

from app.core.feedback import Fate
from app.mail.bounce_words import given_up


@pytest.mark.parametrize(
    ("words", "fate"),
    [
        ("5.1.1", Fate.BOUNCED),
        ("5.1.2", Fate.BOUNCED),
        ("5.1.3", Fate.BOUNCED),
        ("5.1.6", Fate.BOUNCED),
        ("5.1.10", Fate.BOUNCED),
        ("5.2.1", Fate.BOUNCED),
        ("5.2.2", Fate.SOFT),
        ("5.2.3", Fate.REFUSED),
        ("5.3.1", Fate.SOFT),
        ("5.3.4", Fate.REFUSED),
        ("5.4.1", Fate.REFUSED),
        ("5.4.4", Fate.SOFT),
        ("5.4.6", Fate.SOFT),
        ("5.6.0", Fate.REFUSED),
        ("5.7.0", Fate.REFUSED),
        ("5.7.1", Fate.REFUSED),
        ("5.7.26", Fate.REFUSED),
        ("5.7.515", Fate.REFUSED),
        ("5.1.8", Fate.REFUSED),
        ("4.1.1", Fate.SOFT),
        ("4.2.2", Fate.SOFT),
        ("4.4.7", Fate.SOFT),
        ("4.7.1", Fate.SOFT),
    ],
)
def test_the_status_decides(words: str, fate: Fate) -> None:
    assert given_up(words) is fate


@pytest.mark.parametrize(
    ("words", "fate"),
    [
        ("4.4.7 550 5.1.1 user unknown", Fate.SOFT),
        ("5.7.1 550 user unknown", Fate.REFUSED),
        ("5.2.2 550 no such user", Fate.SOFT),
    ],
)
def test_the_status_comes_before_the_reply(words: str, fate: Fate) -> None:
    assert given_up(words) is fate


@pytest.mark.parametrize(
    ("words", "fate"),
    [
        ("5.0.0 550 5.1.1 somebody else", Fate.BOUNCED),
        ("5.0.0 550-5.7.1 blocked", Fate.REFUSED),
        ("5.0.0 550 No such user here", Fate.BOUNCED),
        ("5.0.0 550 No such user here (Exim 4.92.3)", Fate.BOUNCED),
        ("5.0.0 550 No such user at mx15.7.1", Fate.BOUNCED),
        ("5.0.0 Unrouteable address", Fate.BOUNCED),
        ("5.0.0 550 Unknown user", Fate.BOUNCED),
        ("5.0.0 554 delivery error: This user doesn't have an account", Fate.BOUNCED),
        ("5.1.0 550 Recipient ada@example.org not found", Fate.BOUNCED),
        ("5.1.0 550 Address rejected", Fate.SOFT),
        ("5.5.0 550 Requested action not taken: mailbox unavailable", Fate.SOFT),
        ("5.0.0 550 user unknown, or blocked by policy", Fate.REFUSED),
        ("5.0.0 550 spam", Fate.REFUSED),
        ("5.0.0 retry timeout exceeded at 5.1.1.7 by Exim 4.98.2", Fate.SOFT),
        ("4.0.0 user unknown", Fate.SOFT),
        ("5.0.0", Fate.SOFT),
        ("", Fate.SOFT),
    ],
)
def test_where_the_status_tells_nothing_the_reply_does(words: str, fate: Fate) -> None:
    assert given_up(words) is fate
