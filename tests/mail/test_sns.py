"""Whether a call is from the one topic of Amazon SNS that we believe."""

from base64 import b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from app.errors import ForgedError
from app.mail.hook import Call
from app.mail.sns import Notice, Topic

from .notices import ARN, NOW, SUBSCRIBE, URL, Amazon, key, touched


@pytest.fixture
def amazon() -> Amazon:
    return Amazon(key())


@pytest.fixture
def topic(amazon: Amazon) -> Topic:
    return Topic(ARN, amazon.fetch)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", ["Amazon SES Email Event Notification", None])
def test_a_signed_notice_is_believed(amazon: Amazon, topic: Topic, version: str, subject: str | None) -> None:
    call = amazon.notice("line\nünd more", version=version, Subject=subject)
    assert topic.proved(call, NOW) == Notice("Notification", "line\nünd more", "")


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_so_is_a_question(amazon: Amazon, topic: Topic, kind: str) -> None:
    assert topic.proved(amazon.asking(kind), NOW) == Notice(kind, "You have …", SUBSCRIBE)
    assert amazon.asked == [URL]


def test_a_certificate_is_fetched_once(amazon: Amazon, topic: Topic) -> None:
    for message in ("one", "two"):
        assert topic.proved(amazon.notice(message), NOW).message == message
    assert amazon.asked == [URL]


@pytest.mark.parametrize(
    "changed",
    [
        {"Message": "other"},
        {"MessageId": "other"},
        {"Subject": "other"},
        {"Subject": None},
        {"Timestamp": (NOW + timedelta(seconds=1)).isoformat()},
        {"Type": "SubscriptionConfirmation"},
        {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "https://sns.evil.example/"},
        {"Type": "Other"},
        {"Type": None},
        {"Message": None},
        {"Message": {}},
        {"Message": "\ud800"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": 2},
        {"Signature": None},
        {"Signature": ""},
        {"Signature": "é"},
        {"Signature": "AAAA"},
    ],
)
def test_a_call_that_was_touched_is_forged(amazon: Amazon, topic: Topic, changed: dict[str, object]) -> None:
    with pytest.raises(ForgedError):
        topic.proved(touched(amazon.notice("{}"), **changed), NOW)


def test_a_kind_of_which_nothing_is_signed_is_forged(amazon: Amazon, topic: Topic) -> None:
    nothing = b64encode(amazon.key.sign(b"", PKCS1v15(), SHA256())).decode()
    with pytest.raises(ForgedError, match="no kind"):
        topic.proved(touched(amazon.notice("{}"), Type="Other", Signature=nothing), NOW)


@pytest.mark.parametrize(
    "body", [b"", b"no", b"[]", b"null", b"{}", b"\xff", b'{"Type": "Notification", "Type": 1}']
)
def test_what_holds_no_signature_is_forged(topic: Topic, body: bytes) -> None:
    with pytest.raises(ForgedError):
        topic.proved(Call({"svix-signature": "v1,AAAA"}, body), NOW)


@pytest.mark.parametrize("arn", ["arn:aws:sns:us-west-2:999999999999:MyTopic", ARN + "2", "", None])
def test_another_topic_is_not_believed_though_amazon_signed_it(
    amazon: Amazon, topic: Topic, arn: str | None
) -> None:
    with pytest.raises(ForgedError, match="another topic"):
        topic.proved(amazon.notice("{}", TopicArn=arn), NOW)
    assert amazon.asked == []


def test_without_a_topic_nothing_is_believed(amazon: Amazon) -> None:
    with pytest.raises(ForgedError, match="until topic= in KINDLING_MAIL_URL"):
        Topic("", amazon.fetch).proved(amazon.notice("{}", TopicArn=""), NOW)


@pytest.mark.parametrize("late", [-300, 0, 3900])
def test_a_call_may_be_as_old_as_sns_repeats_it(amazon: Amazon, topic: Topic, late: int) -> None:
    assert topic.proved(amazon.notice("{}", NOW - timedelta(seconds=late)), NOW).message == "{}"


@pytest.mark.parametrize("late", [-301, 3901])
def test_an_older_call_and_one_from_tomorrow_are_forged(amazon: Amazon, topic: Topic, late: int) -> None:
    with pytest.raises(ForgedError, match="too long ago"):
        topic.proved(amazon.notice("{}", NOW - timedelta(seconds=late)), NOW)
    assert amazon.asked == []


@pytest.mark.parametrize("stamp", [None, "", "soon", "0"])
def test_a_call_without_a_time_is_forged(amazon: Amazon, topic: Topic, stamp: str | None) -> None:
    with pytest.raises(ForgedError):
        topic.proved(touched(amazon.notice("{}"), Timestamp=stamp), NOW)


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.us-west-2.amazonaws.com/a.pem",
        "https://169.254.169.254/a.pem",
        "https://sns.evil.com/a.pem",
        "https://sns.us-west-2.amazonaws.com.evil/a.pem",
        "https://sns.us-west-2.amazonaws.com.cn.evil/a.pem",
        "https://sns.us-west-2.amazonaws.com@evil.com/a.pem",
        "https://evil.com/https://sns.us-west-2.amazonaws.com/a.pem",
        "https://sns.us-west-2.amazonaws.com:444/a.pem",
        "https://sns.us-west-2.amazonaws.com/a.pem\n",
        "https://sns.us-west-2.amazonaws.com/a.pem?x",
        "https://sns.us-west-2.amazonaws.com/a/b.pem",
        "https://sns.us-west-2.amazonaws.com/../a.pem",
        "https://snsxus-west-2.amazonaws.com/a.pem",
        "https://sns.us-west-2.amazonawsxcom/a.pem",
        "https://sns.s3-us-west-2.amazonaws.com/a.pem",
        "https://sns.s3.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.pem",
        "https://SNS.us-west-2.amazonaws.com/a.pem",
        "",
        None,
    ],
)
def test_a_certificate_is_fetched_from_sns_alone(amazon: Amazon, topic: Topic, url: str | None) -> None:
    with pytest.raises(ForgedError, match="names no certificate"):
        topic.proved(amazon.notice("{}", SigningCertURL=url), NOW)
    assert amazon.asked == []


def test_china_has_a_domain_of_its_own(amazon: Amazon) -> None:
    arn, url = ARN.replace("us-west-2", "cn-north-1"), "https://sns.cn-north-1.amazonaws.com.cn/a.pem"
    call = amazon.notice("{}", TopicArn=arn, SigningCertURL=url)
    assert Topic(arn, amazon.fetch).proved(call, NOW).message == "{}"


def test_another_key_is_not_amazons(amazon: Amazon, topic: Topic) -> None:
    with pytest.raises(ForgedError, match="not signed by Amazon"):
        topic.proved(Amazon(key(1)).notice("{}"), NOW)
    assert topic.proved(amazon.notice("{}"), NOW)


@pytest.mark.parametrize("days", [-366, 1])
def test_a_certificate_has_its_time(days: int) -> None:
    amazon = Amazon(key(), NOW + timedelta(days=days))
    with pytest.raises(ForgedError, match="not valid now"):
        Topic(ARN, amazon.fetch).proved(amazon.notice("{}"), NOW)


def test_a_certificate_must_be_one_for_rsa(amazon: Amazon) -> None:
    with pytest.raises(ForgedError, match="RSA"):
        Topic(ARN, Amazon(generate_private_key(SECP256R1())).fetch).proved(amazon.notice("{}"), NOW)


def test_what_is_no_certificate_proves_nothing(amazon: Amazon) -> None:
    with pytest.raises(ForgedError):
        Topic(ARN, lambda _: b"<html>").proved(amazon.notice("{}"), NOW)
