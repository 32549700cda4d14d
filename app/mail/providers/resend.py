"""Resend (resend.com): `resend://KEY@?signing=SECRET`, one request a message; SECRET is the webhook's.

`&endpoint=https://host/path` sends elsewhere, as through a proxy. Read on 2026-11-23, in copies:
- https://resend.com/docs/api-reference/emails/send-email.md (fields), …/dashboard/emails/tags.md
- https://resend.com/docs/api-reference/errors.md (WORDS), …/rate-limit.md (5 requests a second, Retry-After)
- https://resend.com/docs/dashboard/emails/idempotency-keys.md (24 hours, 256 characters)
- https://resend.com/docs/webhooks/event-types.md, …/webhooks/emails/bounced.md and …/suppressed (FATES),
  …/dashboard/webhooks/body-parameters (diagnosticCode; tags as a list, an object in the examples)
- django-anymail, CHANGELOG of 2025-04 (names in quotes, which Resend once refused, are taken)
Opens and clicks are tracked by domain, off at first; there is no switch in a request.
"""

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.headerregistry import Address as Mailbox
from email.utils import parseaddr
from urllib.parse import SplitResult

from app.clock import Clock, boottime
from app.core.feedback import Fate, Feedback
from app.core.message import Address, Message
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Stream
from app.mail.hook import Call, moment, number, part, text
from app.mail.http import Answer, Endpoint, Silence, Timeouts
from app.mail.http_url import Account, account_of
from app.mail.mime import as_bytes, ascii_mailbox, unfolded_headers
from app.mail.side_by_side import side_by_side
from app.mail.svix import prove

EXAMPLE = "resend://KEY@?signing=SECRET"
HOME = "https://api.resend.com"


def open_mailer(parts: SplitResult) -> "Resend":
    """Opens no connection yet. MailerError when the URL cannot be used; it never repeats the URL."""
    return Resend(account_of(parts, EXAMPLE))


class Resend:
    """Removes repeats by the Idempotency-Key for 24 hours; an hour of that is kept for clocks and delays."""

    name = "resend"
    width = 4
    free = 1
    key_window: timedelta | None = timedelta(hours=23)
    smtputf8 = False

    def __init__(
        self,
        account: Account,
        timeouts: Timeouts | None = None,
        context: ssl.SSLContext | None = None,
        clock: Clock = boottime,
    ) -> None:
        timeouts = timeouts or Timeouts()
        authorization = {"Authorization": f"Bearer {account.key}"}
        self._endpoint = Endpoint(account.endpoint or HOME, authorization, timeouts, context, clock)
        self._clock = clock
        self._signing = account.options.get("signing", "")
        self.lease = timeouts.lease

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        return side_by_side(messages, self._send, self, self._clock)

    def hear(self, call: Call, now: datetime) -> tuple[Feedback, ...]:
        """A call tells one thing of one letter."""
        prove(call, self._signing, now)
        event = call.fields
        told, data = text(event.get("type")), event.get("data")
        fate = _fate(told, data)
        return (_feedback(fate, told, data, event.get("created_at")),) if fate else ()

    def close(self) -> None:
        self._endpoint.close()

    def _send(self, message: Message, asked: float) -> Outcome:
        try:
            key, content = {"Idempotency-Key": _key(message)}, _content(message)
        except ValueError as fault:
            return Outcome(message.id, Meaning.UNFIT, f"not sent: {fault}", self.name)
        heard = self._endpoint.post("/emails", key, content, asked)
        if isinstance(heard, Silence):
            return Outcome(message.id, heard.meaning, heard.text, self.name)
        return _outcome(message, heard)


def _outcome(message: Message, answer: Answer) -> Outcome:
    meaning, reply = meaning_of(answer), answer.line
    if answer.fields.get("name") == "invalid_idempotent_request":
        reply = f"A MISTAKE OF OURS, please report it: another letter had this key. {reply}"[:500]
    if meaning is Meaning.ACCEPTED:
        return Outcome(message.id, meaning, f"{answer.status} accepted", Resend.name, _id(answer))
    return Outcome(message.id, meaning, reply, Resend.name, retry_after=answer.retry_after)


def meaning_of(answer: Answer) -> Meaning:
    """Only a 2xx with an id is ACCEPTED; a redirect means that the endpoint is not Resend's."""
    match answer.status // 100:
        case 2:
            return Meaning.ACCEPTED if _id(answer) else Meaning.UNKNOWN
        case 3:
            return Meaning.OURS
        case 4:
            word = str(answer.fields.get("name", ""))
            return WORDS.get(word) or STATUSES.get(answer.status, Meaning.OURS)
        case _:
            return Meaning.UNKNOWN if answer.sent else Meaning.UNREACHED


WORDS: Mapping[str, Meaning] = {
    # Only those that say something else than their status: a 422 about our From or our key, a 429 because all
    # that was bought is used up. Nothing that POST /emails may answer means that an address is dead: that
    # comes by webhook. So nothing here is REJECTED.
    **dict.fromkeys(("invalid_from_address", "invalid_access"), Meaning.OURS),
    **dict.fromkeys(("daily_quota_exceeded", "monthly_quota_exceeded"), Meaning.OURS),
}

STATUSES: Mapping[int, Meaning] = {
    # Those that are missing here are OURS: 401 and 403 the key and the domain, 404 and 405 the endpoint, 402.
    **dict.fromkeys((400, 413, 422, 451), Meaning.REFUSED),
    **dict.fromkeys((408, 421, 425, 429), Meaning.UNREACHED),
    # The first request with this key is at work still, or was about another letter.
    409: Meaning.UNKNOWN,
}


def _id(answer: Answer) -> str | None:
    found = answer.fields.get("id")
    return found[:200] if isinstance(found, str) and found.strip() else None


def _key(message: Message) -> str:
    if not re.fullmatch(r"[!-~]{1,223}\.[0-9a-f]{32}", message.key):
        raise ValueError("The Message-ID cannot be a key; it needs 1 to 223 ASCII characters.")
    return message.key


def _content(message: Message) -> bytes:
    """The same letter gives the same octets. ValueError when it cannot be a mail, or not through Resend.

    There is no Message-ID: Resend gives its own. The tag comes back with every webhook.
    """
    as_bytes(message)  # what may not stand in a mail is refused as every other provider does
    sender, reply_to = message.sender.address, message.sender.reply_to
    fields: dict[str, object] = {
        "from": _named(sender),
        "to": [_named(message.to)],
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "headers": unfolded_headers(message),
        "tags": [{"name": "delivery", "value": str(message.id)}],
    }
    if reply_to is not None:
        fields["reply_to"] = [_named(reply_to)]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _named(address: Address) -> str:
    """In quotes where it must be, never in encoded words: in From, Resend has refused those (451)."""
    words = " ".join(re.sub(r"=\?|\?=", " ", address.name).split())
    return str(Mailbox(words, addr_spec=ascii_mailbox(address)))


def _fate(told: str, data: object) -> Fate | None:
    """From the most that is told: the event, for a bounce also its type and subtype."""
    bounce = part(data, "bounce")
    if told == "email.bounced" and POLICY.search(_diagnosis(bounce)):
        return Fate.REFUSED
    kind, detail = (text(part(bounce, name)) for name in ("type", "subType"))
    return FATES.get(f"{told} {kind} {detail}") or FATES.get(f"{told} {kind}") or FATES.get(told)


def _diagnosis(bounce: object) -> str:
    """What the recipient's servers said; not every bounce has it."""
    said = part(bounce, "diagnosticCode")
    return text(" ".join(map(text, said))) if isinstance(said, list) else text(said)


POLICY = re.compile(r"\b5\.7\.\d")
"""The server refuses us (RFC 3463: security or policy), whatever is made of it; no address is at fault."""

FATES: Mapping[str, Fate] = {
    "email.delivered": Fate.DELIVERED,
    "email.delivery_delayed": Fate.DELAYED,
    "email.complained": Fate.COMPLAINED,
    # Resend gave up: Transient, Undetermined, and what has no type yet.
    "email.bounced": Fate.SOFT,
    "email.bounced Permanent": Fate.BOUNCED,
    "email.bounced Transient MessageTooLarge": Fate.REFUSED,
    "email.bounced Transient ContentRejected": Fate.REFUSED,
    "email.bounced Transient AttachmentRejected": Fate.REFUSED,
    # Not tried: on Resend's list for a bounce, for a complaint or by hand. It does not say which.
    **dict.fromkeys(("email.bounced Permanent OnAccountSuppressionList", "email.suppressed"), Fate.SOFT),
    # Not tried: our quota, our domain. No address is at fault.
    "email.failed": Fate.REFUSED,
}


def _feedback(fate: Fate, told: str, data: object, at: object) -> Feedback:
    to = part(data, "to")
    recipient = parseaddr(text(to[0] if isinstance(to, list) and to else to))[1]
    letter = text(part(data, "email_id"))
    said = part(data, "bounce") or part(data, "suppressed") or part(data, "failed")
    return Feedback(
        fate,
        event=f"{letter} {told} {text(at)} {recipient}",
        recipient=recipient,
        delivery=_number(part(data, "tags")),
        provider_id=letter or None,
        at=moment(at),
        words=text(f"{text(part(said, 'message')) or text(part(said, 'reason'))} {_diagnosis(said)}"),
    )


def _number(tags: object) -> int | None:
    """Of our tag, in an object or in a list of names and values."""
    if isinstance(tags, list):
        tags = {text(part(one, "name")): part(one, "value") for one in tags}
    return number(part(tags, "delivery"))
