"""What is posted to SES."""

from base64 import b64decode
from collections.abc import Iterator
from itertools import repeat
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from app.core.message import Address, Message
from app.core.outcome import Meaning, Outcome
from app.errors import MailerError
from app.mail.http import Timeouts
from app.mail.http_url import Account
from app.mail.mime import as_bytes
from app.mail.providers.ses import Ses, open_mailer

from .letters import ADA, BEN, letter
from .scripted_http import Act, Heard, Says, ScriptedHttp

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
URL = f"ses://{KEY}:{quote(SECRET, safe='')}@eu-central-1?topic=arn:aws:sns:eu-central-1:123456789012:letters"
GOOD = Says(200, {"MessageId": "0107-1"})
HASTY = Timeouts(connect=5, write=5, read=0.2, until_sent=60)


@pytest.fixture
def server() -> Iterator[ScriptedHttp]:
    with ScriptedHttp(steps=repeat(GOOD)) as scripted:
        yield scripted


def post(url: str, *messages: Message) -> list[Outcome]:
    """As an operator opens it; in the order of their deliveries."""
    return posted(open_mailer(urlsplit(f"{URL}&endpoint={quote(url)}")), *messages)


def posted(mailer: Ses, *messages: Message) -> list[Outcome]:
    outcomes = sorted(mailer.deliver(messages or [letter()]), key=lambda one: one.id)
    mailer.close()
    return outcomes


def test_it_says_what_it_can() -> None:
    mailer = open_mailer(urlsplit(URL))
    assert (mailer.width, mailer.lease, mailer.smtputf8, mailer.key_window) == (4, 180, False, None)


def test_a_letter_travels_as_it_is(server: ScriptedHttp) -> None:
    one = letter(7, Address("ada@münchen.example", "Ada"), list_id="Näher <little.harbour.example>")
    [outcome] = post(server.url, one)
    [heard] = server.heard
    data = heard.letter["Content"]["Raw"].pop("Data")
    assert outcome == Outcome(7, Meaning.ACCEPTED, "200 accepted", "ses", "0107-1")
    assert heard.path == "/v2/email/outbound-emails"
    assert b64decode(data, validate=True) == as_bytes(one)
    assert heard.letter | {"Content": {}} == {
        "Content": {},
        "Destination": {"ToAddresses": ["ada@xn--mnchen-3ya.example"]},
        "EmailTags": [{"Name": "delivery", "Value": "7"}],
        "ConfigurationOverrides": {
            "Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
        },
    }


@pytest.mark.parametrize("path", ["", "/proxy/ses-1"])
def test_amazons_own_library_signs_the_same(server: ScriptedHttp, path: str) -> None:
    [outcome] = post(server.url + path)
    [heard] = server.heard
    assert outcome.meaning is Meaning.ACCEPTED
    assert heard.headers["authorization"] == judged(heard, server.url)


def judged(heard: Heard, url: str) -> str:
    names = {name: heard.headers[name] for name in ("content-type", "host", "x-amz-date")}
    request = AWSRequest("POST", url + heard.path, headers=names, data=heard.content)
    request.context["timestamp"] = heard.headers["x-amz-date"]
    judge = SigV4Auth(Credentials(KEY, SECRET), "ses", "eu-central-1")
    canonical = judge.canonical_request(request)
    mac = judge.signature(judge.string_to_sign(request, canonical), request)
    return (
        f"AWS4-HMAC-SHA256 Credential={judge.scope(request)}, "
        f"SignedHeaders={judge.signed_headers(judge.headers_to_sign(request))}, Signature={mac}"
    )


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.TAKE_AND_TRICKLE])
def test_a_lost_answer_is_unknown(server: ScriptedHttp, act: Act) -> None:
    server.at(act)
    hasty = Ses(Account(KEY, SECRET, "eu-central-1", endpoint=server.url), HASTY)
    assert [one.meaning for one in posted(hasty)] == [Meaning.UNKNOWN]


def test_nobody_there_is_unreached() -> None:
    assert [one.meaning for one in post("http://127.0.0.1:1")] == [Meaning.UNREACHED]


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
    assert [one.letter["Destination"]["ToAddresses"] for one in server.heard] == [[BEN]]


def test_the_secret_is_never_sent_or_told(server: ScriptedHttp) -> None:
    server.at(Says(403, {"message": "The security token is invalid."}))
    [outcome] = post(server.url)
    assert SECRET not in outcome.reply + str(server.heard)


@pytest.mark.parametrize(
    "url",
    [
        "ses://AKID@eu-central-1",
        "ses://AKID:s3cret@",
        "ses://AKID:s3cret@eu-central-1?topic=",
        "ses://AKID:s3/cret@eu-central-1",
        "ses://AKID:s3cret@eu-central-1?signing=s3cret",
    ],
)
def test_a_url_of_another_form_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(MailerError) as refused:
        open_mailer(urlsplit(url))
    assert "s3" not in str(refused.value)
