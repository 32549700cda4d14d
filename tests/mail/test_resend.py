"""What is posted to Resend, and what its key is good for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.core.message import Address, Message, Sender
from app.core.outcome import Meaning, Outcome
from app.mail.http_url import Account

from .letters import ADA, BEN, letter
from .posting import KEY, opened, post
from .scripted_http import ANOTHER, Act, ScriptedHttp

HELLO = "hello@harbour.example"


@pytest.fixture
def server() -> Iterator[ScriptedHttp]:
    with ScriptedHttp() as scripted:
        yield scripted


def test_it_says_what_it_can() -> None:
    mailer = opened("https://api.resend.com")
    assert (mailer.width, mailer.lease, mailer.smtputf8) == (4, 180, False)
    assert mailer.key_window == timedelta(hours=23)


def test_a_letter_arrives_as_it_was_written(server: ScriptedHttp) -> None:
    [outcome] = post(server.url, letter(7))
    [heard] = server.heard
    assert outcome == Outcome(7, Meaning.ACCEPTED, "200 accepted", "resend", "re-1")
    assert (heard.path, heard.key) == ("/emails", letter(7).key)
    assert (heard.headers["authorization"], heard.headers["user-agent"]) == (f"Bearer {KEY}", "Kindling")
    assert heard.letter | {"headers": {}} == {
        "from": f"Anna at Harbour <{HELLO}>",
        "to": [f"Ada <{ADA}>"],
        "reply_to": ["anna@harbour.example"],
        "subject": "Day one",
        "text": "Look at each other.\n",
        "html": "<p>Look at each other.</p>\n",
        "headers": {},
        "tags": [{"name": "delivery", "value": "7"}],
    }


def test_it_carries_the_headers_of_every_letter(server: ScriptedHttp) -> None:
    post(server.url, letter(list_id="Näher zusammen <little.harbour.example>", extra=(("X-Kind", "lesson"),)))
    headers = server.accepted[0].letter["headers"]
    assert headers["List-ID"] == "=?utf-8?q?N=C3=A4her_zusammen?= <little.harbour.example>"
    assert headers["List-Unsubscribe"].startswith("<https://harbour.example/unsubscribe/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (headers["Auto-Submitted"], headers["X-Kind"]) == ("auto-generated", "lesson")
    assert headers["Feedback-ID"] == "::lesson:harbour-example"
    assert "Message-ID" not in headers


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", BEN),
        ("Zoë  Łuc", f"Zoë Łuc <{BEN}>"),
        ("Dr. Anna Meier, Köln", f'"Dr. Anna Meier, Köln" <{BEN}>'),
        ('O"Hara <x@y>\\', f'"O\\"Hara <x@y>\\\\" <{BEN}>'),
        ("=?utf-8?q?x?=", f"utf-8?q?x <{BEN}>"),
    ],
)
def test_a_name_is_quoted_and_never_encoded(server: ScriptedHttp, name: str, written: str) -> None:
    named = Address(BEN, name)
    post(server.url, letter(to=named, sender=Sender(named, named)))
    accepted = server.accepted[0].letter
    assert [accepted["from"]] == accepted["to"] == accepted["reply_to"] == [written]


def test_a_domain_travels_as_ascii(server: ScriptedHttp) -> None:
    post(server.url, letter(to=Address("ada@münchen.example")))
    assert server.accepted[0].letter["to"] == ["ada@xn--mnchen-3ya.example"]


@pytest.mark.parametrize(
    "bad",
    [
        letter(1, "ädä@example.org"),
        letter(1, "nobody"),
        letter(1, Address(ADA, "Ada\r\nBcc: eve@example.org")),
        letter(1, subject="Day\x00one"),
        letter(1, text="\udcff"),
        letter(1, message_id=""),
        letter(1, message_id="<" + "x" * 257 + ">"),
    ],
)
def test_a_letter_that_cannot_be_written_stops_nobody_else(server: ScriptedHttp, bad: Message) -> None:
    outcomes = post(server.url, bad, letter(2, BEN))
    assert [one.meaning for one in outcomes] == [Meaning.UNFIT, Meaning.ACCEPTED]
    assert [one.letter["to"] for one in server.accepted] == [[f"Ada <{BEN}>"]]


def test_a_lost_answer_is_mended_by_the_key(server: ScriptedHttp) -> None:
    server.at(Act.TAKE_AND_DROP)
    [lost], [again] = post(server.url), post(server.url)
    assert (lost.meaning, again.meaning, again.provider_id) == (Meaning.UNKNOWN, Meaning.ACCEPTED, "re-1")
    assert len(server.accepted) == 1


def test_another_letter_with_the_same_key_is_called_our_mistake(server: ScriptedHttp) -> None:
    server.at(ANOTHER)
    [outcome] = post(server.url)
    assert outcome.meaning is Meaning.UNKNOWN
    assert outcome.reply.startswith("A MISTAKE OF OURS, please report it")


def test_a_letter_that_says_something_else_has_a_key_of_its_own(server: ScriptedHttp) -> None:
    post(server.url)
    post(server.url, letter(subject="Day two"))
    post(server.url, letter(sender=Sender(Address("ben@harbour.example"))))
    assert len(server.accepted) == 3


def test_the_same_letter_gives_the_same_octets(server: ScriptedHttp) -> None:
    first, second = post(server.url), post(server.url)
    assert first == second
    assert server.heard[0].content == server.heard[1].content


def test_secrets_are_never_shown() -> None:
    assert "s3cret" not in repr(Account(KEY, "s3cret", "https://api.resend.com"))


def test_a_closed_mailer_may_be_used_again(server: ScriptedHttp) -> None:
    mailer = opened(server.url)
    for number in (1, 2):
        assert [one.id for one in mailer.deliver([letter(number)])] == [number]
        mailer.close()
    assert server.connections == 2
