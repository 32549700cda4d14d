import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.core.message import Address
from app.core.outcome import Meaning
from app.errors import MailerError
from app.mail.mime import as_bytes
from app.mail.providers.capture import Capture, Inbox, folder_of

from .letters import letter, letters


def test_every_mail_becomes_a_file(tmp_path: Path) -> None:
    [outcome] = Capture(tmp_path / "inbox").deliver([letter(7)])
    assert (outcome.meaning, outcome.provider_id) == (Meaning.ACCEPTED, "0000000007-1.eml")
    assert (tmp_path / "inbox/0000000007-1.eml").read_bytes() == as_bytes(letter(7))


def test_a_copy_is_never_hidden_by_another(tmp_path: Path) -> None:
    list(Capture(tmp_path).deliver([letter(7), letter(7), letter(7)]))
    assert sorted(os.listdir(tmp_path)) == [f"0000000007-{copy}.eml" for copy in (1, 2, 3)]


def test_a_file_begun_and_never_finished_is_no_mail(tmp_path: Path) -> None:
    (tmp_path / "0000000007-1.part").write_bytes(b"From: An")
    [outcome] = Capture(tmp_path).deliver([letter(7)])
    assert outcome.provider_id == "0000000007-2.eml"
    assert [one.name for one in Inbox(tmp_path).list()] == ["0000000007-2.eml"]


def test_no_address_is_in_a_file_name(tmp_path: Path) -> None:
    list(Capture(tmp_path).deliver(letters(3)))
    assert not any("ada" in name for name in os.listdir(tmp_path))


def test_what_cannot_be_written_stops_nobody_else(tmp_path: Path) -> None:
    outcomes = Capture(tmp_path).deliver([letter(1, Address("ada@example.org", "\x00")), letter(2)])
    assert [one.meaning for one in outcomes] == [Meaning.UNFIT, Meaning.ACCEPTED]


def test_a_folder_that_cannot_be_made_is_nobodys_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    [outcome] = Capture(tmp_path / "file" / "inbox").deliver([letter()])
    assert outcome.meaning is Meaning.UNREACHED


def test_the_inbox_lists_the_newest_first(tmp_path: Path) -> None:
    list(Capture(tmp_path).deliver([letter(2, subject="Grüße"), letter(1)]))
    for age, name in enumerate(["0000000001-1.eml", "0000000002-1.eml"]):
        os.utime(tmp_path / name, ns=(0, 10**18 - age))
    newest, older = Inbox(tmp_path).list()
    assert (newest.name, older.name) == ("0000000001-1.eml", "0000000002-1.eml")
    assert (older.to, older.subject) == ("Ada <ada@example.org>", "Grüße")
    assert (newest.date, newest.size) == (letter().date, len(as_bytes(letter())))


def test_an_inbox_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert Inbox(tmp_path / "nowhere").list() == []


def test_a_mail_is_read_by_its_name(tmp_path: Path) -> None:
    list(Capture(tmp_path).deliver([letter(7)]))
    assert Inbox(tmp_path).read("0000000007-1.eml") == as_bytes(letter(7))


@pytest.mark.parametrize(
    "name",
    [
        "../secret.eml",
        "/etc/passwd",
        "secret.eml",
        "0000000007-1.eml/../../x",
        "",
        ".",
        "0000000001-1.eml\x00",
        "0000000009-1.eml",
    ],
)
def test_nothing_else_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "secret.eml").write_text("secret")
    (tmp_path / "inbox/0000000009-1.eml").symlink_to(tmp_path / "secret.eml")
    with pytest.raises(FileNotFoundError):
        Inbox(tmp_path / "inbox").read(name)


@pytest.mark.parametrize(
    ("url", "folder"),
    [("capture://", "var/inbox"), ("capture:///srv/a%20b", "/srv/a b"), ("capture:", "var/inbox")],
)
def test_a_url_names_a_folder(url: str, folder: str) -> None:
    assert folder_of(urlsplit(url)) == Path(folder)


@pytest.mark.parametrize("url", ["capture://var/inbox", "capture:///srv?x=1"])
def test_a_url_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(MailerError):
        folder_of(urlsplit(url))
