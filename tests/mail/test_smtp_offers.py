import pytest

from app.mail.mime import Envelope
from app.mail.smtp_offers import Offers, offers_of

PLAIN = Envelope("hello@harbour.example", "ada@example.org", smtputf8=False)
BEYOND = Envelope("hello@harbour.example", "ädä@example.org", smtputf8=True)


@pytest.mark.parametrize(
    ("said", "offers"),
    [
        ("PIPELINING is our name", Offers()),
        ("hello\nPIPELINING\nSMTPUTF8\nSTARTTLS", Offers(pipelining=True, smtputf8=True, starttls=True)),
        ("hello\nsize 1000\npipelining", Offers(pipelining=True, size=True, largest=1000)),
        ("hello\nSIZE", Offers(size=True)),
        ("hello\nSIZE much", Offers(size=True)),
        (
            "hello\nAUTH PLAIN login\nAUTH=LOGIN XOAUTH2",
            Offers(auth=frozenset({"PLAIN", "LOGIN", "XOAUTH2"})),
        ),
        ("hello\n\nX-PIPELINING", Offers()),
    ],
)
def test_an_answer_to_ehlo_is_read(said: str, offers: Offers) -> None:
    assert offers_of(said) == offers


def test_what_a_server_cannot_take_is_not_offered() -> None:
    Offers(smtputf8=True, largest=500).check(BEYOND, 500)
    Offers(size=True).check(PLAIN, 10**9)
    with pytest.raises(ValueError, match="SMTPUTF8"):
        Offers().check(BEYOND, 1)
    with pytest.raises(ValueError, match="501 octets"):
        Offers(largest=500).check(PLAIN, 501)
