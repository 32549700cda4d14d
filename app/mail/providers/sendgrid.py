"""SendGrid (sendgrid.com): `sendgrid://KEY@?signing=PUBLICKEY`, one request a message.

PUBLICKEY is the verification key of the signed event webhook, with + / = as %2B %2F %3D. A subuser in the EU
adds `&endpoint=https://api.eu.sendgrid.com`. No page has a key against repeats. Read on 2026-11-23, copied:
- https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send, in sendgrid/sendgrid-oai of 2024-07
- …/api-reference/how-to-use-the-sendgrid-v3-api/errors (STATUSES), …/rate-limits (a 429 has no Retry-After)
- …/glossary/x-message-id and github.com/sendgrid/sendgrid-nodejs/issues/412 of 2017 (`sg_message_id`)
- …/for-developers/tracking-events/event (FATES, DROPS), …/getting-started-event-webhook-security-features,
  …/troubleshooting (REPEATS): in github.com/sendgrid/docs of 2021-06, with its pull/3885 of 2018 (`blocked`)
- …/api-reference/bounces-api (BLOCKS), in github.com/api-evangelist/sendgrid of 2026-10
- github.com/anymail/django-anymail/issues/108 of 2018 (our Message-ID is kept); commas in names:
  sendgrid/docs#2452 of 2017 and sendgrid-python#291; that this is mended, its CHANGELOG of 2025-04 says
"""

import json
import re
import ssl
from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import SplitResult

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.clock import Clock, boottime
from app.core.feedback import Fate, Feedback
from app.core.message import Address, Message
from app.core.outcome import Meaning, Outcome
from app.errors import ForgedError
from app.mail.contract import Stream
from app.mail.hook import Call, fresh, moment, number, part, text
from app.mail.http import Answer, Endpoint, Silence, Timeouts
from app.mail.http_url import Account, account_of
from app.mail.mime import as_bytes, ascii_mailbox, unfolded_headers
from app.mail.side_by_side import side_by_side

EXAMPLE = "sendgrid://KEY@?signing=PUBLICKEY"
HOME = "https://api.sendgrid.com"

REPEATS = timedelta(hours=24)
"""For so long SendGrid repeats what was not answered with 2xx; whether it signs a repeat anew no page tells.
The signature covers the whole body: an old call can only say again what it said."""


def open_mailer(parts: SplitResult) -> "SendGrid":
    """Opens no connection yet. MailerError when the URL cannot be used; it never repeats the URL."""
    return SendGrid(account_of(parts, EXAMPLE))


class SendGrid:
    """Knows no key: a repeat would be a second letter. It takes letters to dead addresses and drops them."""

    name = "sendgrid"
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
        ours = {"Authorization": f"Bearer {account.key}", "Accept": "application/json"}
        self._endpoint = Endpoint(account.endpoint or HOME, ours, timeouts, context, clock)
        self._public = _public_key(account.options.get("signing", ""))
        self._clock = clock
        self.lease = timeouts.lease

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        return side_by_side(messages, self._send, self, self._clock)

    def hear(self, call: Call, now: datetime) -> tuple[Feedback, ...]:
        if self._public is None or not _is_signed(call, self._public, now):
            raise ForgedError(
                "This call is not signed with the key of signing= in KINDLING_MAIL_URL just now."
            )
        return tuple(heard for told in call.events if (heard := _feedback(told)) is not None)

    def close(self) -> None:
        self._endpoint.close()

    def _send(self, message: Message, asked: float) -> Outcome:
        try:
            content = _content(message)
        except ValueError as fault:
            return Outcome(message.id, Meaning.UNFIT, f"not sent: {fault}", self.name)
        heard = self._endpoint.post("/v3/mail/send", {}, content, asked)
        if isinstance(heard, Silence):
            return Outcome(message.id, heard.meaning, heard.text, self.name)
        meaning = meaning_of(heard)
        if meaning is Meaning.ACCEPTED:
            return Outcome(message.id, meaning, f"{heard.status} accepted", self.name, _id(heard))
        return Outcome(message.id, meaning, heard.line, self.name, retry_after=heard.retry_after)


def meaning_of(answer: Answer) -> Meaning:
    """Only a 202 with an id is ACCEPTED, a 200 was a rehearsal; a redirect means a wrong endpoint."""
    match answer.status // 100:
        case 2:
            return Meaning.ACCEPTED if answer.status == 202 and _id(answer) else Meaning.UNKNOWN
        case 3:
            return Meaning.OURS
        case 4:
            told = answer.fields.get("errors")
            fields = [text(part(one, "field")) for one in told] if isinstance(told, list) else []
            about_us = any(field.startswith(("from", "reply_to")) for field in fields)
            return Meaning.OURS if about_us else STATUSES.get(answer.status, Meaning.OURS)
        case _:
            return Meaning.UNKNOWN if answer.sent else Meaning.UNREACHED


STATUSES: Mapping[int, Meaning] = {
    # There are no other words. What is missing is OURS: 401 (also: no credits), 403, 404, 405, 406, 415, 451.
    **dict.fromkeys((400, 413), Meaning.REFUSED),
    **dict.fromkeys((408, 421, 425, 429), Meaning.UNREACHED),
}

FATES: Mapping[str, Fate] = {
    # What is missing says nothing to us: processed, open, click, unsubscribe and its kin.
    "delivered": Fate.DELIVERED,
    "deferred": Fate.DELAYED,
    "spamreport": Fate.COMPLAINED,
}

BLOCKS: Mapping[str, Fate] = {
    # The classes of a bounce that is not of type `bounce`. What is missing is SOFT, as Mailbox Unavailable.
    **dict.fromkeys(("Content", "Reputation", "Frequency or Volume Too High"), Fate.REFUSED),
}

DROPS: Mapping[str, Fate] = {
    # Why SendGrid did not even try. What is missing is our account's fault: no quota, a bad SMTPAPI header.
    **dict.fromkeys(("bounced address", "invalid"), Fate.BOUNCED),
    "spam reporting address": Fate.COMPLAINED,
    "unsubscribed address": Fate.SOFT,  # it lives; three in a row stop the course all the same
    "spam content": Fate.REFUSED,
}


def _feedback(told: Mapping[str, object]) -> Feedback | None:
    fate = _fate(told)
    if fate is None:
        return None
    id, recipient = text(told.get("sg_message_id")), text(told.get("email"))
    at, words = moment(told.get("timestamp")), text(told.get("reason")) or text(told.get("response"))
    event = f"{id} {text(told.get('event'))} {at} {recipient}"
    letter = id.partition(".")[0] or None
    return Feedback(fate, event, recipient, number(told.get("delivery")), letter, at, words)


def _fate(told: Mapping[str, object]) -> Fate | None:
    kind = text(told.get("type"))
    match text(told.get("event")):
        case "bounce" if kind == "bounce":
            return Fate.BOUNCED
        case "bounce":
            return BLOCKS.get(text(told.get("bounce_classification")), Fate.SOFT)
        case "dropped":
            return DROPS.get((text(told.get("reason")) or kind).lower())
        case event:
            return FATES.get(event)


def _is_signed(call: Call, public: EllipticCurvePublicKey, now: datetime) -> bool:
    stamp = call.headers.get("x-twilio-email-event-webhook-timestamp", "")
    signature = call.headers.get("x-twilio-email-event-webhook-signature", "")
    try:
        public.verify(b64decode(signature, validate=True), stamp.encode() + call.body, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return fresh(stamp, now, REPEATS)


def _public_key(told: str) -> EllipticCurvePublicKey | None:
    """From base64 of its DER; None for anything but a key on P-256."""
    try:
        key = load_der_public_key(b64decode(told, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1) else None


def _id(answer: Answer) -> str | None:
    """With it `sg_message_id` begins, which comes back with every event."""
    return text(answer.headers.get("x-message-id"))[:200] or None


def _content(message: Message) -> bytes:
    """ValueError when it cannot be a mail, or not through SendGrid. custom_args come back with every call."""
    as_bytes(message)  # what may not stand in a mail is refused as every other provider does
    sender, reply_to = message.sender.address, message.sender.reply_to
    content = (("text/plain", message.text), ("text/html", message.html))
    ours = {"Message-ID": f"<{message.message_id.strip('<>')}>"}
    off = {name: {"enable": False} for name in ("open_tracking", "subscription_tracking", "ganalytics")}
    fields: dict[str, object] = {
        "personalizations": [{"to": [_named(message.to, _bare(message.to.name))]}],
        "from": _named(sender, sender.name),
        "subject": message.subject,
        "content": [{"type": kind, "value": value} for kind, value in content],
        "headers": ours | unfolded_headers(message),
        "custom_args": {"delivery": str(message.id)},
        "tracking_settings": {"click_tracking": {"enable": False, "enable_text": False}, **off},
    }
    if reply_to is not None:
        fields["reply_to"] = _named(reply_to, reply_to.name)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _named(address: Address, name: str) -> dict[str, str]:
    words = " ".join(name.split())
    return {"email": ascii_mailbox(address)} | ({"name": words} if words else {})


def _bare(name: str) -> str:
    """For To, where SendGrid forbids commas and has taken what came after one for the address; From and
    Reply-To it quotes as it must."""
    return re.sub(r'[<>@:;,"\\]|=\?|\?=', " ", name)
