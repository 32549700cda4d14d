"""One post for all judges, and at the end a line for what each of them found."""

from pathlib import Path
from typing import Any

import pytest

from tests.judges.post import Mail, every_mail


@pytest.fixture(scope="session")
def post() -> list[Mail]:
    return list(every_mail())


@pytest.fixture(scope="session")
def folder(post: list[Mail], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each mail as it arrived: `en-08.eml`."""
    here = tmp_path_factory.mktemp("post")
    for mail in post:
        (here / f"{mail.name}.eml").write_bytes(mail.arrived)
    return here


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for report in terminalreporter.getreports("passed"):
        for judge, finding in report.user_properties:
            terminalreporter.write_line(f"{judge}: {finding}")
