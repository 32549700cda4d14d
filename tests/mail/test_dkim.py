"""Letters signed by us, judged by dkimpy."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.message import Address
from app.core.outcome import Meaning
from app.mail.contract import Carrier
from app.mail.dkim import relaxed_body, relaxed_field
from app.mail.mime import as_bytes
from app.mail.providers.capture import Capture
from app.mail.providers.memory import Memory
from app.mail.providers.smtp import Smtp

from .dkim_keys import DOMAIN, both, verdicts
from .letters import ADA, letter
from .scripted import ScriptedServer
from .sending import send

TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)
unhurried = settings(deadline=None, max_examples=40)


def test_a_letter_is_signed_with_both_keys() -> None:
    signer = both()
    mail = signer.as_bytes(letter())
    assert verdicts(mail, signer) == [True, True]
    assert re.findall(rb"a=([a-z0-9-]+);", mail) == [b"rsa-sha256", b"ed25519-sha256"]
    assert mail.endswith(as_bytes(letter()))


@unhurried
@given(TEXTS, TEXTS)
def test_any_letter_verifies(subject: str, text: str) -> None:
    signer = both()
    mail = signer.as_bytes(letter(subject=subject, text=text, html=text))
    assert verdicts(mail, signer) == [True, True]


BODIES = st.lists(st.sampled_from([b"", b" ", b"\t x ", b"a  b", b".", b"\xc3\xa4", b"x" * 200]), max_size=9)


@unhurried
@given(BODIES, st.sampled_from([b"\r\n", b"\r\n\r\n"]))
def test_any_body_verifies(lines: list[bytes], end: bytes) -> None:
    signer = both()
    mail = b"From: a@harbour.example\r\nSubject:  two\r\n words\t\r\n\r\n" + b"\r\n".join(lines) + end
    assert verdicts(signer.signed(mail, letter().date), signer) == [True, True]


def test_a_letter_beyond_ascii_verifies() -> None:
    signer = both()
    mail = signer.as_bytes(letter(to="ädä@example.org"))
    assert not mail.isascii()
    assert verdicts(mail, signer) == [True, True]


def test_the_same_letter_has_always_the_same_signature() -> None:
    signer = both()
    assert signer.as_bytes(letter()) == signer.as_bytes(letter())
    assert b" t=1795417200;" in signer.as_bytes(letter())


@pytest.mark.parametrize(
    "name",
    [
        *("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type"),
        *("Content-Language", "List-ID", "List-Unsubscribe", "List-Unsubscribe-Post"),
        *("Auto-Submitted", "Feedback-ID"),
    ],
)
def test_no_header_can_be_changed(name: str) -> None:
    signer = both()
    signed = signer.as_bytes(letter())
    mail = re.sub(rb"(?m)^(" + name.encode() + rb": *)", rb"\1x", signed)
    assert mail != signed
    assert verdicts(mail, signer) == [False, False]


@pytest.mark.parametrize(
    "name",
    [
        *("From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To"),
        *("MIME-Version", "Content-Type"),
    ],
)
def test_no_second_one_can_be_added(name: str) -> None:
    signer = both()
    for mail in (signer.as_bytes(letter()), signer.as_bytes(letter(unsubscribe=""))):
        assert verdicts(name.encode() + b": eve@example.org\r\n" + mail, signer) == [False, False]


def test_of_several_of_a_kind_each_is_signed_in_its_place() -> None:
    signer = both()
    mail = signer.signed(b"From: a@harbour.example\r\nTo: ada\r\nTo: ben\r\n\r\nx\r\n", letter().date)
    assert verdicts(mail, signer) == [True, True]
    assert verdicts(mail.replace(b"To: ada\r\nTo: ben", b"To: ben\r\nTo: ada"), signer) == [False, False]


def test_no_word_of_the_body_can_be_changed() -> None:
    signer = both()
    assert verdicts(signer.as_bytes(letter()).replace(b"Look", b"Book"), signer) == [False, False]


def test_what_servers_do_to_white_space_changes_nothing() -> None:
    signer = both()
    mail = signer.as_bytes(letter())
    touched = mail.replace(b"Subject: Day one", b"subject:   Day\r\n\tone ") + b"\r\n\r\n"
    assert verdicts(touched.replace(b"each other", b"each   other"), signer) == [True, True]
    assert verdicts(b"Received: by example.org\r\n" + mail, signer) == [True, True]


def test_every_line_is_one_that_may_travel() -> None:
    head = both().as_bytes(letter()).partition(b"\r\nFrom:")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


def test_the_signature_says_who_signed_and_by_which_key() -> None:
    head = both().as_bytes(letter()).partition(b"\r\nFrom:")[0]
    assert head.count(f"d={DOMAIN};".encode()) == 2
    assert b"s=rsa2026;" in head
    assert b"s=ed2026;" in head


def test_the_examples_of_rfc_6376_are_canonical() -> None:
    assert relaxed_field(b"A", b" X\r\n") == b"a:X"
    assert relaxed_field(b"B", b" Y\t\r\n\tZ  \r\n") == b"b:Y Z"
    assert relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"
    assert relaxed_body(b"\r\n") == relaxed_body(b"") == b""


def test_what_travels_by_smtp_is_what_was_signed(server: ScriptedServer, mailer: Smtp) -> None:
    signer = both()
    mailer.as_bytes = signer.as_bytes
    plain, beyond = letter(1, text=".\n..a dot leads\n"), letter(2, "ädä@example.org")
    assert [one.meaning for one in send(mailer, plain, beyond)] == [Meaning.ACCEPTED] * 2
    assert [one.content for one in server.accepted] == [signer.as_bytes(plain), signer.as_bytes(beyond)]
    assert [verdicts(one.content, signer) for one in server.accepted] == [[True, True]] * 2


def test_what_is_captured_is_signed(tmp_path: Path) -> None:
    signer, capture = both(), Capture(tmp_path)
    capture.as_bytes = signer.as_bytes
    list(capture.deliver([letter(7)]))
    assert verdicts((tmp_path / "0000000007-1.eml").read_bytes(), signer) == [True, True]


def test_what_cannot_be_written_is_still_refused(mailer: Smtp) -> None:
    mailer.as_bytes = both().as_bytes
    refused, sent = send(mailer, letter(1, Address(ADA, "\x00")), letter(2))
    assert (refused.meaning, sent.meaning) == (Meaning.UNFIT, Meaning.ACCEPTED)


def test_only_who_carries_our_octets_takes_a_signature(mailer: Smtp, tmp_path: Path) -> None:
    assert isinstance(mailer, Carrier)
    assert isinstance(Capture(tmp_path), Carrier)
    assert not isinstance(Memory(), Carrier)
