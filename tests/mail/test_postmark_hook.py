"""What Postmark tells by webhook.

The calls are those of https://postmarkapp.com/email-webhooks and …/developer/webhooks/…-webhook, as kept in
django-anymail's tests/test_postmark_webhooks.py of 2026-07-30 and put together with the fields of
postmark.js's src/client/models/webhooks/payload of 2026-02-18; read on 2026-11-23. Postmark signs nothing.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.core.feedback import Fate, Feedback
from app.errors import UnreadableError
from app.mail.contract import Hearing
from app.mail.hook import Call
from app.mail.providers.postmark import open_mailer

MAILER = open_mailer(urlsplit("postmark://token@"))
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)

DELIVERY = {
    "RecordType": "Delivery",
    "ServerID": 23,
    "MessageStream": "broadcast",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Recipient": "ada@example.org",
    "Tag": "welcome-email",
    "DeliveredAt": "2014-08-01T13:28:10.2735393-04:00",
    "Details": "Test delivery webhook details",
    "Metadata": {"delivery": "7"},
}

BOUNCE = {
    "RecordType": "Bounce",
    "ID": 901542550,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
    "Email": "ada@example.org",
    "From": "hello@harbour.example",
    "BouncedAt": "2016-04-27T16:28:50.3963933-04:00",
    "DumpAvailable": True,
    "Inactive": True,
    "CanActivate": True,
    "Subject": "Day one",
    "ServerID": 23,
    "MessageStream": "broadcast",
    "Metadata": {"delivery": "7"},
}

COMPLAINT = {**BOUNCE, "RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 512, "Details": ""}

SUBSCRIPTION = {
    "RecordType": "SubscriptionChange",
    "MessageID": "a4909a96-73d7-4c49-b148-a54522d3f7ac",
    "ServerID": 23,
    "MessageStream": "broadcast",
    "ChangedAt": "2022-06-05T17:17:32Z",
    "Recipient": "ada@example.org",
    "Origin": "Recipient",
    "SuppressSending": True,
    "SuppressionReason": "ManualSuppression",
    "Metadata": {"delivery": "7"},
}


def hear(told: Any, now: datetime = NOW) -> tuple[Feedback, ...]:
    return MAILER.hear(Call({}, json.dumps(told).encode()), now)


def test_it_has_the_other_face() -> None:
    assert isinstance(MAILER, Hearing)


def test_a_delivery_is_told_whole() -> None:
    [heard] = hear(DELIVERY)
    assert heard == Feedback(
        Fate.DELIVERED,
        "883953f4-6105-42a2-a16a-77a8eac79483 Delivery 2014-08-01 17:28:10.273539+00:00 ada@example.org",
        "ada@example.org",
        7,
        "883953f4-6105-42a2-a16a-77a8eac79483",
        datetime(2014, 8, 1, 17, 28, 10, 273539, UTC),
        "Test delivery webhook details",
    )


@pytest.mark.parametrize(
    ("word", "fate"),
    [
        ("Transient", Fate.DELAYED),
        ("SoftBounce", Fate.SOFT),
        ("DnsError", Fate.SOFT),
        ("Unknown", Fate.SOFT),
        ("SpamNotification", Fate.REFUSED),
        ("VirusNotification", Fate.REFUSED),
        ("Blocked", Fate.REFUSED),
        ("DMARCPolicy", Fate.REFUSED),
        ("HardBounce", Fate.BOUNCED),
        ("BadEmailAddress", Fate.BOUNCED),
        ("SpamComplaint", Fate.COMPLAINED),
    ],
)
def test_each_type_of_bounce_is_one_fate(word: str, fate: Fate) -> None:
    [heard] = hear({**BOUNCE, "Type": word})
    assert (heard.fate, heard.recipient, heard.delivery) == (fate, "ada@example.org", 7)
    assert heard.words.startswith("smtp;550 5.1.1")
    assert heard.at == datetime(2016, 4, 27, 20, 28, 50, 396393, UTC)


def test_a_complaint_is_one() -> None:
    [heard] = hear(COMPLAINT)
    assert (heard.fate, heard.delivery) == (Fate.COMPLAINED, 7)
    assert heard.words.startswith("The server was unable")


@pytest.mark.parametrize(
    "told",
    [
        {**BOUNCE, "Type": "AutoResponder"},
        {**BOUNCE, "Type": "ManuallyDeactivated"},
        {**BOUNCE, "Type": "Delivery?"},
        {**BOUNCE, "Type": ["HardBounce"]},
        {**BOUNCE, "RecordType": "HardBounce"},
        {**DELIVERY, "RecordType": "Open"},
        {**DELIVERY, "RecordType": "Click"},
        {**DELIVERY, "RecordType": {}},
        SUBSCRIPTION,
        {"FromFull": {"Email": "ada@example.org"}, "Subject": "a reply"},
        {},
    ],
)
def test_what_says_nothing_of_a_letter_is_left_out(told: Any) -> None:
    assert hear(told) == ()


def test_a_repeat_has_the_same_name_and_another_event_another() -> None:
    again = hear({**BOUNCE, "ID": 5, "Details": "another"}, NOW + timedelta(days=3))
    assert hear(BOUNCE)[0].event == again[0].event
    others = [{"Type": "Transient"}, {"BouncedAt": "2016-04-28"}, {"Email": "b@c"}, {"MessageID": "x"}]
    assert len({hear({**BOUNCE, **one})[0].event for one in others} | {again[0].event}) == 5


def test_fields_that_make_no_sense_are_as_if_not_there() -> None:
    odd = {
        "Metadata": ["7"],
        "MessageID": None,
        "BouncedAt": 1e18,
        "Email": {},
        "Details": 3,
        "Description": 4,
    }
    [heard] = hear({**BOUNCE, **odd})
    assert (heard.fate, heard.delivery, heard.provider_id, heard.at) == (Fate.BOUNCED, None, None, None)
    assert (heard.recipient, heard.words) == ("", "")


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b"null", b'{"RecordType": "Bounce"', b"[" * 100_000])
def test_garbage_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        MAILER.hear(Call({}, body), NOW)
