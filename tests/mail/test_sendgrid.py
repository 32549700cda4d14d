"""What is posted to SendGrid, and what its answers mean."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.core.message import Address, Message, Sender
from app.core.outcome import Meaning, Outcome
from app.errors import MailerError
from app.mail.http_url import Account
from app.mail.providers.sendgrid import HOME, SendGrid, open_mailer

from .letters import ADA, BEN, letter
from .posting import PATIENT
from .scripted_http import Act, Says, ScriptedHttp

KEY = "SG.s3cret.0000"
HELLO = "hello@harbour.example"
ID = "LRzXl_NHStOGhQ4kofSm_A"
GOOD = Says(202, "", {"X-Message-Id": ID})


@pytest.fixture
def server() -> Iterator[ScriptedHttp]:
    with ScriptedHttp() as scripted:
        yield scripted


def post(server: ScriptedHttp, *messages: Message) -> list[Outcome]:
    mailer = SendGrid(Account(KEY, endpoint=server.url), PATIENT)
    outcomes = sorted(mailer.deliver(messages or [letter()]), key=lambda one: one.id)
    mailer.close()
    return outcomes


def posted(server: ScriptedHttp, message: Message) -> Mapping[str, Any]:
    post(server.at(GOOD), message)
    return server.heard[-1].letter


def test_it_says_what_it_can() -> None:
    mailer = open_mailer(urlsplit("sendgrid://key@"))
    assert (mailer.width, mailer.lease, mailer.smtputf8, mailer.key_window) == (10, 180, False, None)
    assert HOME == "https://api.sendgrid.com"


def test_a_letter_arrives_as_it_was_written(server: ScriptedHttp) -> None:
    [outcome] = post(server.at(GOOD), letter(7))
    [heard] = server.heard
    assert outcome == Outcome(7, Meaning.ACCEPTED, "202 accepted", "sendgrid", ID)
    assert (heard.path, heard.headers["authorization"]) == ("/v3/mail/send", f"Bearer {KEY}")
    assert heard.headers["accept"] == heard.headers["content-type"] == "application/json"
    assert heard.letter == {
        "personalizations": [{"to": [{"email": ADA, "name": "Ada"}]}],
        "from": {"email": HELLO, "name": "Anna at Harbour"},
        "reply_to": {"email": "anna@harbour.example"},
        "subject": "Day one",
        "content": [
            {"type": "text/plain", "value": "Look at each other.\n"},
            {"type": "text/html", "value": "<p>Look at each other.</p>\n"},
        ],
        "headers": {
            "Message-ID": "<7@harbour.example>",
            "List-ID": "Little <little.harbour.example>",
            "List-Unsubscribe": f"<{letter().unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Feedback-ID": "::lesson:harbour-example",
        },
        "custom_args": {"delivery": "7"},
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
            "ganalytics": {"enable": False},
        },
    }


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Zoë  Łuc", "Zoë Łuc"),
        ('Dr. O"Hara, (Anna); <x@y>', "Dr. O Hara (Anna) x y"),
        ("=?utf-8?q?x?=", "utf-8?q?x"),
    ],
)
def test_the_name_of_a_recipient_holds_nothing_that_needs_quotes(
    server: ScriptedHttp, name: str, written: str
) -> None:
    fields = posted(server, letter(to=Address(BEN, name)))
    assert fields["personalizations"] == [{"to": [{"email": BEN, "name": written}]}]


def test_our_own_name_is_whole(server: ScriptedHttp) -> None:
    ours = Address(HELLO, "Dr. Anna Meier,  Praxis")
    fields = posted(server, letter(sender=Sender(ours, ours)))
    assert fields["from"] == fields["reply_to"] == {"email": HELLO, "name": "Dr. Anna Meier, Praxis"}


def test_a_list_has_a_name_in_any_letters(server: ScriptedHttp) -> None:
    fields = posted(server, letter(list_id="Näher zusammen <little.harbour.example>"))
    assert fields["headers"]["List-ID"] == "=?utf-8?q?N=C3=A4her_zusammen?= <little.harbour.example>"


def test_a_domain_travels_as_ascii(server: ScriptedHttp) -> None:
    fields = posted(server, letter(to=Address("ada@münchen.example")))
    assert fields["personalizations"] == [{"to": [{"email": "ada@xn--mnchen-3ya.example"}]}]


@pytest.mark.parametrize(
    "bad", [letter(1, "ädä@example.org"), letter(1, "nobody"), letter(1, subject="Day\x00one")]
)
def test_a_letter_that_cannot_be_written_stops_nobody_else(server: ScriptedHttp, bad: Message) -> None:
    outcomes = post(server.at(GOOD), bad, letter(2, BEN))
    assert [one.meaning for one in outcomes] == [Meaning.UNFIT, Meaning.ACCEPTED]
    assert [one.letter["custom_args"] for one in server.heard] == [{"delivery": "2"}]


@pytest.mark.parametrize(
    ("status", "field", "meaning"),
    [
        (400, None, Meaning.REFUSED),
        (400, "personalizations.0.to.0.email", Meaning.REFUSED),
        (400, "from.email", Meaning.OURS),
        (400, "reply_to.email", Meaning.OURS),
        (401, None, Meaning.OURS),
        (402, None, Meaning.OURS),
        (403, "from", Meaning.OURS),
        (404, None, Meaning.OURS),
        (405, None, Meaning.OURS),
        (406, None, Meaning.OURS),
        (413, None, Meaning.REFUSED),
        (415, None, Meaning.OURS),
        (429, None, Meaning.UNREACHED),
        (451, None, Meaning.OURS),
        (301, None, Meaning.OURS),
        (500, None, Meaning.UNKNOWN),
        (502, None, Meaning.UNKNOWN),
        (503, "from", Meaning.UNKNOWN),
    ],
)
def test_each_status_has_one_meaning(
    server: ScriptedHttp, status: int, field: str | None, meaning: Meaning
) -> None:
    told = {"errors": [{"field": field, "message": "so it is", "help": None}]}
    [outcome] = post(server.at(Says(status, told, {"X-Message-Id": ID})))
    assert (outcome.meaning, outcome.provider_id) == (meaning, None)
    assert outcome.reply.startswith(f"{status} ")
    assert "so it is" in outcome.reply


@pytest.mark.parametrize(
    "content", ["", "no", "[]", '{"errors": {}}', '{"errors": [7, null, {"field": []}]}']
)
def test_a_refusal_without_sense_is_about_the_letter(server: ScriptedHttp, content: str) -> None:
    [outcome] = post(server.at(Says(400, content)))
    assert outcome.meaning is Meaning.REFUSED


@pytest.mark.parametrize(
    ("status", "content", "headers"),
    [
        (202, "", {}),
        (202, "<html>Welcome</html>", {}),
        (202, '{"id": "x"}', {"X-Message-Id": " "}),
        (200, "", {"X-Message-Id": ID}),
        (204, "", {"X-Message-Id": ID}),
    ],
)
def test_nothing_is_accepted_without_an_id_or_in_a_rehearsal(
    server: ScriptedHttp, status: int, content: str, headers: Mapping[str, str]
) -> None:
    [outcome] = post(server.at(Says(status, content, headers)))
    assert (outcome.meaning, outcome.provider_id) == (Meaning.UNKNOWN, None)


@pytest.mark.parametrize("act", [Act.TAKE_AND_DROP, Act.TAKE_AND_BREAK])
def test_a_lost_answer_tells_nothing(server: ScriptedHttp, act: Act) -> None:
    [outcome] = post(server.at(act))
    assert outcome.meaning is Meaning.UNKNOWN


def test_nobody_there_is_no_fault_of_the_letter() -> None:
    with ScriptedHttp() as gone:
        pass
    [outcome] = post(gone)
    assert outcome.meaning is Meaning.UNREACHED


def test_it_waits_if_it_is_told_to(server: ScriptedHttp) -> None:
    [outcome] = post(server.at(Says(429, "", {"Retry-After": "30"})))
    assert outcome.retry_after == timedelta(seconds=30)


def test_the_key_is_never_shown(server: ScriptedHttp) -> None:
    [outcome] = post(server.at(Says(401, "no")))
    assert KEY not in repr(outcome)
    with pytest.raises(MailerError) as refused:
        open_mailer(urlsplit(f"sendgrid://{KEY}@host"))
    assert KEY not in str(refused.value)
