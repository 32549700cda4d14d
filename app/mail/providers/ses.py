"""Amazon SES (API v2): `ses://ID:SECRET@REGION?topic=ARN`, one request a message, our MIME as it is.

ARN is the SNS topic that calls our hook ("raw message delivery" off). Our tag comes back only in events of
a configuration set: make one that reports to the topic, and make it the default of the identity that sends.
`&endpoint=https://host/path` sends elsewhere, as through a VPC endpoint. Read on 2026-11-23, in copies:
- https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html and the service model of botocore
  1.44.5 (fields, WORDS; no key against repeats), …/API_TrackingConfigurationOverrides.html
- https://docs.aws.amazon.com/ses/latest/dg/header-fields.html: SES puts a Date and Message-ID of its own over
  ours, so that a signature of ours would not last; it signs by itself
- …/dg/manage-sending-quotas-errors.html (PHRASES)
- …/dg/event-publishing-retrieving-sns-contents.html and -examples.html (copies of 2022-11-02; FATES, LISTS)
"""

import json
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import SplitResult

import httpx
import structlog

from app.clock import Clock, boottime
from app.core.feedback import Fate, Feedback
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Stream
from app.mail.hook import MOST, Call, moment, number, part, text
from app.mail.http import Answer, Endpoint, Silence, Timeouts
from app.mail.http_url import Account, account_of
from app.mail.mime import as_bytes, envelope
from app.mail.side_by_side import side_by_side
from app.mail.sigv4 import signature
from app.mail.sns import Fetch, Topic, fetched

log = structlog.get_logger()

EXAMPLE = "ses://ID:SECRET@REGION?topic=ARN"
PATH = "/v2/email/outbound-emails"


def open_mailer(parts: SplitResult) -> "Ses":
    """Opens no connection yet. MailerError when the URL cannot be used; it never repeats the URL."""
    return Ses(account_of(parts, EXAMPLE))


class Ses:
    """Knows no key: a lost answer stays unknown until the topic tells."""

    name = "ses"
    width = 4
    free = 1
    key_window: timedelta | None = None
    smtputf8 = False

    def __init__(
        self,
        account: Account,
        timeouts: Timeouts | None = None,
        context: ssl.SSLContext | None = None,
        clock: Clock = boottime,
        fetch: Fetch = fetched,
    ) -> None:
        timeouts = timeouts or Timeouts()
        self._account = account
        self._url = account.endpoint or f"https://email.{account.host}.amazonaws.com"
        self._endpoint = Endpoint(self._url, {}, timeouts, context, clock)
        self._topic = Topic(account.options.get("topic", ""), fetch)
        self._clock = clock
        self.lease = timeouts.lease

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        return side_by_side(messages, self._send, self, self._clock)

    def hear(self, call: Call, now: datetime) -> tuple[Feedback, ...]:
        """May fetch a certificate of SNS, in 5 seconds: hold no transaction open. MailerError if it fails."""
        notice = self._topic.proved(call, now)
        if notice.kind != "Notification":
            log.warning(ASKED[notice.kind], what_to_do=f"to be told here, open {text(notice.url)}")
            return ()
        told = Call({}, notice.message.encode(errors="replace"))
        return () if notice.message.strip() == GREETING else _feedback(told)

    def close(self) -> None:
        self._endpoint.close()

    def _send(self, message: Message, asked: float) -> Outcome:
        try:
            content = _content(message)
        except ValueError as fault:
            return Outcome(message.id, Meaning.UNFIT, f"not sent: {fault}", self.name)
        at = datetime.now(UTC)  # Amazon holds it against its own clock, so never the installation's
        signed = signature(self._account, httpx.URL(self._url + PATH), content, at)
        heard = self._endpoint.post(PATH, signed, content, asked)
        if isinstance(heard, Silence):
            return Outcome(message.id, heard.meaning, heard.text, self.name)
        meaning, line = meaning_of(heard), f"{_word(heard)} {heard.line}".strip()[:500]
        if meaning is Meaning.ACCEPTED:
            return Outcome(message.id, meaning, f"{heard.status} accepted", self.name, _id(heard))
        return Outcome(message.id, meaning, line, self.name, retry_after=heard.retry_after)


def _content(message: Message) -> bytes:
    """FromEmailAddress and ReplyToAddresses are left out: they would replace headers of ours."""
    between = envelope(message)
    if between.smtputf8:
        raise ValueError("SES does not reach addresses with letters beyond ASCII (SMTPUTF8).")
    untracked = {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
    fields = {
        "Content": {"Raw": {"Data": b64encode(as_bytes(message)).decode()}},
        "Destination": {"ToAddresses": [between.recipient]},
        "EmailTags": [{"Name": "delivery", "Value": str(message.id)}],
        "ConfigurationOverrides": {"Tracking": untracked},
    }
    return json.dumps(fields, separators=(",", ":")).encode()


def meaning_of(answer: Answer) -> Meaning:
    """Only a 2xx with an id is ACCEPTED; a redirect means that the endpoint is not Amazon's."""
    match answer.status // 100:
        case 2:
            return Meaning.ACCEPTED if _id(answer) else Meaning.UNKNOWN
        case 3:
            return Meaning.OURS
        case 4:
            if any(phrase in answer.line.lower() for phrase in PHRASES):
                return Meaning.OURS
            return WORDS.get(_word(answer)) or STATUSES.get(answer.status, Meaning.OURS)
        case _:
            return Meaning.UNKNOWN if answer.sent else Meaning.UNREACHED


PHRASES = (
    "daily message quota exceeded",  # else as TooManyRequestsException for only too fast
    "address is not verified",  # our From, or an account in the sandbox; else as MessageRejected
)

WORDS: Mapping[str, Meaning] = {
    # 400, but not about the letter. A dead address is told by the topic alone: nothing here is REJECTED.
    **dict.fromkeys(("AccountSuspendedException", "SendingPausedException"), Meaning.OURS),
    **dict.fromkeys(("MailFromDomainNotVerifiedException", "LimitExceededException"), Meaning.OURS),
    **dict.fromkeys(("IncompleteSignature", "OptInRequired", "RequestExpired"), Meaning.OURS),
    **dict.fromkeys(("ThrottlingException", "Throttling"), Meaning.UNREACHED),
}

STATUSES: Mapping[int, Meaning] = {
    # Those that are missing here are OURS: 403 the key, its rights, our clock; 404 the endpoint.
    **dict.fromkeys((400, 413), Meaning.REFUSED),
    **dict.fromkeys((408, 429), Meaning.UNREACHED),
    409: Meaning.UNKNOWN,
}


def _word(answer: Answer) -> str:
    """From `Word:http://…` in a header or `service#Word` in the body."""
    told = answer.headers.get("x-amzn-errortype") or text(answer.fields.get("__type"))
    return text(told.partition(":")[0].rpartition("#")[2])


def _id(answer: Answer) -> str | None:
    found = answer.fields.get("MessageId")
    return found[:200] if isinstance(found, str) and found.strip() else None


ASKED: Mapping[str, str] = {
    "SubscriptionConfirmation": "Amazon SNS asks whether it may call this hook",
    "UnsubscribeConfirmation": "Amazon SNS no longer calls this hook",
}

GREETING = "Successfully validated SNS topic for Amazon SES event publishing."


def _feedback(call: Call) -> tuple[Feedback, ...]:
    """One for each recipient. `notificationType` is the word of an identity without a configuration set."""
    event, mail = call.fields, call.fields.get("mail")
    kind = text(event.get("eventType") or event.get("notificationType"))
    within, name = LISTS.get(kind, ("", ""))
    about = event.get(within)
    fate, recipients, at = _fate(kind, about), part(about, name), part(about, "timestamp")
    if fate is None or not isinstance(recipients, list):
        return ()
    letter, tags = text(part(mail, "messageId")), part(part(mail, "tags"), "delivery")
    said = [part(about, word) for word in SAID] + [part(event.get("reject"), "reason")]
    return tuple(
        Feedback(
            # The server refuses us (RFC 3463: security or policy), whatever SES makes of it; not the address.
            Fate.REFUSED if text(part(one, "status")).startswith("5.7.") else fate,
            event=f"{letter} {kind} {text(at)} {recipient}",
            recipient=recipient,
            delivery=number(tags[0]) if isinstance(tags, list) and tags else None,
            provider_id=letter or None,
            at=moment(at),
            words=text(" ".join(filter(None, map(text, [*said, part(one, "diagnosticCode")])))),
        )
        for one in recipients[:MOST]
        for recipient in [text(one) or text(part(one, "emailAddress"))]
    )


def _fate(kind: str, about: object) -> Fate | None:
    """From the most that is told: the event, for a bounce also its type and subtype."""
    if text(part(about, "complaintFeedbackType")) in ("not-spam", "auth-failure"):
        return None
    type_, subtype = (text(part(about, name)) for name in ("bounceType", "bounceSubType"))
    return FATES.get(f"{kind} {type_} {subtype}") or FATES.get(f"{kind} {type_}") or FATES.get(kind)


LISTS: Mapping[str, tuple[str, str]] = {
    "Bounce": ("bounce", "bouncedRecipients"),
    "Complaint": ("complaint", "complainedRecipients"),
    "Delivery": ("delivery", "recipients"),
    "DeliveryDelay": ("deliveryDelay", "delayedRecipients"),
    "Reject": ("mail", "destination"),
}

FATES: Mapping[str, Fate] = {
    "Delivery": Fate.DELIVERED,
    "DeliveryDelay": Fate.DELAYED,
    "Complaint": Fate.COMPLAINED,
    "Reject": Fate.REFUSED,
    # SES gave up: Transient, Undetermined.
    "Bounce": Fate.SOFT,
    "Bounce Permanent": Fate.BOUNCED,
    # Not tried: on the account's list for a bounce, for a complaint or by hand. It does not say which.
    "Bounce Permanent OnAccountSuppressionList": Fate.SOFT,
    "Bounce Transient MessageTooLarge": Fate.REFUSED,
    "Bounce Transient ContentRejected": Fate.REFUSED,
    "Bounce Transient AttachmentRejected": Fate.REFUSED,
}

SAID = ("bounceType", "bounceSubType", "delayType", "complaintFeedbackType", "smtpResponse")
