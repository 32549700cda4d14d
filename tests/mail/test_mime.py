import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.message import Address, Message, Sender
from app.mail.mime import Envelope, as_bytes, ascii_mailbox, envelope, unfolded_headers

from .letters import ADA, letter

NASTY = ["\x00", "\r", "\n", "\r\nBcc: eve@example.org", "\x0b", "\x7f", "\x85", "\u2028", "\u2029", "\udcff"]
NAMES = [
    'Ada "the first"',
    "Lovelace, Ada",
    "Ada <eve@example.org>",
    "Grüße, Ada; & (Ben) @ home",
    "=?utf-8?q?=0D=0ABcc=3A_eve=40example=2Eorg?=",
    "back\\slash",
    "艾达" * 30,
    "😀" * 60,
    "\u202eadA",
    "a" * 60,
    ".",
    "",
]
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)
unhurried = settings(deadline=None)


def parsed(message: Message) -> EmailMessage:
    mail = message_from_bytes(as_bytes(message), policy=policy.default)
    assert not mail.defects
    return mail


def recipient(message: Message) -> tuple[str, str]:
    """Name and address, by the older parser: the newer one puts spaces between encoded words."""
    written = re.findall(rb"^To: ([^\r]*(?:\r\n [^\r]*)*)", as_bytes(message), re.MULTILINE)
    [(name, address)] = getaddresses([value.decode().replace("\r\n", "") for value in written])
    assert len(parsed(message)["To"].addresses) == 1
    return str(make_header(decode_header(name))), address


def one_space(text: str) -> str:
    return re.sub(" +", " ", text).strip()


def test_a_letter_says_what_it_must() -> None:
    mail = parsed(letter())
    assert mail["From"] == "Anna at Harbour <hello@harbour.example>"
    assert mail["To"] == "Ada <ada@example.org>"
    assert mail["Reply-To"] == "anna@harbour.example"
    assert mail["Date"] == "Mon, 23 Nov 2026 07:00:00 +0000"
    assert mail["Message-ID"] == "<1@harbour.example>"
    assert mail["List-ID"] == "Little <little.harbour.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"


def test_text_comes_before_html() -> None:
    mail = parsed(letter(text="Schön.\n", html="<p>Schön.</p>\n"))
    text, html = mail.iter_parts()
    assert mail.get_content_type() == "multipart/alternative"
    assert (text.get_content_type(), text.get_content()) == ("text/plain", "Schön.\r\n")
    assert (html.get_content_type(), html.get_content()) == ("text/html", "<p>Schön.</p>\r\n")


@pytest.mark.parametrize("name", ["To", "From", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version"])
def test_there_is_exactly_one(name: str) -> None:
    assert len(re.findall(rb"(?im)^" + name.encode() + b":", as_bytes(letter()))) == 1


def test_the_same_letter_is_always_the_same_bytes() -> None:
    assert as_bytes(letter()) == as_bytes(letter())


def test_the_unsubscribe_link_stays_on_one_line() -> None:
    link = letter().unsubscribe
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in as_bytes(letter())


@pytest.mark.parametrize("name", NAMES)
def test_a_name_arrives_as_it_was_and_reaches_only_one(name: str) -> None:
    assert recipient(letter(to=Address(ADA, name))) == (name, ADA)


@unhurried
@given(TEXTS)
def test_any_name_arrives(name: str) -> None:
    assert recipient(letter(to=Address(ADA, name))) == (one_space(name), ADA)


@unhurried
@given(TEXTS)
def test_any_subject_arrives(subject: str) -> None:
    assert parsed(letter(subject=subject))["Subject"] == one_space(subject)


@unhurried
@given(TEXTS, TEXTS)
def test_any_letter_is_ascii_lines_of_at_most_78(subject: str, text: str) -> None:
    wire = as_bytes(letter(subject=subject, text=text, html=text))
    assert wire.isascii()
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert all(len(line) <= 78 for line in wire.split(b"\r\n") if not line.startswith(b"List-Unsubscribe"))


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("field", ["subject", "kind", "list_id", "unsubscribe", "language", "message_id"])
def test_control_characters_are_refused_in_every_header(field: str, nasty: str) -> None:
    with pytest.raises(ValueError):
        as_bytes(letter(**{field: f"fine{nasty}fine"}))


@pytest.mark.parametrize("nasty", NASTY)
def test_control_characters_are_refused_in_names_and_addresses(nasty: str) -> None:
    for address in (
        Address(ADA, f"Ada{nasty}"),
        Address(f"ada{nasty}@example.org"),
        Address(f"{ADA}{nasty}"),
    ):
        with pytest.raises(ValueError):
            as_bytes(letter(to=address))
        with pytest.raises(ValueError):
            as_bytes(letter(sender=Sender(address)))


@pytest.mark.parametrize(
    "address", ["", "ada", "@example.org", "ada@", "ada@ex ample.org", "ada@e>x", "a@b\\"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        envelope(letter(to=address))


@pytest.mark.parametrize("name", ["Bcc", "cc", "To", "Subject", "Content-Type", "X Y", "X:", "", "X\r\nBcc"])
def test_an_extra_header_brings_no_second_recipient_and_no_second_content(name: str) -> None:
    with pytest.raises(ValueError):
        as_bytes(letter(extra=((name, "eve@example.org"),)))


def test_a_mail_has_a_date_with_a_zone() -> None:
    with pytest.raises(ValueError):
        as_bytes(letter(date=letter().date.replace(tzinfo=None)))


def test_a_header_too_long_to_fold_is_refused() -> None:
    with pytest.raises(ValueError):
        as_bytes(letter(unsubscribe="https://harbour.example/" + "x" * 1000))


def test_long_lines_and_stray_line_ends_are_mended() -> None:
    text = "x" * 5000 + "\rnext\nlast\r\n"
    content = next(parsed(letter(text=text)).iter_parts()).get_content()
    assert content == "x" * 5000 + "\r\nnext\r\nlast\r\n"


def test_letters_in_other_scripts_travel_in_the_shorter_encoding() -> None:
    assert b"base64" in as_bytes(letter(text="Посмотрите друг на друга."))
    assert b"base64" not in as_bytes(letter(text="Schaut euch in die Augen, drei schöne Minuten lang."))


def test_a_lone_surrogate_in_the_text_is_refused() -> None:
    with pytest.raises(ValueError):
        as_bytes(letter(text="\udcff"))


def test_a_domain_travels_as_an_a_label() -> None:
    one = letter(to="ada@straße.example")
    assert envelope(one) == Envelope("hello@harbour.example", "ada@xn--strae-oqa.example", smtputf8=False)
    assert parsed(one)["To"].addresses[0].addr_spec == "ada@xn--strae-oqa.example"


def test_a_local_part_beyond_ascii_needs_smtputf8() -> None:
    one = letter(to="ädä@example.org")
    assert envelope(one).smtputf8
    assert "<ädä@example.org>".encode() in as_bytes(one)


def test_a_local_part_is_quoted_where_it_must_be() -> None:
    assert envelope(letter(to="a da@example.org")).recipient == '"a da"@example.org'


def test_a_letter_bounces_to_its_return_path() -> None:
    one = letter(return_path="bounce+1-abc@harbour.example")
    assert envelope(one).mail_from == "bounce+1-abc@harbour.example"
    assert envelope(one).sender == envelope(letter()).mail_from == "hello@harbour.example"
    assert as_bytes(one) == as_bytes(letter())


@pytest.mark.parametrize("path", ["nobody", "b@x>\r\nRCPT TO:<eve@example.org", "b@ex ample.org"])
def test_a_return_path_that_is_no_address_is_refused(path: str) -> None:
    with pytest.raises(ValueError):
        envelope(letter(return_path=path))


def test_a_mailbox_for_an_api_is_ascii() -> None:
    assert ascii_mailbox(Address("ada@münchen.example")) == "ada@xn--mnchen-3ya.example"
    with pytest.raises(ValueError, match="SMTPUTF8"):
        ascii_mailbox(Address("ädä@example.org"))


def test_headers_for_an_api_are_ascii_in_one_line() -> None:
    found = unfolded_headers(letter(list_id=f"{'Näher ' * 20}<little.harbour.example>"))
    assert found["List-ID"].startswith("=?utf-8?")
    assert found["List-ID"].endswith(" <little.harbour.example>")
    assert "".join(found.values()).isascii()
    assert "\n" not in "".join(found.values())
