"""What Resend tells by webhook.

Payloads: https://resend.com/docs/webhooks/emails/bounced.md and …/suppressed, in copies,
https://resend.com/docs/dashboard/webhooks/body-parameters (diagnosticCode, tags as a list), in a copy, and
`src/webhooks/interfaces/webhook-event.interface.ts` of resend-node (2026-08-21); read on 2026-11-23.
Vector: https://docs.svix.com/receiving/verifying-payloads/how-manual, read on 2026-11-23.
"""

import hmac
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from app.core.feedback import Fate, Feedback
from app.errors import ForgedError, UnreadableError
from app.mail.contract import Hearing
from app.mail.hook import Call
from app.mail.providers.resend import Resend, open_mailer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
LETTER = "56761188-7520-42d8-8898-ff6fc54ce618"
SUPPRESSED = "The recipient's email address is on the suppression list because it has a recent history."


def resend(secret: str = SECRET) -> Resend:
    return open_mailer(urlsplit(f"resend://re_key@?signing={quote(secret, safe='')}"))


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET, name: str = "msg_1") -> Call:
    stamp = str(int(at.timestamp()))
    mac = hmac.digest(b64decode(secret[6:]), f"{name}.{stamp}.".encode() + body, "sha256")
    headers = {"svix-id": name, "svix-timestamp": stamp, "svix-signature": f"v1,{b64encode(mac).decode()}"}
    return Call(headers, body)


def told(kind: str, **more: object) -> bytes:
    data = {
        "created_at": "2026-11-23T06:58:11.894719+00:00",
        "email_id": LETTER,
        "message_id": "<111-222-333@email.example.com>",
        "from": "Anna at Harbour <hello@harbour.example>",
        "to": ["Ada <ada@example.org>"],
        "subject": "Day one",
        "tags": {"delivery": "7"},
    }
    return json.dumps({"type": kind, "created_at": "2026-11-23T06:59:12.126Z", "data": data | more}).encode()


def bounced(kind: str, detail: str) -> bytes:
    return told("email.bounced", bounce={"message": SUPPRESSED, "subType": detail, "type": kind})


def heard(body: bytes) -> tuple[Feedback, ...]:
    return resend().hear(signed(body), NOW)


def test_it_hears() -> None:
    assert isinstance(resend(), Hearing)


def test_a_bounce_is_told_in_our_words() -> None:
    assert heard(bounced("Permanent", "General")) == (
        Feedback(
            Fate.BOUNCED,
            event=f"{LETTER} email.bounced 2026-11-23T06:59:12.126Z ada@example.org",
            recipient="ada@example.org",
            delivery=7,
            provider_id=LETTER,
            at=datetime(2026, 11, 23, 6, 59, 12, 126_000, UTC),
            words=SUPPRESSED,
        ),
    )


@pytest.mark.parametrize(
    ("kind", "detail", "fate"),
    [
        ("Permanent", "General", Fate.BOUNCED),
        ("Permanent", "NoEmail", Fate.BOUNCED),
        ("Permanent", "Suppressed", Fate.BOUNCED),
        ("Permanent", "OnAccountSuppressionList", Fate.SOFT),
        ("Transient", "General", Fate.SOFT),
        ("Transient", "MailboxFull", Fate.SOFT),
        ("Transient", "MessageTooLarge", Fate.REFUSED),
        ("Transient", "ContentRejected", Fate.REFUSED),
        ("Transient", "AttachmentRejected", Fate.REFUSED),
        ("Undetermined", "Undetermined", Fate.SOFT),
        ("Permanently", "", Fate.SOFT),
    ],
)
def test_only_what_is_permanent_is_a_bounce_for_good(kind: str, detail: str, fate: Fate) -> None:
    assert [one.fate for one in heard(bounced(kind, detail))] == [fate]


POLICY = "smtp; 550 5.7.26 This mail is unauthenticated"


@pytest.mark.parametrize(
    ("said", "fate"),
    [
        (["smtp; 550 5.1.1 user unknown"], Fate.BOUNCED),
        ([POLICY], Fate.REFUSED),
        (POLICY, Fate.REFUSED),
        ([7, None], Fate.BOUNCED),
    ],
)
def test_a_server_that_refuses_us_says_nothing_of_the_address(said: object, fate: Fate) -> None:
    bounce = {"message": "bounced", "subType": "General", "type": "Permanent", "diagnosticCode": said}
    [one] = heard(told("email.bounced", bounce=bounce))
    assert one.fate is fate
    assert one.words.startswith("bounced")


def test_the_words_of_the_server_are_kept() -> None:
    [one] = heard(told("email.bounced", bounce={"message": "so", "diagnosticCode": [POLICY, "421 no"]}))
    assert one.words == f"so {POLICY} 421 no"


@pytest.mark.parametrize(
    ("tags", "number"),
    [
        ({"delivery": "7"}, 7),
        ([{"name": "kind", "value": "x"}, {"name": "delivery", "value": "7"}], 7),
        ([{"name": ["delivery"], "value": "7"}, None], None),
    ],
)
def test_our_number_is_found_in_an_object_and_in_a_list(tags: object, number: int | None) -> None:
    [one] = heard(told("email.delivered", tags=tags))
    assert one.delivery == number


@pytest.mark.parametrize("bounce", [None, "Permanent", [], {}, {"type": ["Permanent"]}])
def test_a_bounce_of_no_type_is_soft(bounce: object) -> None:
    assert [one.fate for one in heard(told("email.bounced", bounce=bounce))] == [Fate.SOFT]


@pytest.mark.parametrize(
    ("kind", "more", "fate", "words"),
    [
        ("email.delivered", {}, Fate.DELIVERED, ""),
        ("email.delivery_delayed", {}, Fate.DELAYED, ""),
        ("email.complained", {}, Fate.COMPLAINED, ""),
        ("email.failed", {"failed": {"reason": "reached_daily_quota"}}, Fate.REFUSED, "reached_daily_quota"),
        (
            "email.suppressed",
            {"suppressed": {"message": "on the list", "type": "x"}},
            Fate.SOFT,
            "on the list",
        ),
    ],
)
def test_every_event_has_one_fate(kind: str, more: dict[str, Any], fate: Fate, words: str) -> None:
    [one] = heard(told(kind, **more))
    assert (one.fate, one.words, one.delivery, one.provider_id) == (fate, words, 7, LETTER)


@pytest.mark.parametrize(
    "kind", ["email.sent", "email.opened", "email.clicked", "contact.created", "email.new"]
)
def test_the_rest_is_left_out(kind: str) -> None:
    assert heard(told(kind)) == ()


@pytest.mark.parametrize("body", [b"{}", b'{"type": ["email.bounced"]}', b'{"type": null, "data": 3}'])
def test_what_has_no_type_is_left_out(body: bytes) -> None:
    assert heard(body) == ()


@pytest.mark.parametrize(
    "data", [None, [], "x", {"to": [], "tags": []}, {"to": "x", "tags": {"delivery": "x"}}]
)
def test_what_names_no_letter_leads_to_none(data: object) -> None:
    [one] = heard(json.dumps({"type": "email.complained", "created_at": 0, "data": data}).encode())
    assert (one.delivery, one.provider_id, one.at) == (None, None, None)


def test_a_repeat_has_the_same_name() -> None:
    body = bounced("Permanent", "General")
    later = NOW + timedelta(hours=2)
    assert resend().hear(signed(body, later, name="msg_2"), later) == heard(body)


def test_the_published_vector_is_right() -> None:
    headers = {
        "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "svix-timestamp": "1614265330",
        "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    call = Call(headers, b'{"test": 2432232314}')
    assert resend().hear(call, datetime.fromtimestamp(1_614_265_330, UTC)) == ()


def test_one_right_signature_of_several_is_enough() -> None:
    call = signed(told("email.delivered"))
    several = f"v1,AAAA v1a,{'A' * 40} {call.headers['svix-signature']}"
    assert resend().hear(Call({**call.headers, "svix-signature": several}, call.body), NOW)


@pytest.mark.parametrize("late", [301, -301])
def test_an_old_call_and_one_from_tomorrow_are_forged(late: int) -> None:
    with pytest.raises(ForgedError):
        resend().hear(signed(told("email.delivered"), NOW - timedelta(seconds=late)), NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"svix-id": "msg_2"},
        {"svix-timestamp": str(int(NOW.timestamp()) + 1)},
        {"svix-timestamp": ""},
        {"svix-signature": ""},
        {"svix-signature": "v1,"},
        {"svix-signature": "é"},
        {"svix-signature": signed(told("email.delivered")).headers["svix-signature"].replace("v1,", "v2,")},
    ],
)
def test_a_call_that_was_touched_is_forged(changed: dict[str, str]) -> None:
    call = signed(told("email.delivered"))
    with pytest.raises(ForgedError):
        resend().hear(Call({**call.headers, **changed}, call.body), NOW)


@pytest.mark.parametrize(
    "call",
    [
        Call({}, told("email.delivered")),
        Call({"x-mailgun-signature": "v1,x"}, told("email.delivered")),
        Call(signed(b"{}").headers, told("email.delivered")),
        signed(told("email.delivered"), secret="whsec_" + "A" * 32),
    ],
)
def test_a_call_without_our_signature_is_forged(call: Call) -> None:
    with pytest.raises(ForgedError):
        resend().hear(call, NOW)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_x", "SECRET!", ""])
def test_without_a_secret_nothing_is_believed(secret: str) -> None:
    url = f"resend://re_key@?signing={secret}" if secret else "resend://re_key@"
    with pytest.raises(ForgedError, match="until signing= in KINDLING_MAIL_URL"):
        open_mailer(urlsplit(url)).hear(signed(told("email.delivered"), secret="whsec_"), NOW)


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b"null", b"\xff", b'{"type": NaN}'])
def test_a_signed_call_that_makes_no_sense_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        heard(body)
