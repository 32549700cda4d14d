"""docs/providers.md and .env.example: what an operator copies from them can be used."""

import re
from pathlib import Path

import pytest

from app.mail import open_mailer
from app.mail.contract import provider_names

ROOT = Path(__file__).parents[2]
PAGE, EXAMPLE = (ROOT / "docs" / "providers.md").read_text(), (ROOT / ".env.example").read_text()
ELSEWHERE = {"smtp", "capture", "memory"}
"""These the README explains."""


@pytest.mark.parametrize("url", re.findall("^#?KINDLING_MAIL_URL=(.+)", PAGE + EXAMPLE, re.MULTILINE))
def test_every_url_that_is_shown_can_be_opened(url: str) -> None:
    mailer = open_mailer(url)
    assert mailer.name == url.partition(":")[0]
    mailer.close()


@pytest.mark.parametrize("name", sorted(provider_names() - ELSEWHERE))
def test_every_provider_has_a_section_with_its_url_and_its_hook(name: str) -> None:
    sections = [section for section in PAGE.split("\n## ") if f"KINDLING_MAIL_URL={name}://" in section]
    assert [f"/hooks/{name}/" in section for section in sections] == [True]
    assert f"KINDLING_MAIL_URL={name}://" in EXAMPLE
