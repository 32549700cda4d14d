"""What Brevo tells by webhook. Payloads, shortened, for our letter to Ada, are of
https://developers.brevo.com/docs/transactional-webhooks and, as they really came, of
github.com/anymail/django-anymail (tests/test_brevo_webhooks.py of 2026-07-30), both read on 2026-11-23."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.feedback import Fate, Feedback
from app.errors import UnreadableError
from app.mail.hook import MOST, Call
from app.mail.http_url import Account
from app.mail.providers.brevo import Brevo

from .letters import ADA

NOW = datetime(2026, 11, 23, 7, 0, 30, tzinfo=UTC)
ID = "201803011158.9876543210@smtp-relay.mailin.fr"
UNKNOWN_USER = "550 RecipientError: 550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown"
SPAM = "550 5.7.1 Message rejected as spam by Content Filtering"


def event(word: Any, reason: str = "", **more: Any) -> dict[str, Any]:
    return {
        "event": word,
        "email": ADA,
        "id": 9999999,
        "message-id": f"<{ID}>",
        "subject": "Day one",
        "date": "2018-03-06 11:10:23",
        "ts": 1520331023,
        "ts_event": 1520331023,
        "ts_epoch": 1520363423000,
        "X-Mailin-custom": "7",
        "reason": reason,
        **more,
    }


def hear(told: Any) -> tuple[Feedback, ...]:
    return Brevo(Account("key")).hear(Call({}, json.dumps(told).encode()), NOW)


def test_a_delivery_is_told_in_our_words() -> None:
    assert hear(event("delivered", " sent\r\n")) == (
        Feedback(
            Fate.DELIVERED,
            f"{ID} delivered 2018-03-06 19:10:23+00:00 {ADA}",
            ADA,
            delivery=7,
            provider_id=ID,
            at=datetime(2018, 3, 6, 19, 10, 23, tzinfo=UTC),
            words="sent",
        ),
    )


@pytest.mark.parametrize(
    ("word", "reason", "fate"),
    [
        ("deferred", "451 4.7.1 Greylisted", Fate.DELAYED),
        ("deferred", UNKNOWN_USER, Fate.DELAYED),
        ("soft_bounce", "undefined Unable to find MX of domain no-mx.example.com", Fate.SOFT),
        ("soft_bounce", SPAM, Fate.REFUSED),
        ("hard_bounce", " RecipientError: 550 5.5.0 Requested action not taken", Fate.BOUNCED),
        ("hard_bounce", UNKNOWN_USER, Fate.BOUNCED),
        ("hard_bounce", SPAM, Fate.REFUSED),
        ("invalid_email", "", Fate.BOUNCED),
        ("blocked", "blocked : due to blacklist user", Fate.REFUSED),
        ("error", "", Fate.REFUSED),
        ("spam", "", Fate.COMPLAINED),
        ("complaint", SPAM, Fate.COMPLAINED),
    ],
)
def test_each_event_has_one_fate(word: str, reason: str, fate: Fate) -> None:
    [told] = hear(event(word, reason))
    assert (told.fate, told.delivery, told.provider_id) == (fate, 7, ID)
    assert told.words == reason.strip()


@pytest.mark.parametrize(
    "word",
    [
        "request",
        "opened",
        "unique_opened",
        "proxy_open",
        "click",
        "unsubscribed",
        "list_addition",
        "new",
        7,
        None,
    ],
)
def test_what_says_nothing_to_us_is_left_out(word: Any) -> None:
    assert hear(event(word)) == ()


@pytest.mark.parametrize(
    ("times", "at"),
    [
        ({"ts_epoch": 1604933654}, datetime(2020, 11, 9, 14, 54, 14, tzinfo=UTC)),
        ({"ts_epoch": None}, datetime(2018, 3, 6, 10, 10, 23, tzinfo=UTC)),
        ({"ts_epoch": True, "ts_event": 10**400}, None),
        ({"ts_epoch": 10**18, "ts_event": "soon"}, None),
        ({"ts_epoch": 10**400, "ts_event": None}, None),
    ],
)
def test_a_time_is_read_in_any_of_its_forms(times: dict[str, Any], at: datetime | None) -> None:
    [told] = hear(event("delivered", **times))
    assert told.at == at


def test_a_batch_is_as_many_events() -> None:
    told = hear([event("delivered"), event("opened"), event("spam")])
    assert [one.fate for one in told] == [Fate.DELIVERED, Fate.COMPLAINED]
    assert hear([]) == ()


def test_a_repeat_gives_the_same_event() -> None:
    [first], [again] = hear(event("spam")), hear(event("spam", id=1, ts=1, **{"message-id": ID}))
    assert first.event == again.event
    for other in (
        event("complaint"),
        event("spam", ts_epoch=1520363424000),
        event("spam", email="x@y.example"),
    ):
        assert hear(other)[0].event != first.event


def test_an_event_without_what_is_ours_names_no_delivery() -> None:
    [told] = hear({"event": "delivered", "X-Mailin-custom": '{"meta": "data"}', "email": None})
    assert (told.delivery, told.provider_id, told.recipient, told.at, told.words) == (
        None,
        None,
        "",
        None,
        "",
    )


def test_words_of_a_server_are_short_and_printable() -> None:
    [told] = hear(event("hard_bounce", "5.1.1 no\r\n\x00such " + "x" * 10**5))
    assert told.words.startswith("5.1.1 no ?such xxx")
    assert len(told.words) == 1024


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"7", b"[7]", b'{"a": NaN}', b"[" * 100_000])
def test_a_call_that_is_none_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        Brevo(Account("key")).hear(Call({}, body), NOW)


def test_a_batch_has_an_end() -> None:
    with pytest.raises(UnreadableError):
        hear([{}] * (MOST + 1))
