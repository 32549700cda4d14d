"""A mailbox is read without losing a mail, whatever the server does."""

import ssl
from collections.abc import Iterator

import pytest

from app.errors import MailerError, SettingsError
from app.mail.bounce import LARGEST
from app.mail.mailbox import Mailbox, Place, read_place

from .scripted_imap import Act, ScriptedMailbox

MAILS = [b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n", b"Subject: three\r\n\r\n3\r\n"]


@pytest.fixture
def server() -> Iterator[ScriptedMailbox]:
    with ScriptedMailbox(list(MAILS)) as scripted:
        yield scripted


@pytest.fixture
def mailbox(server: ScriptedMailbox) -> Mailbox:
    return Mailbox(place(server), patience=0.2)


def place(server: ScriptedMailbox, **changes: object) -> Place:
    usual = {"host": "127.0.0.1", "encrypted": False, "folder": "INBOX", "user": "ada", "password": "s3cret"}
    return Place(**{**usual, "port": server.port, **changes})  # type: ignore[arg-type]


def test_each_mail_is_handed_on_and_then_marked(server: ScriptedMailbox, mailbox: Mailbox) -> None:
    marked: list[set[int]] = []
    taken: list[bytes] = []

    def take(mail: bytes) -> None:
        taken.append(mail)
        marked.append(set(server.seen))

    assert mailbox.read(take, 10) == 3
    assert taken == MAILS
    assert marked == [set(), {1}, {1, 2}]
    assert server.seen == {1, 2, 3}


def test_what_was_seen_is_not_read_again(server: ScriptedMailbox, mailbox: Mailbox) -> None:
    mailbox.read(lambda mail: None, 10)
    taken: list[bytes] = []
    assert mailbox.read(taken.append, 10) == 0
    assert taken == []


def test_no_more_are_read_than_asked_for(server: ScriptedMailbox, mailbox: Mailbox) -> None:
    taken: list[bytes] = []
    assert (mailbox.read(taken.append, 2), mailbox.read(taken.append, 2)) == (2, 1)
    assert taken == MAILS


def test_a_mail_that_was_not_taken_stays_new_and_keeps_nobody_waiting(
    server: ScriptedMailbox, mailbox: Mailbox
) -> None:
    taken: list[bytes] = []

    def take(mail: bytes) -> None:
        if b"one" in mail and len(taken) < 2:
            raise RuntimeError("the database is away")
        taken.append(mail)

    with pytest.raises(RuntimeError):
        mailbox.read(take, 10)
    assert server.seen == set()
    assert mailbox.read(take, 10) == 3
    assert taken == [MAILS[1], MAILS[2], MAILS[0]]


@pytest.mark.parametrize("step", ["NO not now", "BAD what", Act.DROP, Act.HANG])
@pytest.mark.parametrize("command", ["GREETING", "AUTHENTICATE", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_whatever_the_server_does_nothing_is_lost(
    server: ScriptedMailbox, mailbox: Mailbox, command: str, step: str | Act
) -> None:
    server.at(command, step)
    taken: list[bytes] = []
    with pytest.raises(MailerError, match="The bounce mailbox cannot be"):
        mailbox.read(taken.append, 10)
    again: list[bytes] = []
    assert mailbox.read(again.append, 10) == 3
    assert again == MAILS
    assert taken == (MAILS[:1] if command == "STORE" else [])


def test_a_goodbye_that_is_not_answered_is_nothing(server: ScriptedMailbox, mailbox: Mailbox) -> None:
    server.at("LOGOUT", Act.HANG, Act.DROP)
    assert mailbox.read(lambda mail: None, 1) == 1


def test_a_mail_that_has_gone_meanwhile_is_passed_over(server: ScriptedMailbox, mailbox: Mailbox) -> None:
    server.at("FETCH", "OK gone")
    taken: list[bytes] = []
    assert mailbox.read(taken.append, 10) == 2
    assert server.seen == {2, 3}


def test_a_huge_mail_is_read_only_so_far(server: ScriptedMailbox, mailbox: Mailbox) -> None:
    server.mails[:] = [b"x" * (LARGEST + 5)]
    taken: list[bytes] = []
    mailbox.read(taken.append, 10)
    assert [len(one) for one in taken] == [LARGEST]


def test_a_refusal_is_told_in_the_servers_words(server: ScriptedMailbox, mailbox: Mailbox) -> None:
    server.at("AUTHENTICATE", "NO [AUTHENTICATIONFAILED] wrong password")
    with pytest.raises(MailerError, match=r"cannot be opened: .*wrong password") as refused:
        mailbox.read(lambda mail: None, 10)
    assert "s3cret" not in str(refused.value)


def test_no_word_of_a_mail_is_told(server: ScriptedMailbox, mailbox: Mailbox) -> None:
    server.at("FETCH", "canary of nobody's protocol\r\ncanary")
    with pytest.raises(MailerError) as broken:
        mailbox.read(lambda mail: None, 10)
    assert "canary" not in str(broken.value)


def test_any_password_can_be_said(server: ScriptedMailbox) -> None:
    Mailbox(place(server, user="a da", password='p"ä\\ s')).read(lambda mail: None, 1)
    assert server.secrets == ['\0a da\0p"ä\\ s']


def test_an_old_server_is_signed_in_at_in_the_old_way() -> None:
    with ScriptedMailbox(list(MAILS), capabilities="IMAP4rev1", folder=r"Old \"mail\"") as old:
        assert Mailbox(place(old, folder='Old "mail"')).read(lambda mail: None, 10) == 3
    assert 'LOGIN ada "s3cret"' in old.heard


def test_behind_tls_the_certificate_is_verified(trust: ssl.SSLContext, certificate: ssl.SSLContext) -> None:
    with ScriptedMailbox(list(MAILS), certificate) as server:
        there = place(server, encrypted=True)
        with pytest.raises(MailerError, match=r"cannot be reached: .*certificate"):
            Mailbox(there).read(lambda mail: None, 10)
        assert Mailbox(there, trust).read(lambda mail: None, 10) == 3


def test_a_url_names_a_mailbox() -> None:
    read = read_place("imaps://bounce%40example.org:p%2Fw@imap.example.org/INBOX/Bounces")
    assert read == Place("imap.example.org", 993, True, "INBOX/Bounces", "bounce@example.org", "p/w")
    assert read_place("imap://u:p@127.0.0.1:1143") == Place("127.0.0.1", 1143, False, "INBOX", "u", "p")
    assert "p/w" not in repr(read)


@pytest.mark.parametrize(
    "url",
    [
        "", "s3cret", "imaps://", "imaps://imap.example.org", "imaps://user@imap.example.org",
        "imaps://:s3cret@imap.example.org", "pop3://u:s3cret@imap.example.org", "imaps://[s3cret",
        "imaps://u:s3cret@imap.example.org:port", "imaps://u:s3cret@imap.example.org/INBOX?x=1",
        "imap://u:s3cret@imap.example.org/INBOX", "imaps://u:s3cret@imap.example.org/Gel%C3%B6scht",
        "imaps://u:s3cret@imap.example.org/IN%0D%0ABOX",
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_used_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(SettingsError, match="KINDLING_BOUNCE_MAILBOX") as refused:
        read_place(url)
    assert "s3cret" not in str(refused.value)
