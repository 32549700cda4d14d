"""What an SMTP URL may ask for."""

from urllib.parse import urlsplit

import pytest

from app.errors import MailerError
from app.mail.providers.smtp import open_mailer
from app.mail.smtp_opening import Security, Server


def server_of(url: str) -> Server:
    return open_mailer(urlsplit(url))._server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", Server("mail.example.org", 587, Security.STARTTLS)),
        (
            "smtp://u:p%40ss@mail.example.org:25",
            Server("mail.example.org", 25, Security.STARTTLS, "u", "p@ss"),
        ),
        ("smtp://u%40x:p@localhost", Server("localhost", 587, Security.STARTTLS, "u@x", "p")),
        ("smtp://127.0.0.1:1025", Server("127.0.0.1", 1025, Security.CLEAR)),
        ("smtp://[::1]:1025?starttls=off", Server("::1", 1025, Security.CLEAR)),
        ("smtp://localhost?starttls=require", Server("localhost", 587, Security.STARTTLS)),
        ("smtps://u:p@mail.example.org", Server("mail.example.org", 465, Security.TLS, "u", "p")),
    ],
)
def test_a_url_names_a_server(url: str, server: Server) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "smtp://u:s3cret@mail.example.org?starttls=off",
        "smtp://mail.example.org?starttls=off",
        "smtp://u:s3cret@localhost?starttls=off",
        "smtp://u:s3cret@mail.example.org?starttls=maybe",
        "smtp://u:s3cret@mail.example.org?timeout=3",
        "smtp://u:s3cret@mail.example.org?connections=3",
        "smtps://u:s3cret@mail.example.org?starttls=off",
        "smtp://u:s3cret/x@mail.example.org",
        "smtp://u:s3cret#x@mail.example.org",
        "smtp://u:s3crét@mail.example.org",
        "smtp://s3cret@mail.example.org",
        "smtp://:s3cret@mail.example.org",
        "smtp://u:s3cret@mail.example.org:70000",
        "smtp://u:s3cret@",
        "smtp:s3cret",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(MailerError) as refused:
        server_of(url)
    assert "s3cr" not in str(refused.value)


def test_a_password_is_never_shown() -> None:
    assert "s3cret" not in repr(server_of("smtp://u:s3cret@mail.example.org"))
