"""Brevo (brevo.com): `brevo://KEY@`, a v3 API key, one request a message.

Let a transactional webhook tell delivered, deferred, both bounces, blocked, invalid, error and spam.
Opens and clicks are tracked unless Brevo's support turns that off: no switch is in a request, nor in the
account, where they can only be counted without names. It adds a List-Unsubscribe of its own; whether it keeps
ours no page tells. It gives its own Message-ID. Read on 2026-11-23, in copies of pages without a date:
- https://developers.brevo.com/reference/send-transac-email (fields), …/docs/limit-headers (429)
- …/docs/heterogenous-versions-batch-emails (a key is good for 30 minutes; what a repeat is answered),
  …/changelog/email-api-now-supports-idempotency (for 15 minutes)
- github.com/getbrevo/brevo-python of 2026-03-05: brevo_python/models/error_model.py (WORDS)
- …/docs/transactional-webhooks and batch-webhooks (FATES; nothing is signed),
  https://help.brevo.com/hc/en-us/articles/209435165-What-is-a-Bounce- (what is hard and what soft)
- github.com/anymail/django-anymail of 2026-07-30: anymail/backends/brevo.py (letters beyond ASCII)
- https://help.brevo.com/hc/en-us/articles/11643306229906 and sendinblue/APIv3-nodejs-library#115 (tracking),
  …/articles/19100260472850 (List-Unsubscribe)
"""

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import SplitResult
from uuid import UUID

from app.clock import Clock, boottime
from app.core.feedback import Fate, Feedback
from app.core.message import Address, Message, headers
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Stream
from app.mail.hook import Call, moment, number, text
from app.mail.http import Answer, Endpoint, Silence, Timeouts
from app.mail.http_url import Account, account_of
from app.mail.mime import as_bytes, ascii_mailbox
from app.mail.side_by_side import side_by_side

EXAMPLE = "brevo://KEY@"
HOME = "https://api.brevo.com/v3"


def open_mailer(parts: SplitResult) -> "Brevo":
    """Opens no connection yet. MailerError when the URL cannot be used; it never repeats the URL."""
    return Brevo(account_of(parts, EXAMPLE))


class Brevo:
    """Removes repeats by key for 30 or 15 minutes, as its pages say; three are kept for clocks and delays."""

    name = "brevo"
    width = 10
    free = 1
    key_window: timedelta | None = timedelta(minutes=12)
    smtputf8 = False

    def __init__(
        self,
        account: Account,
        timeouts: Timeouts | None = None,
        context: ssl.SSLContext | None = None,
        clock: Clock = boottime,
    ) -> None:
        timeouts = timeouts or Timeouts()
        self._endpoint = Endpoint(
            account.endpoint or HOME, {"api-key": account.key}, timeouts, context, clock
        )
        self._clock = clock
        self.lease = timeouts.lease

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        return side_by_side(messages, self._send, self, self._clock)

    def hear(self, call: Call, now: datetime) -> tuple[Feedback, ...]:
        """Brevo signs nothing: the secret in the hook's path has proved the call."""
        events = call.events if isinstance(call.json, list) else (call.fields,)
        return tuple(told for one in events for told in _feedback(one))

    def close(self) -> None:
        self._endpoint.close()

    def _send(self, message: Message, asked: float) -> Outcome:
        try:
            key, content = _key(message), _content(message)
        except ValueError as fault:
            return Outcome(message.id, Meaning.UNFIT, f"not sent: {fault}", self.name)
        heard = self._endpoint.post("/smtp/email", {"idempotencyKey": key}, content, asked)
        if isinstance(heard, Silence):
            return Outcome(message.id, heard.meaning, heard.text, self.name)
        return Outcome(message.id, meaning_of(heard), heard.line, self.name, _id(heard), _wait(heard))


def meaning_of(answer: Answer) -> Meaning:
    """Only a 2xx with an id is ACCEPTED; after a redirect the endpoint is not Brevo's."""
    match answer.status // 100:
        case 2:
            return Meaning.ACCEPTED if _id(answer) else Meaning.UNKNOWN
        case 3:
            return Meaning.OURS
        case 4:
            word, said = str(answer.fields.get("code", "")), str(answer.fields.get("message", ""))
            meaning = WORDS.get(word) or STATUSES.get(answer.status, Meaning.OURS)
            return Meaning.OURS if meaning is Meaning.REFUSED and "sender" in said.lower() else meaning
        case _:
            return Meaning.UNKNOWN if answer.sent else Meaning.UNREACHED


WORDS: Mapping[str, Meaning] = {
    # Our account, even in a 400.
    **dict.fromkeys(("unauthorized", "permission_denied", "account_under_validation"), Meaning.OURS),
    "not_enough_credits": Meaning.OURS,
    # The key was used before. Whether that became a mail, and with which id, only a webhook can tell.
    **dict.fromkeys(("duplicate_parameter", "duplicate_request"), Meaning.UNKNOWN),
}

STATUSES: Mapping[int, Meaning] = {
    # What is missing is OURS, as 401, 402, 403 and 404. That an address is dead is told by webhook.
    **dict.fromkeys((400, 413, 422), Meaning.REFUSED),
    **dict.fromkeys((408, 421, 425, 429), Meaning.UNREACHED),
}

FATES: Mapping[str, Fate] = {
    # What is missing, as request, opened, click and unsubscribed, says nothing to us.
    "delivered": Fate.DELIVERED,
    "deferred": Fate.DELAYED,
    "soft_bounce": Fate.SOFT,
    **dict.fromkeys(("hard_bounce", "invalid_email"), Fate.BOUNCED),
    # Not tried, for Brevo has it on a list and does not say why; or a mistake of its own.
    **dict.fromkeys(("blocked", "error"), Fate.REFUSED),
    **dict.fromkeys(("spam", "complaint"), Fate.COMPLAINED),
}

POLICY = re.compile(r"\b5\.7\.\d")
"""Soft and hard are also bounces by what was sent, or by whom: then no address is at fault."""


def _feedback(one: Mapping[str, object]) -> tuple[Feedback, ...]:
    word, words = text(one.get("event")), text(one.get("reason"))
    fate = FATES.get(word)
    if fate is None:
        return ()
    fate = Fate.REFUSED if fate in (Fate.SOFT, Fate.BOUNCED) and POLICY.search(words) else fate
    id, recipient, at = text(one.get("message-id")).strip("<>"), text(one.get("email")), _at(one)
    delivery = number(one.get("X-Mailin-custom"))
    return (Feedback(fate, f"{id} {word} {at} {recipient}", recipient, delivery, id or None, at, words),)


def _at(one: Mapping[str, object]) -> datetime | None:
    """`ts_epoch` is in milliseconds, but in seconds in the examples; a complaint has only `ts_event`."""
    told = number(one.get("ts_epoch")) or 0
    return moment(told / 1000) or moment(told) or moment(one.get("ts_event"))


def _id(answer: Answer) -> str | None:
    """Of an accepted message, as a webhook may write it: without angles."""
    found = answer.fields.get("messageId") if answer.status // 100 == 2 else None
    return text(found).strip("<> ")[:200] or None


def _wait(answer: Answer) -> timedelta | None:
    seconds = number(answer.headers.get("x-sib-ratelimit-reset", "")[:9]) if answer.status == 429 else None
    return answer.retry_after or (timedelta(seconds=seconds) if seconds else None)


def _key(message: Message) -> str:
    """A UUID, shaped as the random ones that Brevo asks for, the same for the same letter."""
    return str(UUID(bytes=sha256(message.key.encode()).digest()[:16], version=4))


def _content(message: Message) -> bytes:
    """The same letter gives the same octets. ValueError when it cannot be a mail, or not through Brevo.

    Its pages put the key among these headers; getbrevo/brevo-node#94 says that they cannot carry it. So it is
    among those of the request too. X-Mailin-custom comes back with every webhook.
    """
    as_bytes(message)  # what may not stand in a mail is refused as every other provider does
    sender, reply_to = message.sender.address, message.sender.reply_to
    ours = {name: _ascii(value) for name, value in headers(message) if value}
    fields: dict[str, object] = {
        "sender": _who(sender),
        "to": [_who(message.to)],
        "subject": message.subject,
        "textContent": message.text,
        "htmlContent": message.html,
        "headers": ours | {"X-Mailin-custom": str(message.id), "idempotencyKey": _key(message)},
    }
    if reply_to is not None:
        # There Brevo would write a name beyond ASCII as bare octets.
        fields["replyTo"] = _who(reply_to if reply_to.name.isascii() else Address(reply_to.address))
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _who(address: Address) -> dict[str, str]:
    """Of 70 characters at most. Brevo drops a name beyond ASCII that has a comma or the like in it."""
    plain = address.name if address.name.isascii() else re.sub(r'[()<>\[\]:;@\\,."]', " ", address.name)
    name = " ".join(plain.split())[:70]
    return {"email": ascii_mailbox(address)} | ({"name": name} if name else {})


def _ascii(value: str) -> str:
    """Only List-ID may have more than ASCII, before its angle: Brevo would decode it and send bare octets."""
    return value if value.isascii() else f"<{value.rpartition('<')[2]}"
