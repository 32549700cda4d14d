"""What the words of a delivery report mean: its action, its status (RFC 3463), the reply behind it."""

import re
from collections.abc import Mapping

from app.core.feedback import Fate
from app.core.outcome import Meaning
from app.mail.replies import NOBODY, Phase, Reply, meaning_of

ACTIONS: Mapping[str, Fate] = {
    # `failed` depends on the status; `relayed` and `expanded` say no more than that it went on.
    "delivered": Fate.DELIVERED,
    "delayed": Fate.DELAYED,
}

COMPLAINTS = frozenset({"abuse", "fraud", "virus", "other", "opt-out"})
"""Types of feedback reports that are about us; not so not-spam, auth-failure and dkim."""

FATES: Mapping[Meaning, Fate] = {
    # A status means what the same code would have meant in a reply to us, only that now it was given up.
    Meaning.REJECTED: Fate.BOUNCED,
    Meaning.REFUSED: Fate.REFUSED,
    Meaning.OURS: Fate.REFUSED,
    Meaning.DEFERRED: Fate.SOFT,
    Meaning.UNREACHED: Fate.SOFT,
}

_CODE = re.compile(r"(?<![\d.])[45]\.[0-7]\.\d{1,3}(?!\.?\d)")
_NOT_TELLING = re.compile(r"[45]\.[0-5]\.0+")

_NOT_WELCOME = re.compile(
    r"spam|block|blacklist|policy|reputation|denied|prohibited|rbl|relay", re.IGNORECASE
)


def given_up(words: str) -> Fate:
    """A mail that came back; `words` are its status and the reply behind it. Where neither tells why, the
    address may live: SOFT."""
    telling = [code for code in _CODE.findall(words) if not _NOT_TELLING.fullmatch(code)]
    if telling:
        return FATES.get(meaning_of(Reply(Phase.RCPT, 550, telling[0])), Fate.SOFT)
    if words.startswith("4"):
        return Fate.SOFT
    if _NOT_WELCOME.search(words):
        return Fate.REFUSED
    return Fate.BOUNCED if NOBODY.search(words) else Fate.SOFT
