"""What Mailgun tells by webhook. Payloads are those of its own pages, shortened, for our letter to Ada:
github.com/mailgun/documentation, source/api-events.rst and user_manual.rst of 2024-07-23, read on 2026-11-23.
With its examples of signatures it shows no key, so they can be no test."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.feedback import Fate, Feedback
from app.errors import ForgedError, UnreadableError
from app.mail.hook import Call
from app.mail.http_url import Account
from app.mail.providers.mailgun import Mailgun

from .letters import ADA

NOW = datetime(2026, 11, 23, 7, 0, 30, tzinfo=UTC)
AT = 1795417200.626182
TOKEN = "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0"
SECRET = "s3cret-signing-key"
DEAD = "5.1.1 The email account that you tried to reach does not exist. Please try\n5.1.1 double-checking"


def event(word: str, **more: Any) -> dict[str, Any]:
    return {
        "event": word,
        "id": "hK7mQVt1QtqRiOfQXta4sw",
        "timestamp": AT,
        "log-level": "info",
        "message": {
            "headers": {"to": ADA, "message-id": "7@harbour.example", "subject": "Day one"},
            "size": 586,
        },
        "recipient": ADA,
        "tags": [],
        "user-variables": {"delivery": "7"},
        **more,
    }


def failed(severity: str, reason: str, code: int, message: str, **more: Any) -> dict[str, Any]:
    status = {"code": code, "message": message, "description": "", "attempt-no": 1, **more}
    return event("failed", **{"severity": severity, "reason": reason, "delivery-status": status})


def signed(data: Any, late: float = 0, secret: str = SECRET) -> Call:
    stamp = str(int((NOW - timedelta(seconds=late)).timestamp()))
    signature = hmac.new(secret.encode(), f"{stamp}{TOKEN}".encode(), "sha256").hexdigest()
    told = {"timestamp": stamp, "token": TOKEN, "signature": signature}
    return Call({}, json.dumps({"signature": told, "event-data": data}).encode())


def hear(call: Call, secret: str = SECRET) -> tuple[Feedback, ...]:
    options = {"signing": secret} if secret else {}
    return Mailgun(Account("key", host="mg.harbour.example", options=options)).hear(call, NOW)


def test_a_delivery_is_told_in_our_words() -> None:
    status = {"code": 250, "message": "OK", "mx-host": "aspmx.l.example.com", "tls": True}
    [told] = hear(signed(event("delivered", **{"delivery-status": status})))
    assert told == Feedback(
        Fate.DELIVERED,
        f"7@harbour.example delivered 2026-11-23 07:00:00.626182+00:00 {ADA}",
        ADA,
        delivery=7,
        provider_id="7@harbour.example",
        at=datetime(2026, 11, 23, 7, 0, 0, 626182, UTC),
        words="250 OK",
    )


@pytest.mark.parametrize(
    ("data", "fate"),
    [
        (event("complained"), Fate.COMPLAINED),
        (failed("permanent", "bounce", 550, DEAD), Fate.BOUNCED),
        (failed("permanent", "bounce", 550, "User unknown"), Fate.BOUNCED),
        (failed("permanent", "bounce", 550, "5.7.1 Message rejected as spam"), Fate.REFUSED),
        (failed("permanent", "bounce", 550, "Blocked by policy"), Fate.REFUSED),
        (failed("permanent", "bounce", 550, "5.7.26 unauthenticated"), Fate.REFUSED),
        (failed("permanent", "bounce", 552, "5.2.2 The mailbox is full"), Fate.SOFT),
        (failed("permanent", "generic", 550, "smtp; 550-5.1.1", **{"enhanced-code": "5.1.1"}), Fate.BOUNCED),
        (failed("permanent", "generic", 550, "Message rejected"), Fate.REFUSED),
        (failed("permanent", "generic", 498, "No MX for nomx.example.com"), Fate.SOFT),
        (failed("permanent", "old", 602, "Too old"), Fate.SOFT),
        (failed("permanent", "suppress-bounce", 605, ""), Fate.BOUNCED),
        (failed("permanent", "suppress-complaint", 607, ""), Fate.COMPLAINED),
        (failed("permanent", "suppress-unsubscribe", 606, ""), Fate.REFUSED),
        (failed("temporary", "generic", 451, "4.7.652 too many connections"), Fate.DELAYED),
        (failed("temporary", "greylisted", 450, "Greylisted"), Fate.DELAYED),
        (failed("temporary", "old", 498, "No MX for nomx.example.com"), Fate.SOFT),
        (event("failed", severity="permanent", reason="bounce"), Fate.SOFT),
    ],
)
def test_each_event_has_one_fate(data: dict[str, Any], fate: Fate) -> None:
    [told] = hear(signed(data))
    assert (told.fate, told.delivery, told.provider_id) == (fate, 7, "7@harbour.example")


@pytest.mark.parametrize(
    "word", ["accepted", "opened", "clicked", "unsubscribed", "stored", "hatched", 7, None]
)
def test_what_says_nothing_to_us_is_left_out(word: Any) -> None:
    assert hear(signed(event(word, reason="old"))) == ()


@pytest.mark.parametrize("late", [300, 8 * 3600 + 300, 9 * 3600 + 300, -300])
def test_a_repeat_is_heard_as_long_as_mailgun_repeats(late: int) -> None:
    [told] = hear(signed(failed("permanent", "bounce", 550, DEAD), late))
    assert told.fate is Fate.BOUNCED


def test_words_of_a_server_are_short_and_printable() -> None:
    [told] = hear(signed(failed("permanent", "bounce", 550, "5.1.1 no\r\n\x00such " + "x" * 10**5)))
    assert told.words.startswith("bounce 550 5.1.1 no ?such xxx")
    assert len(told.words) == 1024


def test_a_repeat_gives_the_same_event_whenever_it_was_signed() -> None:
    data = failed("permanent", "bounce", 550, DEAD)
    angled = {"headers": {"message-id": "<7@harbour.example>"}}
    [first], [again] = hear(signed(data)), hear(signed({**data, "id": "x", "message": angled}, late=60))
    assert first.event == again.event
    [other] = hear(signed({**data, "timestamp": AT + 1}))
    assert other.event != first.event


def test_an_event_without_what_is_ours_names_no_delivery() -> None:
    [told] = hear(signed({"event": "delivered", "user-variables": [], "message": None, "timestamp": "soon"}))
    assert (told.delivery, told.provider_id, told.recipient, told.at) == (None, None, "", None)


@pytest.mark.parametrize(
    "call",
    [
        signed(event("delivered"), secret="another"),
        signed(event("delivered"), late=9 * 3600 + 301),
        signed(event("delivered"), late=-301),
        Call({}, b'{"event-data": {"event": "delivered"}}'),
        Call({}, b'{"signature": null, "event-data": {}}'),
        Call({}, b'{"signature": {"timestamp": [], "token": "\\ud800", "signature": "\\ud800"}}'),
        Call({"svix-signature": "v1,x", "svix-id": "x", "svix-timestamp": "1795417230"}, b'{"type": "x"}'),
    ],
    ids=["wrong", "stale", "future", "missing", "null", "odd", "another provider's"],
)
def test_a_call_that_is_not_proved_is_forged(call: Call) -> None:
    with pytest.raises(ForgedError) as refused:
        hear(call)
    assert SECRET not in str(refused.value)


def test_without_a_secret_nothing_is_believed() -> None:
    for call in (signed(event("delivered"), secret="None"), signed(event("delivered")), Call({}, b"{")):
        with pytest.raises(ForgedError, match="signing=SECRET"):
            hear(call, secret="")


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b'{"a": NaN}', b"[" * 100_000])
def test_a_call_that_is_none_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        hear(Call({}, body))


@pytest.mark.parametrize("data", [None, [], "delivered", 7])
def test_a_signed_call_without_an_event_is_unreadable(data: Any) -> None:
    with pytest.raises(UnreadableError):
        hear(signed(data))
