"""What is posted to Mailgun, and what its answers mean."""

from base64 import b64encode
from collections.abc import Iterator
from itertools import repeat
from urllib.parse import quote, urlsplit

import pytest

from app.core.message import Address, Message
from app.core.outcome import Meaning, Outcome
from app.errors import MailerError
from app.mail.http import Timeouts
from app.mail.http_url import Account
from app.mail.mime import as_bytes
from app.mail.providers.mailgun import Mailgun, open_mailer

from .letters import ADA, BEN, letter, letters
from .posting import HASTY, KEY, PATIENT
from .scripted_http import Act, Says, ScriptedHttp

QUEUED = Says(200, {"id": "<7@harbour.example>", "message": "Queued. Thank you."})


@pytest.fixture
def server() -> Iterator[ScriptedHttp]:
    with ScriptedHttp(steps=repeat(QUEUED)) as scripted:
        yield scripted


def opened(region: str) -> Mailgun:
    elsewhere = quote("https://proxy.example")
    return open_mailer(urlsplit(f"mailgun://{KEY}@mg.harbour.example?endpoint={elsewhere}&region={region}"))


def post(url: str, *messages: Message, timeouts: Timeouts = PATIENT) -> list[Outcome]:
    mailer = Mailgun(Account(KEY, host="mg.harbour.example", endpoint=url), timeouts)
    outcomes = sorted(mailer.deliver(messages or [letter()]), key=lambda one: one.id)
    mailer.close()
    return outcomes


def test_it_says_what_it_can() -> None:
    mailer = opened("eu")
    assert (mailer.width, mailer.lease, mailer.smtputf8, mailer.key_window) == (10, 180, False, None)


def test_a_region_is_one_of_two() -> None:
    with pytest.raises(MailerError, match=r"^Write region=eu or region=us in KINDLING_MAIL_URL\.$"):
        opened("s3cret")


def test_our_own_mime_travels_as_a_file_and_nothing_is_tracked(server: ScriptedHttp) -> None:
    [outcome] = post(server.url, letter(7))
    [heard] = server.heard
    assert outcome == Outcome(7, Meaning.ACCEPTED, "200 Queued. Thank you.", "mailgun", "7@harbour.example")
    assert heard.path == "/v3/mg.harbour.example/messages.mime"
    assert heard.headers["authorization"] == f"Basic {b64encode(f'api:{KEY}'.encode()).decode()}"
    boundary = heard.headers["content-type"].removeprefix("multipart/form-data; boundary=").encode()
    named, wire = b"--" + boundary + b'\r\nContent-Disposition: form-data; name="', as_bytes(letter(7))
    assert boundary not in wire
    assert heard.content == (
        named + b'to"\r\n\r\nada@example.org\r\n'
        b"" + named + b'v:delivery"\r\n\r\n7\r\n'
        b"" + named + b'o:tracking"\r\n\r\nno\r\n'
        b"" + named + b'o:tracking-clicks"\r\n\r\nno\r\n'
        b"" + named + b'o:tracking-opens"\r\n\r\nno\r\n'
        b"" + named + b'message"; filename="message.eml"\r\nContent-Type: message/rfc822\r\n\r\n'
        b"" + wire + b"\r\n--" + boundary + b"--\r\n"
    )


def test_the_same_letter_gives_the_same_octets(server: ScriptedHttp) -> None:
    assert post(server.url) == post(server.url)
    assert server.heard[0].content == server.heard[1].content


def test_a_domain_travels_as_ascii(server: ScriptedHttp) -> None:
    post(server.url, letter(to=Address("ada@münchen.example", "Ädä")))
    assert b'name="to"\r\n\r\nada@xn--mnchen-3ya.example\r\n' in server.heard[0].content


@pytest.mark.parametrize(
    "bad",
    [
        letter(1, "ädä@example.org"),
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
    ("status", "said", "meaning"),
    [
        (400, "to parameter is not a valid address. please check documentation", Meaning.REFUSED),
        (400, "Send options are limited to 16 kB total", Meaning.REFUSED),
        (400, "Domain example.com is not allowed to send: Please activate your account", Meaning.OURS),
        (400, "from parameter is not a valid address. please check documentation", Meaning.OURS),
        (400, "message parameter is missing", Meaning.OURS),
        (400, "'message' parameter is not a file", Meaning.OURS),
        (400, "malformed multipart/form-data request", Meaning.OURS),
        (400, "Invalid request content type. Expecting 'multipart/form-data'", Meaning.OURS),
        (401, "Forbidden", Meaning.OURS),
        (402, "so it is", Meaning.OURS),
        (403, "Domain example is not allowed to send large batches yet", Meaning.OURS),
        (404, "Domain not found: example.com", Meaning.OURS),
        (408, "so it is", Meaning.UNREACHED),
        (413, "request size exceeds 52.4MiB limit", Meaning.REFUSED),
        (429, "Domain example.com is not allowed to send: request limit exceeded", Meaning.UNREACHED),
        (301, "so it is", Meaning.OURS),
        (500, "Internal Server Error", Meaning.UNKNOWN),
        (502, "so it is", Meaning.UNKNOWN),
    ],
)
def test_each_answer_has_one_meaning(server: ScriptedHttp, status: int, said: str, meaning: Meaning) -> None:
    server.at(Says(status, {"message": said, "id": "<7@harbour.example>"}, {"Retry-After": "90"}))
    [outcome] = post(server.url)
    assert (outcome.meaning, outcome.provider_id) == (meaning, None)
    assert outcome.reply == f"{status} {said}"
    assert outcome.retry_after is not None


@pytest.mark.parametrize(
    "content",
    ["", "Mailgun Magnificent API", "<html>", "{", "[]", "{}", '{"id": ""}', '{"id": "<>"}', '{"id": 7}'],
)
def test_nothing_is_accepted_without_an_id(server: ScriptedHttp, content: str) -> None:
    server.at(Says(200, content))
    [outcome] = post(server.url)
    assert (outcome.meaning, outcome.provider_id) == (Meaning.UNKNOWN, None)


def test_silence_means_what_can_have_happened(server: ScriptedHttp) -> None:
    server.at(Act.DROP, Act.DROP_UNREAD)
    [dropped], [unread] = post(server.url), post(server.url, letter(text="é" * 3_000_000))
    [old] = post(server.url, timeouts=Timeouts(read=5, until_sent=0))
    assert (dropped.meaning, unread.meaning) == (Meaning.UNKNOWN, Meaning.UNREACHED)
    assert (old.meaning, len(server.heard)) == (Meaning.UNSENT, 1)


def test_the_key_is_in_no_words_of_ours(server: ScriptedHttp) -> None:
    server.at(Says(401, "Forbidden"), Act.DROP, Says(500))
    outcomes = post(server.url, *letters(3), timeouts=HASTY)
    assert KEY not in repr(outcomes)
