"""Amazon SNS: whether a call is from the one topic that we believe.

Read on 2026-11-23, in copies:
- https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html (copy of 2022-12-02)
- https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html (at most 3600 seconds)
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from re import compile as pattern

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.x509 import Certificate, load_pem_x509_certificate

from app.clock import Clock, boottime
from app.errors import ForgedError, MailerError, UnreadableError
from app.mail.hook import Call, fresh

Fetch = Callable[[str], bytes]
"""What is at a URL; ForgedError if nothing is there, MailerError if that cannot be known now."""

PATIENCE, LARGEST, KEPT = 5.0, 1 << 16, 8
"""Seconds and octets that a certificate may take, and how many are kept."""

REPEATS = timedelta(hours=1)
"""SNS signs a call once, when its event came, and repeats it unchanged for up to 3600 seconds after a 5xx."""


@dataclass(frozen=True)
class Notice:
    """What SNS signed. `url` is SubscribeURL, empty in a Notification: opening it agrees to be called."""

    kind: str
    message: str
    url: str


class Topic:
    """`arn` may be empty: then nothing is believed. Certificates that signed rightly are kept."""

    def __init__(self, arn: str, fetch: Fetch) -> None:
        self._arn, self._fetch = arn, fetch
        self._kept: dict[str, Certificate] = {}

    def proved(self, call: Call, now: datetime) -> Notice:
        """ForgedError; MailerError if the certificate cannot be had just now: SNS repeats after a 5xx."""
        if not self._arn:
            raise ForgedError(
                "Nothing is believed until topic= in KINDLING_MAIL_URL is the ARN of the SNS topic."
            )
        told = _strings(call)
        if told.get("TopicArn") != self._arn:
            raise ForgedError("This call is of another topic than the one of topic= in KINDLING_MAIL_URL.")
        if not fresh(told.get("Timestamp"), now, REPEATS):
            raise ForgedError("This call was signed too long ago, or ahead of our clock.")
        self._check(told, now)
        return Notice(told["Type"], told.get("Message", ""), told.get("SubscribeURL", ""))

    def _check(self, told: Mapping[str, str], now: datetime) -> None:
        url, method = told.get("SigningCertURL", ""), METHODS.get(told.get("SignatureVersion", ""))
        place = CERTIFICATE.fullmatch(url)
        if place is None or [place["region"]] != self._arn.split(":")[3:4] or method is None:
            raise ForgedError("This call names no certificate of Amazon SNS in the region of our topic.")
        signed = _signed(told)
        try:
            certificate = self._kept.get(url) or load_pem_x509_certificate(self._fetch(url))
            key = certificate.public_key()
            if not isinstance(key, RSAPublicKey):
                raise ForgedError("Amazon SNS signs with RSA; this certificate does not.")
            key.verify(b64decode(told.get("Signature", ""), validate=True), signed, PKCS1v15(), method)
        except (ValueError, InvalidSignature):
            raise ForgedError("This call is not signed by Amazon SNS.") from None
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise ForgedError("The certificate of this call is not valid now.")
        self._kept = dict([*self._kept.items(), (url, certificate)][-KEPT:])


CERTIFICATE = pattern(
    # Only of our topic's region: sns.s3-us-west-2.amazonaws.com would be somebody's bucket.
    r"https://sns\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/[A-Za-z0-9_-]{1,99}\.pem"
)

METHODS: Mapping[str, HashAlgorithm] = {"1": SHA1(), "2": SHA256()}  # noqa: S303 - a topic's default is 1

ASKING = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")

SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ASKING,
    "UnsubscribeConfirmation": ASKING,
}


def _strings(call: Call) -> Mapping[str, str]:
    try:
        fields = call.fields
    except UnreadableError:
        raise ForgedError("This call holds no signature of Amazon SNS.") from None
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _signed(told: Mapping[str, str]) -> bytes:
    names = SIGNED.get(told.get("Type", ""))
    if names is None:
        raise ForgedError("This call is of no kind that Amazon SNS signs.")
    return "".join(f"{name}\n{told[name]}\n" for name in names if name in told).encode(errors="surrogatepass")


def fetched(url: str, clock: Clock = boottime) -> bytes:
    """At most LARGEST octets, from where the URL says and nowhere else."""
    octets, end, status = bytearray(), clock() + PATIENCE, 503
    with (
        suppress(httpx.HTTPError),
        httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False) as client,
        client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as heard,
    ):
        for chunk in heard.iter_raw():
            octets += chunk
            if len(octets) > LARGEST or clock() > end:
                break
        status = heard.status_code
    if status >= 500 or clock() > end:
        raise MailerError("The certificate of Amazon SNS cannot be fetched now; SNS will call again.")
    if status != 200 or len(octets) > LARGEST:
        raise ForgedError("There is no certificate of Amazon SNS where this call says.")
    return bytes(octets)
