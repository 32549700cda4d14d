"""Signing, bounces and the DNS, as an operator meets them on the command line."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.return_path import return_path
from app.mail.bounce import LARGEST
from app.mail.dkim import Signer
from app.mail.dkim_key import read_keys
from app.main import composer
from app.settings import read_settings
from app.store import installation
from app.store.database import Database
from tests.cli.test_commands import environment, kindling
from tests.mail.bouncing import PATTERN, mail, report
from tests.mail.dkim_keys import DOMAIN, SELECTORS, ed25519, rsa, verdicts
from tests.postgresql import Server

SIGNING = {
    "KINDLING_MAIL_FROM": f"Anna <hello@{DOMAIN}>",
    "KINDLING_DKIM_KEY": rsa() + ed25519(),
    "KINDLING_DKIM_SELECTOR": ",".join(SELECTORS),
}
GONE = "Final-Recipient: rfc822; ada@example.org / Action: failed / Status: 5.1.1"


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    assert kindling(tmp_path, "migrate").returncode == 0
    return tmp_path


def receive(cwd: Path, octets: bytes, **environ: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "app", "receive"], cwd=cwd, env=environment(environ), input=octets,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip


def tag(cwd: Path, delivery: int) -> str:
    database = Database(f"sqlite:///{cwd}/var/kindling.db")
    with database.reading() as session:
        path = return_path(PATTERN, installation.read(session).key, delivery)
    database.close()
    return path


def test_a_letter_is_signed_with_the_keys_of_the_environment(tmp_path: Path) -> None:
    assert kindling(tmp_path, "send-test", "ada@example.org", **SIGNING).returncode == 0
    [letter] = (tmp_path / "var/inbox").glob("*.eml")
    signer = Signer(DOMAIN, read_keys(SIGNING["KINDLING_DKIM_KEY"], SELECTORS))
    assert verdicts(letter.read_bytes(), signer) == [True, True]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"KINDLING_DKIM_KEY": rsa(1024), "KINDLING_DKIM_SELECTOR": "a"}, "2048"),
        ({"KINDLING_DKIM_DOMAIN": "example.org"}, "KINDLING_DKIM_DOMAIN"),
        ({"KINDLING_MAIL_URL": "memory://"}, "smtp:// only: memory signs by itself"),
    ],
)
def test_keys_that_cannot_be_used_are_one_sentence(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    refused = kindling(tmp_path, "send-test", "ada@example.org", **SIGNING | changes)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert refused.stderr.strip().count("\n") == 0


def test_no_secret_of_mail_is_shown(tmp_path: Path) -> None:
    shown = kindling(
        tmp_path, "config", "show", "--json", **SIGNING,
        KINDLING_MAIL_RETURN_PATH=PATTERN, KINDLING_BOUNCE_MAILBOX="imap://u:canary@127.0.0.1/INBOX",
    )  # fmt: skip
    values = {row["name"]: row["value"] for row in json.loads(shown.stdout)}
    assert values["KINDLING_DKIM_KEY"] == "********"
    assert values["KINDLING_DKIM_SELECTOR"] == "rsa2026, ed2026"
    assert values["KINDLING_BOUNCE_MAILBOX"] == "imap://127.0.0.1"
    assert "canary" not in shown.stdout
    assert "PRIVATE" not in shown.stdout


def test_receive_says_what_follows(migrated: Path) -> None:
    taken = receive(migrated, report(GONE, to=tag(migrated, 17)))
    assert taken.returncode == 0
    assert taken.stdout.startswith(b"A report on delivery 17: bounced. No such mail went out by SMTP")


def test_receive_hears_a_huge_mail_out(migrated: Path) -> None:
    assert receive(migrated, b"x" * (3 * LARGEST)).returncode == 0


@pytest.mark.parametrize("octets", [b"", b"\xff\x00", mail("vacation"), mail("postfix_unknown_user")])
def test_receive_is_content_when_nothing_follows(migrated: Path, octets: bytes) -> None:
    taken = receive(migrated, octets)
    assert taken.returncode == 0
    assert taken.stdout.endswith(b"nothing follows.\n")


def test_a_database_that_is_away_has_the_mail_server_try_again(migrated: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    away = receive(
        migrated, mail("vacation"), KINDLING_DATABASE_URL=f"postgresql://u:canary@127.0.0.1:{port}/x"
    )
    assert away.returncode == 75
    assert away.stderr == b"kindling: The database cannot be used now; hand this mail over once more.\n"


def test_before_the_database_is_made_the_mail_server_tries_again(tmp_path: Path, postgresql: Server) -> None:
    postgresql.execute("CREATE DATABASE empty_of_mail")
    assert receive(tmp_path, mail("vacation")).returncode == 75
    empty = postgresql.url("empty_of_mail")
    assert receive(tmp_path, mail("vacation"), KINDLING_DATABASE_URL=empty).returncode == 75


def test_letters_bounce_to_the_return_path_of_the_environment() -> None:
    settings = read_settings({"KINDLING_MAIL_RETURN_PATH": PATTERN}, Path("no such file"))
    assert composer(settings, b"k" * 32).bounces == PATTERN


def test_doctor_asks_no_dns_without_a_sender(migrated: Path) -> None:
    asked = kindling(migrated, "doctor", "--dns")
    assert "ok   DNS: not asked; KINDLING_MAIL_FROM is not set" in asked.stdout
