"""Svix, which calls hooks for Resend: whether a call is signed with our secret.

Read on 2026-11-23, in copies:
- https://docs.svix.com/receiving/verifying-payloads/how-manual.md and …/why (5 minutes)
- github.com/anymail/django-anymail of 2026-07-30, anymail/webhooks/resend.py (a repeat has a time of its own)
"""

import hmac
from base64 import b64decode, b64encode
from datetime import datetime

from app.errors import ForgedError
from app.mail.hook import Call, fresh


def prove(call: Call, secret: str, now: datetime) -> None:
    """HMAC-SHA256 of `id.timestamp.body`; there are several signatures while a secret is being changed.

    ForgedError if none is right or fresh. A repeat is signed anew: none needs to be good for long.
    """
    name, stamp = call.headers.get("svix-id", ""), call.headers.get("svix-timestamp", "")
    given = call.headers.get("svix-signature", "").split()
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ForgedError("Nothing is believed until signing= in KINDLING_MAIL_URL is the webhook's whsec_….")
    right = b"v1," + b64encode(hmac.digest(key, f"{name}.{stamp}.".encode() + call.body, "sha256"))
    if not any(hmac.compare_digest(right, one.encode()) for one in given):
        raise ForgedError("This call is not signed with the secret of signing= in KINDLING_MAIL_URL.")
    if not fresh(stamp, now):
        raise ForgedError("This call was signed too long ago, or ahead of our clock.")
