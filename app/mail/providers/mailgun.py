"""Mailgun (mailgun.com): `mailgun://KEY@DOMAIN?region=eu&signing=SECRET`, one request a message, in our MIME.

Without `region=eu` the American side is asked. SECRET is the HTTP webhook signing key, not KEY. Read on
2026-11-23, in copies:
- github.com/mailgun/documentation of 2024-07-23: api-sending.rst (fields, errors), api-events.rst (FATES),
  user_manual.rst (tracking; variables, which whoever reads a mail's source can see; hard and soft bounces)
- https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks, of 2026-02 or later,
  …/webhooks/webhook-retries and https://help.mailgun.com/hc/en-us/articles/202236504-Webhooks (REPEATS)
- github.com/mailgun/mailgun-go of 2026-07-18: events/enums.go (REASONS). No page has a key against repeats.

A signature covers a time and a token only: whoever saw one call can sign another body with them, until it is
too old. A memory of tokens would not end that: each process has its own, and it would refuse the repeat of a
call that we answered with 503. So an event counts only where it fits a delivery of ours by its number or the
provider's id and by its recipient; and the path of the hook is a secret too.
"""

import hmac
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import SplitResult

from app.clock import Clock, boottime
from app.core.feedback import Fate, Feedback
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.errors import ForgedError, MailerError, UnreadableError
from app.mail.contract import Stream
from app.mail.hook import Call, fresh, moment, number, part, text
from app.mail.http import Answer, Endpoint, Silence, Timeouts
from app.mail.http_url import Account, account_of
from app.mail.mime import as_bytes, envelope
from app.mail.replies import Phase, Reply
from app.mail.replies import meaning_of as meaning_of_reply
from app.mail.side_by_side import side_by_side

EXAMPLE = "mailgun://KEY@DOMAIN?region=eu&signing=SECRET"
HOMES = {"us": "https://api.mailgun.net", "eu": "https://api.eu.mailgun.net"}

REPEATS = timedelta(hours=9)
"""For 8 hours (8:05 on its older page) Mailgun repeats a call, except that of a delivery; signed as at first,
say hookdeck/webhook-skills and brendanlong/lion-reader#1107, while its own pages say nothing of that."""


def open_mailer(parts: SplitResult) -> "Mailgun":
    """Opens no connection yet. MailerError when the URL cannot be used; it never repeats the URL."""
    account = account_of(parts, EXAMPLE)
    if account.options.get("region", "us") not in HOMES:
        raise MailerError("Write region=eu or region=us in KINDLING_MAIL_URL.")
    return Mailgun(account)


class Mailgun:
    """Knows no key: after a lost answer only a webhook with our delivery's number can tell."""

    name = "mailgun"
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
        home = account.endpoint or HOMES[account.options.get("region", "us")]
        authorization = {"Authorization": f"Basic {b64encode(f'api:{account.key}'.encode()).decode()}"}
        self._endpoint = Endpoint(home, authorization, timeouts, context, clock)
        self._path = f"/v3/{account.host}/messages.mime"
        self._signing = account.options.get("signing", "")
        self._clock = clock
        self.lease = timeouts.lease

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        return side_by_side(messages, self._send, self, self._clock)

    def hear(self, call: Call, now: datetime) -> tuple[Feedback, ...]:
        data = _proved(call, self._signing, now)
        fate = _fate(data)
        return (_feedback(fate, data),) if fate else ()

    def close(self) -> None:
        self._endpoint.close()

    def _send(self, message: Message, asked: float) -> Outcome:
        try:
            kind, content = _form(message)
        except ValueError as fault:
            return Outcome(message.id, Meaning.UNFIT, f"not sent: {fault}", self.name)
        heard = self._endpoint.post(self._path, {"Content-Type": kind}, content, asked)
        if isinstance(heard, Silence):
            return Outcome(message.id, heard.meaning, heard.text, self.name)
        return Outcome(message.id, meaning_of(heard), heard.line, self.name, _id(heard), heard.retry_after)


def meaning_of(answer: Answer) -> Meaning:
    """Only a 2xx with an id is ACCEPTED. After a 5xx too a mail may go out, as users of Mailgun saw."""
    match answer.status // 100:
        case 2:
            return Meaning.ACCEPTED if _id(answer) else Meaning.UNKNOWN
        case 3:
            return Meaning.OURS
        case 4:
            ours = answer.status == 400 and OURS.search(answer.text)
            return Meaning.OURS if ours else STATUSES.get(answer.status, Meaning.OURS)
        case _:
            return Meaning.UNKNOWN if answer.sent else Meaning.UNREACHED


OURS = re.compile("not allowed to send|from parameter|is missing|not a file|malformed|content type", re.I)
"""In a 400: our account, or a mistake of this file. It would be said of every letter."""

STATUSES: Mapping[int, Meaning] = {
    # What is missing is OURS: 401 key, 402, 403, 404 domain or region. A dead address is told by webhook.
    **dict.fromkeys((400, 413), Meaning.REFUSED),
    **dict.fromkeys((408, 421, 425, 429), Meaning.UNREACHED),
}


def _id(answer: Answer) -> str | None:
    """Of an accepted message, as webhooks write it: without angles."""
    found = answer.fields.get("id") if answer.status // 100 == 2 else None
    return text(found).strip("<> ")[:200] or None


def _form(message: Message) -> tuple[str, bytes]:
    """Type and octets of a form (RFC 7578) with our MIME as a file; ValueError when it cannot be a mail."""
    wire = as_bytes(message)
    if not wire.isascii():
        raise ValueError("Mailgun does not reach addresses with letters beyond ASCII (SMTPUTF8).")
    fields = {"to": envelope(message).recipient, "v:delivery": str(message.id)}
    fields |= dict.fromkeys(("o:tracking", "o:tracking-clicks", "o:tracking-opens"), "no")
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(b'name="message"; filename="message.eml"\r\nContent-Type: message/rfc822\r\n\r\n' + wire)
    boundary = sha256(wire).hexdigest()
    opened = f"--{boundary}\r\nContent-Disposition: form-data; ".encode()
    body = b"".join(opened + one + b"\r\n" for one in parts) + f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


def _proved(call: Call, secret: str, now: datetime) -> Mapping[str, object]:
    """The event of a call whose signature is right and fresh."""
    if not secret:
        raise ForgedError("Write &signing=SECRET in KINDLING_MAIL_URL: without it no call can be proved.")
    fields = call.fields
    told, data = fields.get("signature"), fields.get("event-data")
    stamp, given = part(told, "timestamp"), str(part(told, "signature"))
    signed = f"{stamp}{part(told, 'token')}".encode(errors="replace")
    right = hmac.new(secret.encode(), signed, sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), given.encode(errors="replace")):
        raise ForgedError("This call is not signed with the secret of signing= in KINDLING_MAIL_URL.")
    if not fresh(stamp, now, REPEATS):
        raise ForgedError("This call was signed too long ago, or ahead of our clock.")
    if not isinstance(data, dict):
        raise UnreadableError("This call holds no event.")
    return data


def _feedback(fate: Fate, data: Mapping[str, object]) -> Feedback:
    id = text(part(part(data.get("message"), "headers"), "message-id")).strip("<>")
    at, recipient = moment(data.get("timestamp")), text(data.get("recipient"))
    delivery, status = number(part(data.get("user-variables"), "delivery")), data.get("delivery-status")
    said = text(part(status, "message")) or text(part(status, "description"))
    words = text(f"{text(data.get('reason'))} {number(part(status, 'code')) or ''} {said}")
    return Feedback(
        fate, f"{id} {data['event']} {at} {recipient}", recipient, delivery, id or None, at, words
    )


def _fate(data: Mapping[str, object]) -> Fate | None:
    """None for opens, clicks and whatever else says nothing to us."""
    word, reason = text(data.get("event")), text(data.get("reason"))
    if word != "failed":
        return FATES.get(word)
    given_up = data.get("severity") == "permanent"
    return REASONS.get(reason) or (
        _given_up(reason, data.get("delivery-status")) if given_up else Fate.DELAYED
    )


def _given_up(reason: str, status: object) -> Fate:
    """A refused content, or a mailbox that stayed full, is "permanent" too: the server's reply decides."""
    said = (text(part(status, name)) for name in ("enhanced-code", "message"))
    phase = Phase.RCPT if reason == "bounce" else Phase.DOT  # the others need not be about the recipient
    reply = Reply(phase, number(part(status, "code")) or 0, "\n".join(one for one in said if one))
    return GIVEN_UP.get(meaning_of_reply(reply), Fate.SOFT)


FATES: Mapping[str, Fate] = {"delivered": Fate.DELIVERED, "complained": Fate.COMPLAINED}

REASONS: Mapping[str, Fate] = {
    # The last of many tries is called temporary too (feedback.mailgun.com, suggestion 37219720).
    "old": Fate.SOFT,
    # Not tried, for Mailgun's lists know the address. On the first are only those that do not exist.
    "suppress-bounce": Fate.BOUNCED,
    "suppress-complaint": Fate.COMPLAINED,
    "suppress-unsubscribe": Fate.REFUSED,
}

GIVEN_UP = {Meaning.REJECTED: Fate.BOUNCED, Meaning.REFUSED: Fate.REFUSED, Meaning.OURS: Fate.REFUSED}
