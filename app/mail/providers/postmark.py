"""Postmark (postmarkapp.com): `postmark://TOKEN@`, a server's token, one request a message.

Lessons go out on the stream `broadcast`, or that of `?lessons=`, every other letter on `outbound`.
`endpoint=https://host/path` sends elsewhere, as through a proxy. Three things are set over there:
- their support lets you manage that stream's unsubscribes yourself; else they replace our List-Unsubscribe;
- open tracking is off in the server's settings, which overrule every letter;
- a webhook of both streams tells Delivery, Bounce and Spam Complaint.

Read on 2026-11-23, in undated copies and in the extracts of github.com/api-evangelist/postmark of 2026-08-13:
- https://postmarkapp.com/developer/user-guide/send-email-with-api (fields), …/tracking-opens/…-per-email
- https://postmarkapp.com/developer/api/overview (CODES, old ones too; no Retry-After), …/bounce-api (FATES)
- https://postmarkapp.com/developer/webhooks/webhooks-overview (no signatures) and its neighbours
- https://postmarkapp.com/support/article/managing-your-own-unsubscribe-process
- github.com/anymail/django-anymail, tests/test_postmark_*.py of 2026-07-30 (an answer without ErrorCode)
X-PM-KeepID, which keeps our Message-ID, is on their page about SMTP only. No page has a key against repeats.
"""

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.header import Header
from email.utils import formataddr
from urllib.parse import SplitResult

from app.clock import Clock, boottime
from app.core.delivery import Kind
from app.core.feedback import Fate, Feedback
from app.core.message import Address, Message
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Stream
from app.mail.hook import Call, moment, number, part, text
from app.mail.http import Answer, Endpoint, Silence, Timeouts
from app.mail.http_url import Account, account_of
from app.mail.mime import as_bytes, ascii_mailbox, unfolded_headers
from app.mail.side_by_side import side_by_side

EXAMPLE = "postmark://TOKEN@?lessons=broadcast"
HOME = "https://api.postmarkapp.com"


def open_mailer(parts: SplitResult) -> "Postmark":
    """Opens no connection yet. MailerError when the URL cannot be used; it never repeats the URL."""
    return Postmark(account_of(parts, EXAMPLE))


class Postmark:
    """Knows no key: a repeat would be a second letter."""

    name = "postmark"
    width = 10
    free = 1
    key_window: timedelta | None = None
    smtputf8 = False

    def __init__(
        self,
        account: Account,
        timeouts: Timeouts | None = None,
        context: ssl.SSLContext | None = None,
        clock: Clock = boottime,
    ) -> None:
        timeouts = timeouts or Timeouts()
        ours = {"X-Postmark-Server-Token": account.key, "Accept": "application/json"}
        self._endpoint = Endpoint(account.endpoint or HOME, ours, timeouts, context, clock)
        self._lessons = account.options.get("lessons", "broadcast")
        self._clock = clock
        self.lease = timeouts.lease

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        return side_by_side(messages, self._send, self, self._clock)

    def hear(self, call: Call, now: datetime) -> tuple[Feedback, ...]:
        """One event a call. Postmark signs nothing: the secret in the hook's path has proved the call."""
        return _feedback(call.fields)

    def close(self) -> None:
        self._endpoint.close()

    def _send(self, message: Message, asked: float) -> Outcome:
        try:
            content = _content(message, self._lessons if message.kind == Kind.LESSON else "outbound")
        except ValueError as fault:
            return Outcome(message.id, Meaning.UNFIT, f"not sent: {fault}", self.name)
        heard = self._endpoint.post("/email", {}, content, asked)
        if isinstance(heard, Silence):
            return Outcome(message.id, heard.meaning, heard.text, self.name)
        meaning = meaning_of(heard)
        if meaning is Meaning.ACCEPTED:
            return Outcome(message.id, meaning, f"{heard.status} accepted", self.name, _id(heard))
        return Outcome(message.id, meaning, heard.line, self.name, retry_after=heard.retry_after)


def meaning_of(answer: Answer) -> Meaning:
    """Only a 2xx with an id and no error is ACCEPTED; after a redirect the endpoint is not Postmark's."""
    code = number(answer.fields.get("ErrorCode", 0))
    match answer.status // 100:
        case 2 if code == 0:
            return Meaning.ACCEPTED if _id(answer) else Meaning.UNKNOWN
        case 2:
            return CODES.get(code, Meaning.UNKNOWN)
        case 3:
            return Meaning.OURS
        case 4:
            meaning = CODES.get(code) or STATUSES.get(answer.status, Meaning.OURS)
            about_us = re.search("'(From|Reply-?To)'", str(answer.fields.get("Message")))
            return Meaning.OURS if about_us and meaning is Meaning.REFUSED else meaning
        case _:
            return Meaning.UNKNOWN if answer.sent else Meaning.UNREACHED


CODES: Mapping[int | None, Meaning] = {
    # The token; our From; no credits; the account; the server; the stream; our IP address.
    **dict.fromkeys((10, 400, 401, 405, 409, 412, 413, 422, 1235, 1236, 1480), Meaning.OURS),
    # This letter: several faults, an invalid request, JSON or field.
    **dict.fromkeys((11, 300, 402, 403), Meaning.REFUSED),
    # "Inactive", by a hard bounce, a complaint or by hand: nothing reaches it until somebody lifts that.
    406: Meaning.REJECTED,
    429: Meaning.UNREACHED,
}

STATUSES: Mapping[int, Meaning] = {
    # A 4xx without one of these codes. Those that are missing here, as 401 and 404, are OURS.
    **dict.fromkeys((400, 413, 422), Meaning.REFUSED),
    **dict.fromkeys((408, 421, 425, 429), Meaning.UNREACHED),
}

FATES: Mapping[str, Fate] = {
    # RecordType, or the Type of a bounce. What is missing, as Open and AutoResponder, says nothing to us.
    "Delivery": Fate.DELIVERED,
    "Transient": Fate.DELAYED,
    **dict.fromkeys(("SoftBounce", "DnsError", "Unknown"), Fate.SOFT),
    **dict.fromkeys(("SpamNotification", "VirusNotification", "Blocked", "DMARCPolicy"), Fate.REFUSED),
    **dict.fromkeys(("HardBounce", "BadEmailAddress"), Fate.BOUNCED),
    "SpamComplaint": Fate.COMPLAINED,
}


def _feedback(told: Mapping[str, object]) -> tuple[Feedback, ...]:
    record = text(told.get("RecordType"))
    word = text(told.get("Type")) if record == "Bounce" else record
    fate = FATES.get(word) if record in ("Bounce", "Delivery", "SpamComplaint") else None
    if fate is None:
        return ()
    id, recipient = text(told.get("MessageID")), text(told.get("Email") or told.get("Recipient"))
    at = moment(told.get("BouncedAt") or told.get("DeliveredAt"))
    words = text(told.get("Details")) or text(told.get("Description"))
    delivery = number(part(told.get("Metadata"), "delivery"))
    return (Feedback(fate, f"{id} {word} {at} {recipient}", recipient, delivery, id or None, at, words),)


def _id(answer: Answer) -> str | None:
    return text(answer.fields.get("MessageID"))[:200] or None


def _content(message: Message, stream: str) -> bytes:
    """ValueError when it cannot be a mail, or not through Postmark. Metadata come back with every webhook."""
    as_bytes(message)  # what may not stand in a mail is refused as every other provider does
    sender, reply_to = message.sender.address, message.sender.reply_to
    ours = {"Message-ID": f"<{message.message_id.strip('<>')}>", "X-PM-KeepID": "true"}
    fields: dict[str, object] = {
        "From": _named(sender),
        "To": _named(message.to),
        "Subject": message.subject,
        "TextBody": message.text,
        "HtmlBody": message.html,
        "Headers": [
            {"Name": name, "Value": value} for name, value in (ours | unfolded_headers(message)).items()
        ],
        "Metadata": {"delivery": str(message.id)},
        "MessageStream": stream,
        "TrackOpens": False,
        "TrackLinks": "None",
    }
    if reply_to is not None:
        fields["ReplyTo"] = _named(reply_to)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _named(address: Address) -> str:
    """To and its kin are lists in one string: a name is quoted where it must be, or in encoded words."""
    words, mailbox = " ".join(address.name.split()), ascii_mailbox(address)
    if words.isascii() and "=?" not in words:
        return formataddr((words, mailbox))
    return f"{Header(words, 'utf-8', maxlinelen=75).encode(linesep='')} <{mailbox}>"
