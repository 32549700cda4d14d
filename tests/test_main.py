"""What is built from the settings."""

from pathlib import Path

from app.main import mailers_of
from app.settings import read_settings

NOWHERE = Path("no such file")
TWO = "smtp://127.0.0.1:2525?starttls=off, smtp://127.0.0.1:2526?starttls=off"


def test_a_standby_of_the_same_kind_has_a_name_of_its_own() -> None:
    first, second = mailers_of(read_settings({"KINDLING_MAIL_URL": TWO}, NOWHERE))
    assert (first.name, second.name) == ("smtp", "smtp-2")


def test_connections_are_as_many_as_was_said() -> None:
    settings = read_settings({"KINDLING_MAIL_URL": TWO, "KINDLING_CONNECTIONS": "3"}, NOWHERE)
    assert [one.width for one in mailers_of(settings)] == [3, 3]
    usual = read_settings({"KINDLING_MAIL_URL": TWO}, NOWHERE)
    assert [one.width for one in mailers_of(usual)] == [10, 10]
