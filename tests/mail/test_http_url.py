"""What the URL of an HTTP provider may ask for."""

from urllib.parse import urlsplit

import pytest

from app.errors import MailerError
from app.mail.http_url import Account, account_of

EXAMPLES = {
    "resend": "resend://KEY@?signing=SECRET",
    "mailgun": "mailgun://KEY@DOMAIN?region=eu",
    "ses": "ses://ID:SECRET@REGION?topic=ARN",
}


def account(url: str) -> Account:
    parts = urlsplit(url)
    return account_of(parts, EXAMPLES[parts.scheme])


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("resend://re_K3y@", Account("re_K3y")),
        (
            "resend://k%2Fe%40y@/?signing=whsec_a%2Bb/c==",
            Account("k/e@y", options={"signing": "whsec_a+b/c=="}),
        ),
        ("resend://k@?endpoint=http://127.0.0.1:8025/", Account("k", endpoint="http://127.0.0.1:8025")),
        ("resend://k@?endpoint=http://[::1]:8025", Account("k", endpoint="http://[::1]:8025")),
        (
            "resend://k@?endpoint=https://proxy.example/to/it",
            Account("k", endpoint="https://proxy.example/to/it"),
        ),
        (
            "mailgun://k@mg.example.org?region=eu",
            Account("k", host="mg.example.org", options={"region": "eu"}),
        ),
        ("ses://AKIA:s%2F@eu-west-1", Account("AKIA", "s/", "eu-west-1")),
    ],
)
def test_a_url_names_an_account(url: str, found: Account) -> None:
    assert account(url) == found


@pytest.mark.parametrize(
    "url",
    [
        "resend:s3cret",
        "resend://s3cret",
        "resend://@?signing=s3cret",
        "resend://s3cret@host",
        "resend://s3cret@:25",
        "resend://s3cret@/emails",
        "resend://s3cret@#x",
        "resend://u:s3cret@",
        "resend://s3cr%0Aet@",
        "resend://s3crét@",
        "resend://k@?signing=s3cret+x",
        "resend://s3cret@?region=eu",
        "mailgun://s3cret@",
        "mailgun://s3cret@mg.example.org:25",
        "mailgun://u:s3cret@mg.example.org",
        "ses://s3cret@eu-west-1",
        "ses://u:s3cret@",
        "resend://s3cret@?endpoint=",
        "resend://s3cret@?endpoint=http://api.example.org",
        "resend://s3cret@?endpoint=http://127.0.0.1.example.org",
        "resend://s3cret@?endpoint=ftp://127.0.0.1",
        "resend://s3cret@?endpoint=https://",
        "resend://k@?endpoint=https://u:s3cret@api.example.org",
        "resend://k@?endpoint=https://api.example.org?s3cret",
        "resend://s3cret@?endpoint=https://[::1",
        "resend://s3cret@?endpoint=http://127.0.0.1:99999",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(MailerError) as refused:
        account(url)
    assert "s3cr" not in str(refused.value)
