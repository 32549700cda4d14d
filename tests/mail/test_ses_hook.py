"""What SES tells through SNS.

Records: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html in a copy of
2022-11-02, and the tests of django-anymail (2026-07-30) for `notificationType`; read on 2026-11-23.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.feedback import Fate, Feedback
from app.mail.contract import Hearing
from app.mail.http_url import Account
from app.mail.providers.ses import Ses

from .notices import ARN, NOW, Amazon, key

ADA = "recipient@example.com"
LETTER = "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000"
AMAZON = Amazon(key())


def ses() -> Ses:
    return Ses(Account("AKID", "s3cret", "us-west-2", {"topic": ARN}), fetch=AMAZON.fetch)


def told(kind: str, **more: Any) -> dict[str, Any]:
    mail = {
        "timestamp": "2017-08-05T00:40:02.012Z",
        "source": "Sender Name <sender@example.com>",
        "messageId": LETTER,
        "destination": [ADA],
        "tags": {"ses:configuration-set": ["ConfigSet"], "delivery": ["7"]},
    }
    return {"eventType": kind, "mail": mail, **more}


def bounced(kind: str, detail: str, status: str = "5.1.1") -> dict[str, Any]:
    one = {
        "emailAddress": ADA,
        "action": "failed",
        "status": status,
        "diagnosticCode": "smtp; 550 user unknown",
    }
    bounce = {
        "bounceType": kind,
        "bounceSubType": detail,
        "bouncedRecipients": [one],
        "timestamp": "2017-08-05T00:41:02.669Z",
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "reportingMTA": "dsn; mta.example.com",
    }
    return told("Bounce", bounce=bounce)


def heard(record: object) -> tuple[Feedback, ...]:
    return ses().hear(AMAZON.notice(json.dumps(record) + "\n"), NOW)


def test_it_hears() -> None:
    assert isinstance(ses(), Hearing)


def test_a_bounce_is_told_in_our_words() -> None:
    assert heard(bounced("Permanent", "General")) == (
        Feedback(
            Fate.BOUNCED,
            event=f"{LETTER} Bounce 2017-08-05T00:41:02.669Z {ADA}",
            recipient=ADA,
            delivery=7,
            provider_id=LETTER,
            at=datetime(2017, 8, 5, 0, 41, 2, 669_000, UTC),
            words="Permanent General smtp; 550 user unknown",
        ),
    )


@pytest.mark.parametrize(
    ("kind", "detail", "status", "fate"),
    [
        ("Permanent", "General", "5.1.1", Fate.BOUNCED),
        ("Permanent", "NoEmail", "", Fate.BOUNCED),
        ("Permanent", "Suppressed", "5.1.1", Fate.BOUNCED),
        ("Permanent", "OnAccountSuppressionList", "5.1.1", Fate.SOFT),
        ("Permanent", "General", "5.7.1", Fate.REFUSED),
        ("Transient", "General", "4.4.7", Fate.SOFT),
        ("Transient", "General", "5.7.1", Fate.REFUSED),
        ("Transient", "MailboxFull", "5.2.2", Fate.SOFT),
        ("Transient", "MessageTooLarge", "", Fate.REFUSED),
        ("Transient", "ContentRejected", "", Fate.REFUSED),
        ("Transient", "AttachmentRejected", "", Fate.REFUSED),
        ("Transient", "CustomTimeoutExceeded", "", Fate.SOFT),
        ("Undetermined", "Undetermined", "", Fate.SOFT),
        ("Permanently", "", "", Fate.SOFT),
    ],
)
def test_only_what_is_permanent_is_a_bounce_for_good(kind: str, detail: str, status: str, fate: Fate) -> None:
    assert [one.fate for one in heard(bounced(kind, detail, status))] == [fate]


COMPLAINT = {"complainedRecipients": [{"emailAddress": ADA}], "timestamp": "2017-08-05T00:41:02.669Z"}
DELIVERY = {
    "timestamp": "2016-10-19T23:21:04.133Z",
    "processingTimeMillis": 11893,
    "recipients": [ADA],
    "smtpResponse": "250 2.6.0 Message received",
    "reportingMTA": "mta.example.com",
}
DELAY = {
    "timestamp": "2020-06-16T00:25:40.095Z",
    "delayType": "TransientCommunicationFailure",
    "expirationTime": "2020-06-16T00:25:40.914Z",
    "delayedRecipients": [
        {
            "emailAddress": ADA,
            "status": "4.4.1",
            "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
        }
    ],
}


@pytest.mark.parametrize(
    ("record", "fate", "words"),
    [
        (told("Complaint", complaint=COMPLAINT), Fate.COMPLAINED, ""),
        (
            told("Complaint", complaint=COMPLAINT | {"complaintFeedbackType": "abuse"}),
            Fate.COMPLAINED,
            "abuse",
        ),
        (told("Delivery", delivery=DELIVERY), Fate.DELIVERED, "250 2.6.0 Message received"),
        (
            told("DeliveryDelay", deliveryDelay=DELAY),
            Fate.DELAYED,
            "TransientCommunicationFailure smtp; 421 4.4.1 Unable to connect to remote host",
        ),
        (told("Reject", reject={"reason": "Bad content"}), Fate.REFUSED, "Bad content"),
    ],
)
def test_every_event_has_one_fate(record: object, fate: Fate, words: str) -> None:
    [one] = heard(record)
    assert (one.fate, one.words, one.recipient) == (fate, words, ADA)
    assert (one.delivery, one.provider_id) == (7, LETTER)
    assert one.at is not None


@pytest.mark.parametrize(
    "record",
    [
        told("Send", send={}),
        told("Open", open={"userAgent": "Mozilla/5.0"}),
        told("Click", click={"link": "https://harbour.example/"}),
        told("Rendering Failure", failure={"errorMessage": "x"}),
        told("Subscription", subscription={}),
        told("New"),
        told("Complaint", complaint=COMPLAINT | {"complaintFeedbackType": "not-spam"}),
        told("Complaint", complaint=COMPLAINT | {"complaintFeedbackType": "auth-failure"}),
        told("Complaint"),
        told("Bounce", bounce=[]),
        told("Bounce", bounce={"bouncedRecipients": "x"}),
        {},
        {"eventType": ["Bounce"]},
    ],
)
def test_the_rest_is_left_out(record: object) -> None:
    assert heard(record) == ()


def test_an_identity_without_a_configuration_set_tells_no_tag() -> None:
    record = bounced("Permanent", "General") | {"notificationType": "Bounce", "eventType": None}
    del record["mail"]["tags"]
    [one] = heard(record)
    assert (one.fate, one.delivery, one.provider_id) == (Fate.BOUNCED, None, LETTER)


@pytest.mark.parametrize(
    "mail", [None, [], {"tags": []}, {"tags": {"delivery": []}}, {"tags": {"delivery": "7"}}]
)
def test_what_names_no_letter_leads_to_none(mail: object) -> None:
    [one] = heard(told("Delivery", delivery={"recipients": [{}]}) | {"mail": mail})
    assert (one.delivery, one.provider_id, one.at, one.recipient) == (None, None, None, "")


def test_a_repeat_has_the_same_name() -> None:
    call, later = AMAZON.notice(json.dumps(bounced("Permanent", "General"))), NOW + timedelta(hours=1)
    again = AMAZON.notice(json.dumps(bounced("Permanent", "General")), later, MessageId="another")
    assert ses().hear(call, NOW) == ses().hear(call, later) == ses().hear(again, later)
