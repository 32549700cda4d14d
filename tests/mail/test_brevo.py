"""What is posted to Brevo, what its answers mean, and what its key is good for."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import repeat
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest

from app.core.message import Address, Message, Sender
from app.core.outcome import Meaning, Outcome
from app.mail.http import Timeouts
from app.mail.http_url import Account
from app.mail.providers.brevo import Brevo, open_mailer

from .letters import ADA, BEN, letter, letters
from .posting import HASTY, KEY, PATIENT
from .scripted_http import Act, Says, ScriptedHttp

HELLO = "hello@harbour.example"
CREATED = Says(201, {"messageId": "<201798300811.5787683@smtp-relay.mailin.fr>"})


@pytest.fixture
def server() -> Iterator[ScriptedHttp]:
    with ScriptedHttp(steps=repeat(CREATED)) as scripted:
        yield scripted


def post(url: str, *messages: Message, timeouts: Timeouts = PATIENT) -> list[Outcome]:
    mailer = Brevo(Account(KEY, endpoint=url), timeouts)
    outcomes = sorted(mailer.deliver(messages or [letter()]), key=lambda one: one.id)
    mailer.close()
    return outcomes


def test_it_says_what_it_can() -> None:
    mailer = open_mailer(urlsplit(f"brevo://{KEY}@?endpoint={quote('https://proxy.example')}"))
    assert (mailer.width, mailer.lease, mailer.smtputf8) == (10, 180, False)
    assert mailer.key_window == timedelta(minutes=12)


def test_a_letter_arrives_as_it_was_written(server: ScriptedHttp) -> None:
    [outcome] = post(server.url, letter(7))
    [heard] = server.heard
    assert (outcome.id, outcome.meaning, outcome.provider) == (7, Meaning.ACCEPTED, "brevo")
    assert outcome.provider_id == "201798300811.5787683@smtp-relay.mailin.fr"
    assert (heard.path, heard.headers["api-key"]) == ("/smtp/email", KEY)
    assert heard.headers["content-type"] == "application/json"
    assert heard.letter == {
        "sender": {"email": HELLO, "name": "Anna at Harbour"},
        "to": [{"email": ADA, "name": "Ada"}],
        "replyTo": {"email": "anna@harbour.example"},
        "subject": "Day one",
        "textContent": "Look at each other.\n",
        "htmlContent": "<p>Look at each other.</p>\n",
        "headers": {
            "List-ID": "Little <little.harbour.example>",
            "List-Unsubscribe": f"<{letter().unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Feedback-ID": "::lesson:harbour-example",
            "X-Mailin-custom": "7",
            "idempotencyKey": heard.headers["idempotencykey"],
        },
    }


def test_the_key_is_a_uuid_and_the_same_for_the_same_letter(server: ScriptedHttp) -> None:
    for one in (letter(7), letter(7), letter(8)):
        post(server.url, one)
    first, again, _ = server.heard
    assert first.content == again.content
    keys = [heard.headers["idempotencykey"] for heard in server.heard]
    assert keys[0] == keys[1] != keys[2]
    assert [UUID(key).version for key in keys] == [4, 4, 4]


@pytest.mark.parametrize("word", ["duplicate_parameter", "duplicate_request"])
def test_a_repeat_is_not_sent_again_and_waits_for_a_webhook(server: ScriptedHttp, word: str) -> None:
    server.at(Act.DROP, Says(400, {"code": word, "message": "used"}))
    [lost], [again] = post(server.url), post(server.url)
    assert (lost.meaning, again.meaning, again.provider_id) == (Meaning.UNKNOWN, Meaning.UNKNOWN, None)
    assert again.reply == f"400 {word}: used"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", None),
        ('Dr. O"Hara, (Anna)', 'Dr. O"Hara, (Anna)'),
        ("Zoë  Łuc", "Zoë Łuc"),
        ("Łuc, (Zoë)", "Łuc Zoë"),
        ("é" * 71, "é" * 70),
    ],
)
def test_names_are_written_as_brevo_takes_them(server: ScriptedHttp, name: str, written: str | None) -> None:
    post(server.url, letter(to=Address(BEN, name), sender=Sender(Address(HELLO, name), Address(BEN, name))))
    heard = server.heard[0].letter
    assert (heard["sender"].get("name"), heard["to"][0].get("name")) == (written, written)
    assert heard["replyTo"].get("name") == (written if name.isascii() else None)


def test_headers_and_domains_have_only_ascii(server: ScriptedHttp) -> None:
    post(server.url, letter(to="ada@münchen.example", list_id="Näher zusammen <little.harbour.example>"))
    heard = server.heard[0].letter
    assert heard["headers"]["List-ID"] == "<little.harbour.example>"
    assert heard["to"] == [{"email": "ada@xn--mnchen-3ya.example", "name": "Ada"}]


@pytest.mark.parametrize(
    "bad",
    [
        letter(1, "ädä@example.org"),
        letter(1, sender=Sender(Address(HELLO), Address("ännä@harbour.example"))),
        letter(1, "nobody"),
        letter(1, Address(ADA, "Ada\r\nBcc: eve@example.org")),
        letter(1, text="\udcff"),
    ],
)
def test_a_letter_that_cannot_be_written_stops_nobody_else(server: ScriptedHttp, bad: Message) -> None:
    outcomes = post(server.url, bad, letter(2, BEN))
    assert [one.meaning for one in outcomes] == [Meaning.UNFIT, Meaning.ACCEPTED]
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("status", "word", "meaning"),
    [
        (400, "invalid_parameter", Meaning.REFUSED),
        (400, "missing_parameter", Meaning.REFUSED),
        (400, "account_under_validation", Meaning.OURS),
        (400, "not_enough_credits", Meaning.OURS),
        (400, "permission_denied", Meaning.OURS),
        (400, "unauthorized", Meaning.OURS),
        (402, "not_enough_credits", Meaning.OURS),
        (403, "permission_denied", Meaning.OURS),
        (408, "", Meaning.UNREACHED),
        (413, "", Meaning.REFUSED),
        (422, "unprocessable_entity", Meaning.REFUSED),
        (429, "too_many_requests", Meaning.UNREACHED),
        (307, "", Meaning.OURS),
        (500, "", Meaning.UNKNOWN),
        (502, "not_enough_credits", Meaning.UNKNOWN),
    ],
)
def test_each_answer_has_one_meaning(server: ScriptedHttp, status: int, word: str, meaning: Meaning) -> None:
    server.at(Says(status, {"code": word, "message": "so it is", "messageId": "<x@y>"}))
    [outcome] = post(server.url)
    assert (outcome.meaning, outcome.provider_id, outcome.retry_after) == (meaning, None, None)
    assert outcome.reply == f"{status} {word}: so it is"


def test_a_sender_that_is_not_valid_is_our_own(server: ScriptedHttp) -> None:
    said = "Sending has been rejected because the sender you used hello@harbour.example is not valid."
    server.at(Says(400, {"code": "invalid_parameter", "message": said}))
    assert post(server.url)[0].meaning is Meaning.OURS


@pytest.mark.parametrize(
    "content", ["", "<html>", "{", "[]", "{}", '{"messageId": ""}', '{"messageId": "<>"}', '{"messageId": 7}']
)
@pytest.mark.parametrize("status", [200, 201, 202])
def test_nothing_is_accepted_without_an_id(server: ScriptedHttp, status: int, content: str) -> None:
    server.at(Says(status, content))
    [outcome] = post(server.url)
    assert (outcome.meaning, outcome.provider_id) == (Meaning.UNKNOWN, None)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-sib-ratelimit-reset": "45"}, timedelta(seconds=45)),
        ({"x-sib-ratelimit-reset": "45", "Retry-After": "90"}, timedelta(seconds=90)),
        ({"x-sib-ratelimit-reset": "9" * 5000}, timedelta(seconds=999_999_999)),
        ({"x-sib-ratelimit-reset": "soon"}, None),
        ({"x-sib-ratelimit-reset": "-5"}, None),
        ({}, None),
    ],
)
def test_it_waits_as_long_as_it_is_told(
    server: ScriptedHttp, headers: dict[str, str], wait: timedelta | None
) -> None:
    server.at(Says(429, "", headers), Says(400, "", {"x-sib-ratelimit-reset": "45"}))
    [fast], [bad] = post(server.url), post(server.url)
    assert (fast.meaning, fast.retry_after, bad.retry_after) == (Meaning.UNREACHED, wait, None)


def test_silence_means_what_can_have_happened(server: ScriptedHttp) -> None:
    server.at(Act.DROP, Act.DROP_UNREAD)
    [dropped], [unread] = post(server.url), post(server.url, letter(text="é" * 3_000_000))
    [old] = post(server.url, timeouts=Timeouts(read=5, until_sent=0))
    assert (dropped.meaning, unread.meaning) == (Meaning.UNKNOWN, Meaning.UNREACHED)
    assert (old.meaning, len(server.heard)) == (Meaning.UNSENT, 1)


def test_the_key_is_in_no_words_of_ours(server: ScriptedHttp) -> None:
    server.at(Says(401, {"code": "unauthorized", "message": "Key not found"}), Act.DROP, Says(500))
    assert KEY not in repr(post(server.url, *letters(3), timeouts=HASTY))
