"""What is posted to Postmark, and what its answers mean."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from app.core.message import Address, Message, Sender
from app.core.outcome import Meaning, Outcome
from app.errors import MailerError
from app.mail.http_url import Account
from app.mail.providers.postmark import HOME, Postmark, open_mailer

from .letters import ADA, BEN, letter
from .posting import PATIENT
from .scripted_http import Act, Says, ScriptedHttp

TOKEN = "s3cret-0000-token"
HELLO = "hello@harbour.example"
GOOD = Says(200, {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": ADA})


@pytest.fixture
def server() -> Iterator[ScriptedHttp]:
    with ScriptedHttp() as scripted:
        yield scripted


def post(server: ScriptedHttp, *messages: Message) -> list[Outcome]:
    mailer = Postmark(Account(TOKEN, endpoint=server.url), PATIENT)
    outcomes = sorted(mailer.deliver(messages or [letter()]), key=lambda one: one.id)
    mailer.close()
    return outcomes


def posted(server: ScriptedHttp, message: Message) -> Mapping[str, Any]:
    post(server.at(GOOD), message)
    return server.heard[-1].letter


def test_it_says_what_it_can() -> None:
    mailer = open_mailer(urlsplit("postmark://token@"))
    assert (mailer.width, mailer.lease, mailer.smtputf8, mailer.key_window) == (10, 180, False, None)
    assert HOME == "https://api.postmarkapp.com"


def test_a_letter_arrives_as_it_was_written(server: ScriptedHttp) -> None:
    [outcome] = post(server.at(GOOD), letter(7))
    [heard] = server.heard
    assert outcome == Outcome(7, Meaning.ACCEPTED, "200 accepted", "postmark", "b7bc2f4a")
    assert (heard.path, heard.headers["x-postmark-server-token"]) == ("/email", TOKEN)
    assert heard.headers["accept"] == heard.headers["content-type"] == "application/json"
    assert heard.letter == {
        "From": f"Anna at Harbour <{HELLO}>",
        "To": f"Ada <{ADA}>",
        "ReplyTo": "anna@harbour.example",
        "Subject": "Day one",
        "TextBody": "Look at each other.\n",
        "HtmlBody": "<p>Look at each other.</p>\n",
        "Headers": [
            {"Name": "Message-ID", "Value": "<7@harbour.example>"},
            {"Name": "X-PM-KeepID", "Value": "true"},
            {"Name": "List-ID", "Value": "Little <little.harbour.example>"},
            {"Name": "List-Unsubscribe", "Value": f"<{letter().unsubscribe}>"},
            {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
            {"Name": "Auto-Submitted", "Value": "auto-generated"},
            {"Name": "Feedback-ID", "Value": "::lesson:harbour-example"},
        ],
        "Metadata": {"delivery": "7"},
        "MessageStream": "broadcast",
        "TrackOpens": False,
        "TrackLinks": "None",
    }


@pytest.mark.parametrize("kind", ["confirm", "welcome", "goodbye", "notice"])
def test_only_lessons_go_on_the_stream_for_many(server: ScriptedHttp, kind: str) -> None:
    assert posted(server, letter(kind=kind))["MessageStream"] == "outbound"


def test_the_stream_of_the_lessons_may_have_another_name(server: ScriptedHttp) -> None:
    mailer = open_mailer(urlsplit(f"postmark://t@?lessons=little-steps&endpoint={quote(server.url)}"))
    list(mailer.deliver([letter(1), letter(2, kind="confirm")]))
    mailer.close()
    assert {one.letter["MessageStream"] for one in server.heard} == {"little-steps", "outbound"}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", BEN),
        ("Zoë  Łuc", f"=?utf-8?b?Wm/DqyDFgXVj?= <{BEN}>"),
        ('Dr. O"Hara, (Anna)', f'"Dr. O\\"Hara, (Anna)" <{BEN}>'),
        ("=?utf-8?q?x?=", f"=?utf-8?b?PT91dGYtOD9xP3g/PQ==?= <{BEN}>"),
    ],
)
def test_a_name_cannot_become_a_second_address(server: ScriptedHttp, name: str, written: str) -> None:
    named = Address(BEN, name)
    fields = posted(server, letter(to=named, sender=Sender(named, named)))
    assert [fields[one] for one in ("From", "To", "ReplyTo")] == [written] * 3


def test_a_long_name_is_several_encoded_words(server: ScriptedHttp) -> None:
    words = posted(server, letter(to=Address(BEN, "Ł" * 40)))["To"].split()
    assert max(len(word) for word in words) <= 75
    assert (len(words), words[-1]) == (3, f"<{BEN}>")


def test_a_list_has_a_name_in_any_letters(server: ScriptedHttp) -> None:
    fields = posted(server, letter(list_id="Näher zusammen <little.harbour.example>"))
    named = {"Name": "List-ID", "Value": "=?utf-8?q?N=C3=A4her_zusammen?= <little.harbour.example>"}
    assert named in fields["Headers"]


def test_a_domain_travels_as_ascii(server: ScriptedHttp) -> None:
    assert posted(server, letter(to=Address("ada@münchen.example")))["To"] == "ada@xn--mnchen-3ya.example"


@pytest.mark.parametrize(
    "bad",
    [letter(1, Address("ädä@example.org", "Zoë")), letter(1, "nobody"), letter(1, subject="Day\x00one")],
)
def test_a_letter_that_cannot_be_written_stops_nobody_else(server: ScriptedHttp, bad: Message) -> None:
    outcomes = post(server.at(GOOD), bad, letter(2, BEN))
    assert [one.meaning for one in outcomes] == [Meaning.UNFIT, Meaning.ACCEPTED]
    assert [one.letter["To"] for one in server.heard] == [f"Ada <{BEN}>"]


@pytest.mark.parametrize("status", [200, 422])
@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (10, Meaning.OURS),
        (11, Meaning.REFUSED),
        (300, Meaning.REFUSED),
        (400, Meaning.OURS),
        (401, Meaning.OURS),
        (402, Meaning.REFUSED),
        (403, Meaning.REFUSED),
        (405, Meaning.OURS),
        (406, Meaning.REJECTED),
        (409, Meaning.OURS),
        (412, Meaning.OURS),
        (413, Meaning.OURS),
        (422, Meaning.OURS),
        (429, Meaning.UNREACHED),
        (1235, Meaning.OURS),
        (1236, Meaning.OURS),
        (1480, Meaning.OURS),
    ],
)
def test_each_code_has_one_meaning(server: ScriptedHttp, status: int, code: int, meaning: Meaning) -> None:
    [outcome] = post(server.at(Says(status, {"ErrorCode": code, "Message": "so it is", "MessageID": "x"})))
    assert (outcome.meaning, outcome.provider_id) == (meaning, None)
    assert outcome.reply.startswith(f"{status} ")
    assert "so it is" in outcome.reply


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (200, 9999, Meaning.UNKNOWN),
        (302, None, Meaning.OURS),
        (400, None, Meaning.REFUSED),
        (401, None, Meaning.OURS),
        (404, None, Meaning.OURS),
        (413, None, Meaning.REFUSED),
        (415, None, Meaning.OURS),
        (422, 9999, Meaning.REFUSED),
        (429, None, Meaning.UNREACHED),
        (500, 101, Meaning.UNKNOWN),
        (502, None, Meaning.UNKNOWN),
        (503, 100, Meaning.UNKNOWN),
        (503, 406, Meaning.UNKNOWN),
    ],
)
def test_without_a_code_of_ours_the_status_tells(
    server: ScriptedHttp, status: int, code: int | None, meaning: Meaning
) -> None:
    [outcome] = post(server.at(Says(status, {} if code is None else {"ErrorCode": code})))
    assert outcome.meaning is meaning


@pytest.mark.parametrize(
    ("code", "said", "meaning"),
    [
        (300, "Invalid 'From' address: 'hello@localhost'.", Meaning.OURS),
        (300, "Error parsing 'Reply-To': Illegal email domain '+' in address 'anna@+'.", Meaning.OURS),
        (403, "Invalid request field(s): 'ReplyTo'.", Meaning.OURS),
        (300, "Invalid 'To' address: 'ada@localhost'.", Meaning.REFUSED),
        (406, "Found inactive addresses: 'From'@example.org.", Meaning.REJECTED),
    ],
)
def test_what_is_wrong_with_our_own_address_is_no_fault_of_the_reader(
    server: ScriptedHttp, code: int, said: str, meaning: Meaning
) -> None:
    [outcome] = post(server.at(Says(422, {"ErrorCode": code, "Message": said})))
    assert outcome.meaning is meaning


def test_an_accepted_letter_that_will_be_late_comes_without_a_code(server: ScriptedHttp) -> None:
    """As in django-anymail's tests/test_postmark_backend.py of 2026-07-30."""
    late = {"Message": "Message accepted, but delivery may be delayed.", "MessageID": "38360f97"}
    [outcome] = post(server.at(Says(200, late)))
    assert (outcome.meaning, outcome.provider_id) == (Meaning.ACCEPTED, "38360f97")


@pytest.mark.parametrize(
    "content",
    [
        *("", "<html>Welcome</html>", "{", "null", "[]", "{}", "[" * 100_000),
        *('{"ErrorCode": 0}', '{"ErrorCode": 0, "MessageID": " "}', '{"MessageID": 7}'),
        *('{"ErrorCode": [], "MessageID": "x"}', '{"ErrorCode": null, "MessageID": "x"}'),
    ],
)
def test_nothing_is_accepted_without_an_id(server: ScriptedHttp, content: str) -> None:
    [outcome] = post(server.at(Says(200, content)))
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


def test_the_token_is_never_shown(server: ScriptedHttp) -> None:
    [outcome] = post(server.at(Says(401, {"ErrorCode": 10, "Message": "No valid token."})))
    assert TOKEN not in repr(outcome)
    with pytest.raises(MailerError) as refused:
        open_mailer(urlsplit(f"postmark://{TOKEN}@host"))
    assert TOKEN not in str(refused.value)
