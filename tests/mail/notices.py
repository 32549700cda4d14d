"""Calls of Amazon SNS, signed with a key and a certificate made here.

Fields: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html and
…/SendMessageToHttp.prepare.html, in copies of 2022-12-02, read on 2026-11-23.
"""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import CertificateBuilder, Name, NameAttribute, random_serial_number
from cryptography.x509.oid import NameOID

from app.mail.hook import Call

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
ARN = "arn:aws:sns:us-west-2:123456789012:MyTopic"
URL = "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem"
SUBSCRIBE = f"https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn={ARN}&Token=2336412f37"


class Amazon:
    """Whoever signs. `asked` are the URLs that were fetched."""

    def __init__(self, key: Any, begin: datetime = NOW - timedelta(days=99)) -> None:
        self.key = key
        self.pem = _certificate(key, begin)
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        return self.pem

    def notice(self, message: str, at: datetime = NOW, version: str = "2", **changed: Any) -> Call:
        told = {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": ARN,
            "Subject": "Amazon SES Email Event Notification",
            "Message": message,
            "Timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "SignatureVersion": version,
            "SigningCertURL": URL,
            "UnsubscribeURL": "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe",
        }
        return self.signed({name: value for name, value in (told | changed).items() if value is not None})

    def asking(self, kind: str = "SubscriptionConfirmation") -> Call:
        return self.notice("You have …", Type=kind, Subject=None, Token="2336412f37", SubscribeURL=SUBSCRIBE)

    def signed(self, told: dict[str, Any]) -> Call:
        asking = told["Type"] != "Notification"
        names = ["Message", "MessageId", "SubscribeURL" if asking else "Subject", "Timestamp"]
        names += ["Token", "TopicArn", "Type"] if asking else ["TopicArn", "Type"]
        text = "".join(f"{name}\n{told[name]}\n" for name in names if name in told).encode()
        method = SHA1() if told["SignatureVersion"] == "1" else SHA256()
        mac = b64encode(self.key.sign(text, PKCS1v15(), method)).decode()
        return Call({"x-amz-sns-message-type": told["Type"]}, json.dumps(told | {"Signature": mac}).encode())


@cache
def key(number: int = 0) -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def touched(call: Call, **changed: Any) -> Call:
    """The signature stays as it was; None takes a field away."""
    told = json.loads(call.body) | changed
    return Call(call.headers, json.dumps({k: v for k, v in told.items() if v is not None}).encode())


def _certificate(key: Any, begin: datetime) -> bytes:
    name = Name([NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.serial_number(random_serial_number()).not_valid_before(begin)
    return dated.not_valid_after(begin + timedelta(days=365)).sign(key, SHA256()).public_bytes(Encoding.PEM)
