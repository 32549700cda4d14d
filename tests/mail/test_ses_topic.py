"""Whose calls SES's hook believes, and what is not about a letter."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from app.errors import ForgedError, MailerError, UnreadableError
from app.mail.hook import Call
from app.mail.http_url import Account
from app.mail.providers.ses import GREETING, Ses

from .notices import ARN, NOW, SUBSCRIBE, Amazon, key, touched

AMAZON = Amazon(key())


def ses(topic: str = ARN) -> Ses:
    options = {"topic": topic} if topic else {}
    return Ses(Account("AKID", "s3cret", "us-west-2", options), fetch=AMAZON.fetch)


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as lines:
        yield lines
    structlog.configure(**before)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("SubscriptionConfirmation", "Amazon SNS asks whether it may call this hook"),
        ("UnsubscribeConfirmation", "Amazon SNS no longer calls this hook"),
    ],
)
def test_a_question_is_put_to_the_operator_and_never_answered(logs: list[Any], kind: str, event: str) -> None:
    amazon = Amazon(key())
    mailer = Ses(Account("AKID", "s3cret", "us-west-2", {"topic": ARN}), fetch=amazon.fetch)
    assert mailer.hear(amazon.asking(kind), NOW) == ()
    [line] = logs
    assert (line["event"], line["log_level"]) == (event, "warning")
    assert line["what_to_do"].endswith(f"open {SUBSCRIBE}")
    assert [url for url in amazon.asked if "Action" in url] == []


def test_the_greeting_of_a_new_destination_is_no_news() -> None:
    assert ses().hear(AMAZON.notice(GREETING), NOW) == ()


@pytest.mark.parametrize("call", [AMAZON.asking(), AMAZON.notice("{}")])
@pytest.mark.parametrize("topic", ["", ARN + "2", "ARN"])
def test_only_our_topic_is_believed(logs: list[Any], call: Call, topic: str) -> None:
    with pytest.raises(ForgedError):
        ses(topic).hear(call, NOW)
    assert logs == []


def test_a_touched_or_old_call_is_forged() -> None:
    call = AMAZON.notice("{}")
    with pytest.raises(ForgedError):
        ses().hear(touched(call, Message="{ }"), NOW)
    with pytest.raises(ForgedError):
        ses().hear(call, NOW + timedelta(hours=2))


@pytest.mark.parametrize("said", ["", "no", "[]", "null", '{"a": NaN}', "[" * 100_000])
def test_a_signed_call_that_makes_no_sense_is_unreadable(said: str) -> None:
    with pytest.raises(UnreadableError):
        ses().hear(AMAZON.notice(said), NOW)


def test_when_the_certificate_cannot_be_had_sns_calls_again() -> None:
    def nobody(_: str) -> bytes:
        raise MailerError("not now")

    with pytest.raises(MailerError, match="not now"):
        Ses(Account("AKID", "s3cret", "us-west-2", {"topic": ARN}), fetch=nobody).hear(
            AMAZON.notice("{}"), NOW
        )
