"""Sends letters through django-anymail, as its users would; in a process of its own, for Django is one place.

`python -m tests.mail.anymail_oracle URL` reads from standard input a list of letters in JSON, each with the
name of its provider, and sends them one after the other to URL instead of to the provider.
"""

import json
import sys
import warnings
from typing import Any

import django
from anymail.exceptions import AnymailNotSupportedWarning
from anymail.message import AnymailMessage
from django.conf import settings
from django.core.mail import get_connection

URL = sys.argv[1]

KEYS = {
    "BREVO_API_KEY": "KEY",
    "BREVO_API_URL": URL,
    "MAILGUN_API_KEY": "KEY",
    "MAILGUN_API_URL": f"{URL}/v3",
    "MAILGUN_SENDER_DOMAIN": "mg.example.org",
    "POSTMARK_SERVER_TOKEN": "TOKEN",
    "POSTMARK_API_URL": URL,
    "RESEND_API_KEY": "KEY",
    "RESEND_API_URL": URL,
    "SENDGRID_API_KEY": "KEY",
    "SENDGRID_API_URL": f"{URL}/v3",
    "SENDGRID_GENERATE_MESSAGE_ID": False,
    "AMAZON_SES_CLIENT_PARAMS": {
        "aws_access_key_id": "ID",
        "aws_secret_access_key": "SECRET",
        "region_name": "eu-central-1",
        "endpoint_url": URL,
    },
    "AMAZON_SES_MESSAGE_TAG_NAME": "delivery",
}

BACKENDS = {"ses": "amazon_ses"}


def send(provider: str, html: str, **letter: Any) -> None:
    message = AnymailMessage(**letter)
    message.attach_alternative(html, "text/html")
    name = BACKENDS.get(provider, provider)
    message.connection = get_connection(f"anymail.backends.{name}.EmailBackend")
    message.send()


if __name__ == "__main__":
    warnings.simplefilter("ignore", AnymailNotSupportedWarning)  # of SendGrid, which left its tests
    settings.configure(ANYMAIL=KEYS, INSTALLED_APPS=["anymail"], USE_TZ=True)
    django.setup()
    for told in json.load(sys.stdin):
        send(**told)
