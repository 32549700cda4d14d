"""What SendGrid tells by webhook.

The events are those of https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event, as kept in
github.com/sendgrid/docs of 2021-06-11, of real calls in sendgrid/docs#3675 of 2018-05-21 and of Discourse,
2025-02; with our custom argument. The published signature is from sendgrid/sendgrid-python of 2025-09-19,
test/unit/test_eventwebhook.py. All read on 2026-11-23.
"""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.feedback import Fate, Feedback
from app.errors import ForgedError, UnreadableError
from app.mail.contract import Hearing
from app.mail.hook import Call
from app.mail.providers.sendgrid import SendGrid, open_mailer

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
PRIVATE, OTHER = ec.derive_private_key(7, ec.SECP256R1()), ec.derive_private_key(8, ec.SECP256R1())
STAMP, SIGNATURE = "x-twilio-email-event-webhook-timestamp", "x-twilio-email-event-webhook-signature"

EVENT = {
    "email": "ada@example.org",
    "timestamp": 1513299569,
    "smtp-id": "<14c5d75ce93@ismtpd-555>",
    "event": "delivered",
    "category": "cat facts",
    "sg_event_id": "rWVYmVk90MjZJ9iohOBa3w==",
    "sg_message_id": "14c5d75ce93.filter0001.16648.5515E0B88.0",
    "response": "250 OK",
    "delivery": "7",
}
BOUNCE = {
    **EVENT,
    "event": "bounce",
    "bounce_classification": "Invalid Address",
    "reason": "500 unknown recipient",
    "status": "5.0.0",
    "type": "bounce",
}
BLOCKED = {
    **EVENT,
    "bounce_classification": "Unclassified",
    "event": "bounce",
    "reason": "unable to get mx info: failed to get IPs from PTR record: lookup <nil>: unrecognized address",
    "sg_message_id": "euo2iKxdSayPF4YE4--I7A.recvd-5f54b5d587-pczjm-1-67BADEEA-6.0",
    "tls": 0,
    "type": "blocked",
}
DROPPED = {**EVENT, "event": "dropped", "reason": "Bounced Address", "status": "5.0.0"}


def opened(public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> SendGrid:
    key = b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    return open_mailer(urlsplit(f"sendgrid://key@?signing={quote(key, safe='')}"))


MAILER = opened(PRIVATE.public_key())


def signed(
    body: bytes, at: datetime = NOW, private: ec.EllipticCurvePrivateKey = PRIVATE, **changes: str
) -> Call:
    """By the steps of …/getting-started-event-webhook-security-features."""
    stamp = str(int(at.timestamp()))
    signature = private.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
    headers = {STAMP: stamp, SIGNATURE: b64encode(signature).decode()}
    return Call({**headers, **changes}, body)


def hear(*told: Any) -> tuple[Feedback, ...]:
    return MAILER.hear(signed(json.dumps(told).encode() + b"\r\n"), NOW)


def test_it_has_the_other_face() -> None:
    assert isinstance(MAILER, Hearing)


def test_the_published_signature_is_right() -> None:
    public = (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaIN"
        "XvVpiglSI8eNEc6wEA3F+g=="
    )
    signature = (
        "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
    )
    body = (
        b'[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address",'
        b'"sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",'
        b'"sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",'
        b'"smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'
    )
    mailer = open_mailer(urlsplit(f"sendgrid://key@?signing={quote(public, safe='')}"))
    call, then = (
        Call({STAMP: "1600112502", SIGNATURE: signature}, body),
        datetime.fromtimestamp(1600112502, UTC),
    )
    [heard] = mailer.hear(call, then)
    assert (heard.fate, heard.provider_id) == (Fate.BOUNCED, "LRzXl_NHStOGhQ4kofSm_A")
    with pytest.raises(ForgedError):
        mailer.hear(Call(call.headers, body.rstrip()), then)


@pytest.mark.parametrize(
    "call",
    [
        Call({}, b"[]"),
        Call({STAMP: signed(b"[]").headers[STAMP]}, b"[]"),
        Call({SIGNATURE: signed(b"[]").headers[SIGNATURE]}, b"[]"),
        Call(signed(b"[{}]").headers, b"[]"),
        signed(b"[]", private=OTHER),
        signed(b"[]", at=NOW - timedelta(hours=24, seconds=301)),
        signed(b"[]", at=NOW + timedelta(seconds=301)),
        signed(b"[]", **{STAMP: str(int(NOW.timestamp()) + 1)}),
        signed(b"[]", **{STAMP: "now"}),
        signed(b"[]", **{SIGNATURE: ""}),
        signed(b"[]", **{SIGNATURE: "not base64"}),
        signed(b"[]", **{SIGNATURE: "ä"}),
        signed(b"[]", **{SIGNATURE: b64encode(b"no signature").decode()}),
        Call({"svix-id": "x", "svix-timestamp": str(int(NOW.timestamp())), "svix-signature": "v1,x"}, b"[]"),
    ],
)
def test_a_call_that_is_not_proved_is_forged(call: Call) -> None:
    with pytest.raises(ForgedError):
        MAILER.hear(call, NOW)


@pytest.mark.parametrize("late", [-300, 0, 300, 24 * 3600 + 300])
def test_a_call_is_heard_as_long_as_sendgrid_repeats(late: int) -> None:
    [heard] = MAILER.hear(signed(json.dumps([BOUNCE]).encode(), at=NOW - timedelta(seconds=late)), NOW)
    assert heard.fate is Fate.BOUNCED


def test_without_a_key_on_the_right_curve_nothing_is_believed() -> None:
    longer = ec.derive_private_key(7, ec.SECP384R1())
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    keyless = [open_mailer(urlsplit(f"sendgrid://key@{rest}")) for rest in ("", "?signing=PUBLICKEY")]
    for mailer in [*keyless, opened(longer.public_key()), opened(edwards.public_key())]:
        for call in (signed(b"[]"), signed(b"[]", private=longer)):
            with pytest.raises(ForgedError):
                mailer.hear(call, NOW)


def test_a_delivery_is_told_whole() -> None:
    [heard] = hear(EVENT)
    assert heard == Feedback(
        Fate.DELIVERED,
        "14c5d75ce93.filter0001.16648.5515E0B88.0 delivered 2017-12-15 00:59:29+00:00 ada@example.org",
        "ada@example.org",
        7,
        "14c5d75ce93",
        datetime(2017, 12, 15, 0, 59, 29, tzinfo=UTC),
        "250 OK",
    )


@pytest.mark.parametrize(
    ("told", "fate"),
    [
        ({**EVENT, "event": "deferred", "response": "400 try again later", "attempt": "5"}, Fate.DELAYED),
        (BOUNCE, Fate.BOUNCED),
        ({**BOUNCE, "type": "blocked"}, Fate.SOFT),
        ({**BOUNCE, "type": "expired"}, Fate.SOFT),
        ({**BOUNCE, "type": None}, Fate.SOFT),
        (BLOCKED, Fate.SOFT),
        ({**BLOCKED, "bounce_classification": "Mailbox Unavailable"}, Fate.SOFT),
        ({**BLOCKED, "bounce_classification": "Technical Failure"}, Fate.SOFT),
        ({**BLOCKED, "bounce_classification": "Content"}, Fate.REFUSED),
        ({**BLOCKED, "bounce_classification": "Reputation", "status": "5.7.1"}, Fate.REFUSED),
        ({**BLOCKED, "bounce_classification": "Frequency or Volume Too High"}, Fate.REFUSED),
        (DROPPED, Fate.BOUNCED),
        ({**DROPPED, "reason": "Invalid"}, Fate.BOUNCED),
        ({**DROPPED, "reason": "Spam Reporting Address"}, Fate.COMPLAINED),
        ({**DROPPED, "reason": "Unsubscribed Address"}, Fate.SOFT),
        ({**DROPPED, "reason": "Spam Content"}, Fate.REFUSED),
        ({**EVENT, "event": "spamreport"}, Fate.COMPLAINED),
    ],
)
def test_each_event_is_one_fate(told: Any, fate: Fate) -> None:
    [heard] = hear(told)
    assert (heard.fate, heard.recipient, heard.delivery) == (fate, "ada@example.org", 7)


def test_what_says_nothing_of_a_letter_is_left_out_and_the_rest_is_heard() -> None:
    words = ("processed", "open", "click", "unsubscribe", "group_unsubscribe", "account_status_change", "new")
    silent = [{**EVENT, "event": word} for word in words]
    drops = [{**DROPPED, "reason": word} for word in ("Recipient List over Package Quota", "new", 7)]
    odd = [{}, {"event": None}, {"event": ["bounce"]}]
    assert [one.fate for one in hear(*silent, *drops, *odd, BOUNCE)] == [Fate.BOUNCED]


def test_a_repeat_has_the_same_name_and_another_event_another() -> None:
    [first], [again] = hear(BOUNCE), hear({**BOUNCE, "sg_event_id": "another"})
    assert first.event == again.event
    others = [{"event": "delivered"}, {"timestamp": 1513299570}, {"email": "b@c"}, {"sg_message_id": "x"}]
    assert len({one.event for one in hear(BOUNCE, *({**BOUNCE, **one} for one in others))}) == 5


def test_fields_that_make_no_sense_are_as_if_not_there() -> None:
    [heard] = hear({"event": "delivered", "timestamp": 1e18, "delivery": {}, "email": 3, "sg_message_id": []})
    assert (heard.delivery, heard.provider_id, heard.at) == (None, None, None)
    assert (heard.recipient, heard.words) == ("", "")


@pytest.mark.parametrize(
    "body", [b"", b"no", b"{}", b"null", b"[7]", b"[" + b",".join([b"{}"] * 1001) + b"]"]
)
def test_garbage_is_unreadable_though_it_is_signed(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        MAILER.hear(signed(body), NOW)
