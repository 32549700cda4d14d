"""Bounce mail: what a mail server tells afterwards by mail, in our words.

Delivery reports (RFC 3464, 6533), spam complaints (RFC 5965). Nothing follows from a mail without the tag of
a return path of ours: everybody can write to it, and a report is easily made up.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Fields
from email.parser import HeaderParser
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import islice
from quopri import decodestring

from app.core.feedback import Fate, Feedback
from app.core.return_path import delivery_of
from app.mail.bounce_words import ACTIONS, COMPLAINTS, given_up
from app.mail.hook import moment, text

LARGEST = 2 << 20
"""Octets of a mail that are read; what a report says comes first, the letter it is about last."""

_HEAD = 65_536
_MOST = 50
_REPORT = re.compile(
    rb"^content-type:\s*message/(?:global-)?(delivery-status|feedback-report)\b", re.IGNORECASE | re.MULTILINE
)
_BORDER = re.compile(rb"^--", re.MULTILINE)
_GAP = re.compile(rb"\r?\n[ \t]*\r?\n")

_DECODE: Mapping[str, Callable[[bytes], bytes]] = {"base64": b64decode, "quoted-printable": decodestring}


@dataclass(frozen=True)
class Report:
    """What a mail tells; `words` are a sentence about it for the operator, without any address."""

    told: tuple[Feedback, ...]
    words: str


def read_report(mail: bytes, key: bytes) -> Report:
    """`key` is the installation's. Raises nothing, whatever the mail is."""
    try:
        return _read(mail[:LARGEST], key)
    except Exception as fault:  # parsers of mail know many ways to fail
        return Report((), f"A mail that cannot be read ({type(fault).__name__}); nothing follows.")


def _read(mail: bytes, key: bytes) -> Report:
    head = _fields(_GAP.split(mail[:_HEAD], 1)[0])
    part = _part(mail)
    if part is None:
        automatic = str(head.get("Auto-Submitted", "no")).strip().lower() != "no"
        return Report((), f"{'An automatic answer' if automatic else 'No report'}; nothing follows.")
    delivery = delivery_of(mail.decode("latin-1"), key)
    if delivery is None:
        return Report((), "A report without a tag that we made; nothing follows.")
    kind, content = part
    groups = [_fields(one) for one in islice(_GAP.split(content), _MOST)]
    told = tuple(READERS[kind](groups, delivery, _moment(head, "Date")))
    fates = ", ".join(dict.fromkeys(one.fate for one in told)) or "nothing that concerns us"
    return Report(told, f"A report on delivery {delivery}: {fates}.")


def _part(mail: bytes) -> tuple[str, bytes] | None:
    """The first part that is a report: its kind, and its fields.

    Found by its own header line: the standard library takes more than a minute to read two megabytes of
    parts within parts, and everybody can send us those.
    """
    found = _REPORT.search(mail)
    gap = _GAP.search(mail, found.end()) if found else None
    if found is None or gap is None:
        return None
    start = mail.rfind(b"\n--", 0, found.start()) + 1
    head = _fields(_BORDER.sub(b"Border: ", mail[start : gap.start()], 1))
    end = _BORDER.search(mail, gap.end())
    content = mail[gap.end() : end.start() if end else len(mail)]
    return found[1].decode().lower(), _DECODE.get(_word(head, "Content-Transfer-Encoding"), bytes)(content)


def _fields(octets: bytes) -> Fields:
    return HeaderParser().parsestr(octets.decode("utf-8", "replace").strip("\r\n"))


def _deliveries(groups: list[Fields], delivery: int, at: datetime | None) -> Iterator[Feedback]:
    for group in groups:
        action = _word(group, "Action")
        words = text(f"{_word(group, 'Status')} {_after_type(group, 'Diagnostic-Code')}")
        fate = given_up(words) if action == "failed" else ACTIONS.get(action)
        if fate is not None:
            recipient = _after_type(group, "Original-Recipient") or _after_type(group, "Final-Recipient")
            yield _feedback(fate, delivery, recipient, _moment(group, "Last-Attempt-Date") or at, words)


def _complaints(groups: list[Fields], delivery: int, at: datetime | None) -> Iterator[Feedback]:
    kinds = [kind for group in groups if (kind := _word(group, "Feedback-Type")) in COMPLAINTS]
    if kinds:
        recipient = next(
            (str(group["Original-Rcpt-To"]) for group in groups if "Original-Rcpt-To" in group), ""
        )
        yield _feedback(Fate.COMPLAINED, delivery, recipient.strip(" <>"), at, f"reported as {kinds[0]}")


READERS = {"delivery-status": _deliveries, "feedback-report": _complaints}


def _feedback(fate: Fate, delivery: int, recipient: str, at: datetime | None, words: str) -> Feedback:
    """The same report has the same event, by whatever way and however often it comes."""
    said = f"{recipient}\n{at}\n{words}".encode("utf-8", "replace")
    event = f"mail:{delivery}:{fate}:{sha256(said).hexdigest()[:32]}"
    return Feedback(fate, event, text(recipient), delivery, at=at, words=words)


def _word(group: Fields, name: str) -> str:
    """The first word of a field, in lower case; comments follow it in brackets."""
    return next(iter(str(group.get(name, "")).lower().replace("(", " ").split()), "")


def _after_type(group: Fields, name: str) -> str:
    """Of `rfc822; ada@example.org` the address, of `smtp; 550 no` the reply."""
    kind, semicolon, value = str(group.get(name, "")).partition(";")
    return (value if semicolon else kind).strip()


def _moment(group: Fields, name: str) -> datetime | None:
    try:
        return moment(parsedate_to_datetime(str(group.get(name, ""))).isoformat())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
