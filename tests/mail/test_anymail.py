"""The same letter through django-anymail and through ours: both requests mean the same.

anymail is what many send with, so that what it writes is what the providers read. Where ours differs it does
so on purpose; each such difference is listed with its reason, and there is no other.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.core.message import Address, Message, Sender, headers
from app.core.outcome import Meaning
from app.mail import open_mailer

from .anymail_meaning import READERS, Said, meaning
from .letters import BEN, letter
from .scripted_http import Heard, Says, ScriptedHttp

ROOT = Path(__file__).parents[2]
HELLO, ANNA = "hello@harbour.example", "anna@harbour.example"

LETTERS = {
    "plain": letter(
        7,
        sender=Sender(Address(HELLO, "Anna at Harbour"), Address(ANNA, "Anna")),
        challenge="little",
        day=3,
    ),
    "beyond ASCII": letter(
        7,
        Address("zoe@münchen.example", "Zoë Łuc"),
        sender=Sender(Address(HELLO, "Näher am Hafen"), Address(ANNA, "Änne")),
        subject="Tag drei: schaut euch an – 見て",
        text="Schaut euch an – très bien.\n見て\n",
        html="<p>Schaut euch an – très bien.</p>\n<p>見て</p>\n",
    ),
    "commas": letter(
        7,
        Address(BEN, "O'Hara, Ben (Jr.)"),
        sender=Sender(Address(HELLO, "Dr. Anna Meier, Harbour"), Address(ANNA, "Meier, Anna")),
        unsubscribe="",
    ),
}

URLS = {
    "brevo": "brevo://KEY@",
    "mailgun": "mailgun://KEY@mg.example.org",
    "postmark": "postmark://TOKEN@",
    "resend": "resend://KEY@",
    "sendgrid": "sendgrid://KEY@",
    "ses": "ses://ID:SECRET@eu-central-1",
}

TAKEN = {
    "brevo": Says(201, {"messageId": "<1@relay.example>"}),
    "mailgun": Says(200, {"id": "<1@mg.example.org>", "message": "Queued. Thank you."}),
    "postmark": Says(200, {"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": "x@example.org"}),
    "resend": Says(200, {"id": "1"}),
    "sendgrid": Says(202, "", {"X-Message-Id": "1"}),
    "ses": Says(200, {"MessageId": "1"}),
}

NUMBER: Mapping[str, Mapping[str, Any]] = {
    # How anymail sends our delivery's number where we send it; as metadata it would be a header in the mail.
    "resend": {"esp_extra": {"tags": [{"name": "delivery", "value": "7"}]}},
    "ses": {"tags": ["7"]},
}

UNTRACKED = {"mailgun", "postmark", "sendgrid"}
"""Where anymail has a switch against tracking too."""

KEEP_ID = "our Message-ID stays the same in every try, so that a copy can be known as one"
TRACKING = "there is more that could be tracked or added than anymail knows, and nothing shall be"
KEY = "the key by which a repeat is removed; anymail has none"
OUR_MIME = "our octets go as they are, also the headers that anymail leaves to others"

ON_PURPOSE: Mapping[str, Mapping[str, str]] = {
    "brevo": {"http idempotencykey": KEY, "header idempotencykey": f"{KEY}; its pages show it here"},
    "mailgun": {
        "path": OUR_MIME,
        "http content-type": OUR_MIME,
        "header message-id": KEEP_ID,
        "header date": "the time of the intent",
        "header content-language": OUR_MIME,
        "o:tracking": TRACKING,
    },
    "postmark": {
        "header message-id": KEEP_ID,
        "header x-pm-keepid": KEEP_ID,
        "MessageStream": "lessons on one stream, all else on another",
    },
    "resend": {"http idempotency-key": KEY},
    "sendgrid": {
        "header message-id": KEEP_ID,
        "tracking click_tracking": TRACKING,
        "tracking subscription_tracking": TRACKING,
        "tracking ganalytics": TRACKING,
    },
    "ses": {
        "header message-id": KEEP_ID,
        "header date": "the time of the intent",
        "header content-language": OUR_MIME,
        "header x-tag": "anymail puts its tag into the mail as well, for topics without a configuration set",
        "ConfigurationOverrides": TRACKING,
    },
}

ON_PURPOSE_HERE: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("brevo", "beyond ASCII"): {"reply-to": "Brevo would write this name as bare octets; it is left out"},
    ("sendgrid", "commas"): {
        "to": "SendGrid forbids commas here, and has taken what follows for the address"
    },
}


@pytest.fixture(scope="module")
def theirs() -> dict[tuple[str, str], Heard]:
    """What anymail posts, by provider and letter."""
    told = [(provider, name) for provider in URLS for name in LETTERS]
    with ScriptedHttp() as server:
        server.at(*(TAKEN[provider] for provider, _ in told))
        subprocess.run(
            [sys.executable, "-m", "tests.mail.anymail_oracle", server.url],
            input=json.dumps([for_anymail(provider, LETTERS[name]) for provider, name in told]),
            cwd=ROOT,
            env={**os.environ, "NO_PROXY": "127.0.0.1"},
            text=True,
            check=True,
        )
    return dict(zip(told, server.heard, strict=True))


def for_anymail(provider: str, message: Message) -> dict[str, Any]:
    sender, reply_to = message.sender.address, message.sender.reply_to
    untracked = {"track_opens": False, "track_clicks": False} if provider in UNTRACKED else {}
    return {
        "provider": provider,
        "from_email": written(sender),
        "to": [written(message.to)],
        "reply_to": [written(reply_to)] if reply_to else [],
        "subject": message.subject,
        "body": message.text,
        "html": message.html,
        "headers": dict(headers(message)),
        **NUMBER.get(provider, {"metadata": {"delivery": str(message.id)}}),
        **untracked,
    }


def written(address: Address) -> str:
    return f'"{address.name}" <{address.address}>'


def ours(provider: str, message: Message) -> Heard:
    with ScriptedHttp(steps=[TAKEN[provider]]) as server:
        mark = "&" if "?" in URLS[provider] else "?"
        mailer = open_mailer(f"{URLS[provider]}{mark}endpoint={server.url}")
        [outcome] = mailer.deliver([message])
        mailer.close()
    assert outcome.meaning is Meaning.ACCEPTED
    [heard] = server.heard
    return heard


def differences(one: Said, other: Said) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("provider", URLS)
def test_ours_means_the_same(theirs: dict[tuple[str, str], Heard], provider: str, name: str) -> None:
    our, their = meaning(provider, ours(provider, LETTERS[name])), meaning(provider, theirs[provider, name])
    listed = ON_PURPOSE[provider].keys() | ON_PURPOSE_HERE.get((provider, name), {}).keys()
    assert differences(our, their) == listed, [(one, our.get(one), their.get(one)) for one in listed]


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"to": Address("eve@example.org", "Ada")}, "to"),
        ({"to": Address("ada@example.org", "Eve")}, "to"),
        ({"sender": Sender(Address(HELLO, "Anna at Harbour"))}, "reply-to"),
        ({"sender": Sender(Address(HELLO, "Eve"), Address(ANNA, "Anna"))}, "from"),
        ({"subject": "Day two"}, "subject"),
        ({"text": "Look away.\n"}, "text"),
        ({"html": "<p>Look away.</p>\n"}, "html"),
        ({"id": 8}, "delivery"),
        ({"list_id": "Other <other.harbour.example>"}, "header list-id"),
        ({"unsubscribe": "https://harbour.example/other"}, "header list-unsubscribe"),
        ({"unsubscribe": ""}, "header list-unsubscribe-post"),
        ({"day": 4}, "header feedback-id"),
        ({"extra": (("X-More", "yes"),)}, "header x-more"),
    ],
)
@pytest.mark.parametrize("provider", URLS)
def test_a_letter_that_says_something_else_is_seen(
    theirs: dict[tuple[str, str], Heard], provider: str, change: dict[str, Any], seen: str
) -> None:
    other = ours(provider, replace(LETTERS["plain"], **change))
    found = differences(meaning(provider, other), meaning(provider, theirs[provider, "plain"]))
    assert seen in found - ON_PURPOSE[provider].keys()


def test_every_provider_that_is_posted_to_is_compared() -> None:
    posted = {urlsplit(url).scheme for url in URLS.values()}
    assert posted == URLS.keys() == READERS.keys() == TAKEN.keys() == ON_PURPOSE.keys()
