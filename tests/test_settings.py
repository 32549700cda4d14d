"""Settings: short, from the environment, each mistake one sentence, each name in the README."""

from pathlib import Path

import pytest

from app.errors import SettingsError
from app.settings import PREFIX, Settings, gather, read_brand, read_settings

ROOT = Path(__file__).parents[1]
NOWHERE = Path("no such file")
PRODUCTION = {
    "KINDLING_MODE": "production",
    "KINDLING_BASE_URL": "https://letters.example.org",
    "KINDLING_SECRET_KEY": "k" * 32,
    "KINDLING_MAIL_URL": "smtp://user:pass@smtp.example.org:587",
    "KINDLING_MAIL_FROM": "Anna <hello@example.org>",
    "KINDLING_MAIL_REPLY_TO": "hello@example.org",
    "KINDLING_POSTAL_ADDRESS": "1 Quay Street",
}


def read(**environ: str) -> Settings:
    return read_settings(environ, NOWHERE)


def test_nothing_needs_to_be_set_at_home() -> None:
    assert read().captures


def test_a_full_production_environment_is_accepted() -> None:
    assert read(**PRODUCTION).production


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"KINDLING_MODE"}))
def test_production_says_what_is_missing(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read(**{key: value for key, value in PRODUCTION.items() if key != name})


@pytest.mark.parametrize(
    "url",
    [
        "http://x.org",
        "https://x.org/path",
        "https://x.org?q",
        "https://u:p@x.org",
        "https://localhost",
        "x.org",
        "",
    ],
)
def test_a_base_url_that_would_break_links_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="KINDLING_BASE_URL"):
        read(**PRODUCTION | {"KINDLING_BASE_URL": url or "nonsense"})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"KINDLING_SECRET_KEY": "short"}, "32 bytes"),
        ({"KINDLING_MAIL_URL": "capture://"}, "captures"),
        ({"KINDLING_MAIL_URL": "memory://"}, "captures"),
        ({"KINDLING_MAIL_URL": "smtp://smtp.example.org, capture://"}, "captures"),
        ({"KINDLING_WEBHOOK_SECRET": "15-letters-long"}, "KINDLING_WEBHOOK_SECRET"),
        ({"KINDLING_WEBHOOK_SECRET": "a secret of words"}, "KINDLING_WEBHOOK_SECRET"),
        ({"KINDLING_WEBHOOK_SECRET": "a/path/in/a/path"}, "KINDLING_WEBHOOK_SECRET"),
        ({"KINDLING_WEBHOOK_SECRET": "sechzehn-Zeichen-ü"}, "KINDLING_WEBHOOK_SECRET"),
        ({"KINDLING_MAIL_FROM": "Anna\nBcc: x"}, "KINDLING_MAIL_FROM"),
        ({"KINDLING_KEEP": "0d"}, "365d"),
        ({"KINDLING_KEEP": "-3d"}, "365d"),
        ({"KINDLING_WORKERS": "4"}, "PostgreSQL"),
        ({"KINDLING_WORKERS": "0"}, "KINDLING_WORKERS"),
        ({"KINDLING_CONNECTIONS": "0"}, "KINDLING_CONNECTIONS"),
        ({"KINDLING_PROXIES": "the office"}, "the office"),
        ({"KINDLING_DKIM_KEY": "x"}, "go together"),
        ({"KINDLING_DKIM_SELECTOR": "x"}, "go together"),
        ({"KINDLING_DKIM_DOMAIN": "example.org"}, "go together"),
        ({"KINDLING_MAIL_RETURN_PATH": "bounce@example.org"}, "KINDLING_MAIL_RETURN_PATH: .*{tag}"),
        ({"KINDLING_BOUNCE_MAILBOX": "imaps://u:p@mail.example.org/INBOX"}, "KINDLING_MAIL_RETURN_PATH"),
        ({"KINDLING_SMTP_PASSWORD": "x"}, "did you mean"),
        ({"KINDLING_MAILURL": "x"}, "KINDLING_MAIL_URL"),
        ({"KINDLING_SECRET_KEY_FILE": "/no/such/file"}, "cannot be read"),
    ],
)
def test_each_mistake_has_its_sentence(changes: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read(**PRODUCTION | changes)


def test_in_development_no_mail_leaves_the_machine() -> None:
    with pytest.raises(SettingsError, match="leaves this machine"):
        read(KINDLING_MAIL_URL="smtp://smtp.example.org")
    assert read(KINDLING_MAIL_URL="smtp://127.0.0.1:2525?starttls=off").mail_url


def test_in_development_no_mailbox_of_another_machine_is_read() -> None:
    path = {"KINDLING_MAIL_RETURN_PATH": "bounce+{tag}@example.org"}
    with pytest.raises(SettingsError, match="nobody else's bounces"):
        read(**path, KINDLING_BOUNCE_MAILBOX="imaps://u:p@mail.example.org/INBOX")
    assert read(**path, KINDLING_BOUNCE_MAILBOX="imap://u:p@127.0.0.1/INBOX").bounce_mailbox


@pytest.mark.parametrize("url", ["imaps://u:s3cret@[mail", "imaps://u:s3cret℀@mail.example.org"])
def test_a_mailbox_that_is_no_url_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(KINDLING_MAIL_RETURN_PATH="b+{tag}@example.org", KINDLING_BOUNCE_MAILBOX=url)
    assert "s3cret" not in str(refused.value)


def test_a_key_for_signing_may_come_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "dkim.pem"
    file.write_text("-----BEGIN canary\nof two lines-----\n")
    found = read(KINDLING_DKIM_KEY_FILE=str(file), KINDLING_DKIM_SELECTOR="rsa2026, ed2026")
    assert found.dkim_key == "-----BEGIN canary\nof two lines-----"
    assert found.dkim_selector == ("rsa2026", "ed2026")
    assert "canary" not in repr(found)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    assert read(KINDLING_SECRET_KEY_FILE=str(file)).secret_key == ("k" * 40,)


def test_the_secret_of_the_hooks_has_sixteen_safe_characters_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "hooks"
    file.write_text("16_letters-long-\n")
    found = read(KINDLING_WEBHOOK_SECRET_FILE=str(file))
    assert found.webhook_secret == "16_letters-long-"
    assert found.webhook_secret not in repr(found)
    with pytest.raises(SettingsError) as refused:
        read(KINDLING_WEBHOOK_SECRET="a canary/of a secret")
    assert "canary" not in str(refused.value)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("KINDLING_KEEP=30d\nKINDLING_CHALLENGE=little\n")
    given = gather({"KINDLING_KEEP": "60d"}, file)
    assert given["keep"] == ("60d", "environment")
    assert given["challenge"] == ("little", str(file))


def test_no_error_ever_shows_a_secret() -> None:
    with pytest.raises(SettingsError) as refused:
        read(**PRODUCTION | {"KINDLING_DATABASE_URL": "sqlite:///x", "KINDLING_WORKERS": "canary"})
    assert "pass@" not in str(refused.value)
    assert "k" * 32 not in repr(read(**PRODUCTION))
    assert "user:pass" not in repr(read(**PRODUCTION))


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    missing = [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in readme]
    assert missing == []


def test_a_brand_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "brand.yaml"
    file.write_text(
        "name: Harbour\naccent: '#224466'\nhelp_lines:\n- {country: UK, name: A line, contact: '116 123'}\n"
    )
    brand = read_brand(read(KINDLING_BRAND=str(file)))
    assert (brand.name, brand.help_lines[0].contact) == ("Harbour", "116 123")


@pytest.mark.parametrize("text", ["colour: red", "accent: red", "- a list", "name: [", "help_lines: [1]"])
def test_a_brand_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "brand.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError, match="brand"):
        read_brand(read(KINDLING_BRAND=str(file)))
