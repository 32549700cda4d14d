"""What Resend's words mean."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.core.outcome import Meaning

from .posting import post
from .scripted_http import Says, ScriptedHttp

NOON = "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.fixture
def server() -> Iterator[ScriptedHttp]:
    with ScriptedHttp() as scripted:
        yield scripted


@pytest.mark.parametrize(
    ("status", "word", "meaning"),
    [
        (400, "validation_error", Meaning.REFUSED),
        (400, "invalid_idempotency_key", Meaning.REFUSED),
        (401, "missing_api_key", Meaning.OURS),
        (401, "restricted_api_key", Meaning.OURS),
        (402, "", Meaning.OURS),
        (403, "invalid_api_key", Meaning.OURS),
        (403, "validation_error", Meaning.OURS),
        (403, "invalid_to_address", Meaning.OURS),
        (404, "not_found", Meaning.OURS),
        (405, "method_not_allowed", Meaning.OURS),
        (409, "concurrent_idempotent_requests", Meaning.UNKNOWN),
        (409, "invalid_idempotent_request", Meaning.UNKNOWN),
        (409, "", Meaning.UNKNOWN),
        (413, "", Meaning.REFUSED),
        (422, "validation_error", Meaning.REFUSED),
        (422, "missing_required_field", Meaning.REFUSED),
        (422, "invalid_to_address", Meaning.REFUSED),
        (422, "invalid_from_address", Meaning.OURS),
        (422, "invalid_access", Meaning.OURS),
        (429, "rate_limit_exceeded", Meaning.UNREACHED),
        (429, "a_new_word", Meaning.UNREACHED),
        (429, "daily_quota_exceeded", Meaning.OURS),
        (429, "monthly_quota_exceeded", Meaning.OURS),
        (451, "security_error", Meaning.REFUSED),
        (500, "application_error", Meaning.UNKNOWN),
        (500, "daily_quota_exceeded", Meaning.UNKNOWN),
        (502, "", Meaning.UNKNOWN),
        (504, "", Meaning.UNKNOWN),
    ],
)
def test_each_word_has_one_meaning(server: ScriptedHttp, status: int, word: str, meaning: Meaning) -> None:
    server.at(Says(status, {"statusCode": status, "name": word, "message": "so it is"}))
    [outcome] = post(server.url)
    assert outcome.meaning is meaning
    assert outcome.reply.endswith(f"{status} {word}: so it is")
    assert (outcome.provider_id, server.accepted) == (None, [])


@pytest.mark.parametrize(
    "content",
    ["", "<html>Welcome</html>", "{", "null", "[]", '"re-1"', "{}", '{"id": ""}', '{"id": 7}', "[" * 100_000],
)
@pytest.mark.parametrize("status", [200, 202])
def test_nothing_is_accepted_without_an_id(server: ScriptedHttp, status: int, content: str) -> None:
    server.at(Says(status, content, takes=True))
    [outcome] = post(server.url)
    assert (outcome.meaning, outcome.provider_id) == (Meaning.UNKNOWN, None)
    assert len(server.accepted) == 1


def test_what_an_operator_reads_is_one_short_line(server: ScriptedHttp) -> None:
    server.at(Says(403, "<h1>\n\x1b[31mNo\n" + "x" * 1000))
    [outcome] = post(server.url)
    assert outcome.reply.startswith("403 <h1> ?[31mNo xxx")
    assert len(outcome.reply) == 500


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("3600", timedelta(hours=1)),
        ("315360000", timedelta(days=3650)),
        ("9" * 5000, timedelta(seconds=999_999_999)),
        ("Mon, 23 Nov 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 11:00:00 GMT", None),
        ("-5", None),
        ("soon", None),
        ("Mon, 99 Nov 2026 12:00:30 GMT", None),
    ],
)
def test_it_waits_as_long_as_it_is_told(server: ScriptedHttp, said: str, wait: timedelta | None) -> None:
    server.at(Says(429, {"name": "rate_limit_exceeded"}, {"Retry-After": said, "Date": NOON}))
    [outcome] = post(server.url)
    assert (outcome.meaning, outcome.retry_after) == (Meaning.UNREACHED, wait)
