"""What SES's words mean."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.core.outcome import Meaning, Outcome
from app.mail.http_url import Account
from app.mail.providers.ses import Ses

from .letters import letter
from .scripted_http import Says, ScriptedHttp


@pytest.fixture
def server() -> Iterator[ScriptedHttp]:
    with ScriptedHttp() as scripted:
        yield scripted


def post(url: str) -> list[Outcome]:
    mailer = Ses(Account("AKID", "s3cret", "eu-central-1", endpoint=url))
    outcomes = list(mailer.deliver([letter()]))
    mailer.close()
    return outcomes


@pytest.mark.parametrize(
    ("status", "word", "said", "meaning"),
    [
        (400, "MessageRejected", "Illegal content.", Meaning.REFUSED),
        (400, "MessageRejected", "Email address is not verified. The following: x@y.z", Meaning.OURS),
        (400, "BadRequestException", "Missing final '@domain'", Meaning.REFUSED),
        (400, "BadRequestException:http://internal.amazon.com/coral/x/", "no", Meaning.REFUSED),
        (400, "AccountSuspendedException", "no", Meaning.OURS),
        (400, "SendingPausedException", "no", Meaning.OURS),
        (400, "MailFromDomainNotVerifiedException", "no", Meaning.OURS),
        (400, "LimitExceededException", "no", Meaning.OURS),
        (400, "IncompleteSignature", "no", Meaning.OURS),
        (400, "OptInRequired", "no", Meaning.OURS),
        (400, "RequestExpired", "no", Meaning.OURS),
        (400, "ThrottlingException", "Maximum sending rate exceeded.", Meaning.UNREACHED),
        (400, "Throttling", "Daily message quota exceeded.", Meaning.OURS),
        (400, "", "", Meaning.REFUSED),
        (403, "InvalidSignatureException", "no", Meaning.OURS),
        (403, "AccessDeniedException", "no", Meaning.OURS),
        (403, "UnrecognizedClientException", "no", Meaning.OURS),
        (404, "NotFoundException", "no", Meaning.OURS),
        (409, "", "", Meaning.UNKNOWN),
        (413, "RequestEntityTooLargeException", "no", Meaning.REFUSED),
        (429, "TooManyRequestsException", "Maximum sending rate exceeded.", Meaning.UNREACHED),
        (429, "TooManyRequestsException", "Daily message quota exceeded.", Meaning.OURS),
        (301, "", "", Meaning.OURS),
        (500, "InternalServiceErrorException", "no", Meaning.UNKNOWN),
        (502, "", "", Meaning.UNKNOWN),
        (503, "ServiceUnavailable", "no", Meaning.UNKNOWN),
    ],
)
def test_each_word_has_one_meaning(
    server: ScriptedHttp, status: int, word: str, said: str, meaning: Meaning
) -> None:
    headers = {"x-amzn-ErrorType": word, "Location": "https://evil.example/"}
    server.at(Says(status, {"message": said} if said else "", headers))
    [outcome] = post(server.url)
    assert (outcome.meaning, outcome.provider_id) == (meaning, None)
    assert outcome.reply.startswith(f"{word.partition(':')[0]} {status} {said}".strip())


def test_a_word_may_stand_in_the_body(server: ScriptedHttp) -> None:
    server.at(Says(400, {"__type": "com.amazonaws.ses#SendingPausedException", "message": "paused"}))
    [outcome] = post(server.url)
    assert (outcome.meaning, outcome.reply) == (Meaning.OURS, "SendingPausedException 400 paused")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html>Welcome</html>",
        "{",
        "null",
        "[]",
        '"0107-1"',
        "{}",
        '{"MessageId": ""}',
        '{"MessageId": 7}',
    ],
)
@pytest.mark.parametrize("status", [200, 202])
def test_nothing_is_accepted_without_an_id(server: ScriptedHttp, status: int, content: str) -> None:
    server.at(Says(status, content))
    [outcome] = post(server.url)
    assert (outcome.meaning, outcome.provider_id) == (Meaning.UNKNOWN, None)


def test_it_waits_as_long_as_it_is_told(server: ScriptedHttp) -> None:
    server.at(Says(429, {"message": "slow down"}, {"Retry-After": "90"}))
    [outcome] = post(server.url)
    assert outcome.retry_after == timedelta(seconds=90)
