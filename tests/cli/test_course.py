"""check, preview and book, run as a writer runs them."""

import subprocess
from pathlib import Path
from shutil import copytree

import pytest

from tests.cli.test_commands import ROOT, kindling
from tests.curriculum.breaks import HELLO, THANKS, change


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout of the program with the three-day challenge for its only course."""
    for part in ("app", "templates", "migrations"):
        copytree(ROOT / part, tmp_path / part)
    (tmp_path / "alembic.ini").write_bytes((ROOT / "alembic.ini").read_bytes())
    copytree(ROOT / "tests" / "lessons", tmp_path / "lessons")
    return tmp_path


def run(copy: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    return kindling(copy, *args, PYTHONPATH=str(copy), KINDLING_CHALLENGE="little")


def test_the_course_itself_has_no_errors(tmp_path: Path) -> None:
    checked = kindling(tmp_path, "check")
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.splitlines()[-1].startswith("0 errors, ")


def test_a_good_course_is_counted_and_nobody_was_asked(copy: Path) -> None:
    checked = run(copy, "check")
    assert checked.returncode == 0
    assert checked.stdout.splitlines()[-1] == "0 errors, 0 warnings, 1 note."
    assert not (copy / "var").exists()


def test_errors_fail_and_warnings_are_counted_apart(copy: Path) -> None:
    change(HELLO, "A nod would do.", r"Simply nod to \{\{stranger\}\}.")(copy / "lessons/little")
    checked = run(copy, "check")
    assert checked.returncode == 1
    assert "\nlessons/little/en/01-first-hello.md:30 L36 error: " in f"\n{checked.stdout}"
    assert "lessons/little/en/01-first-hello.md:30 L22 warning: " in checked.stdout
    assert checked.stdout.splitlines()[-1] == "1 error, 1 warning, 1 note."


def test_from_elsewhere_files_have_their_whole_path(
    copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    change(HELLO, "A nod would do.", "Simply nod.")(copy / "lessons/little")
    checked = run_from(tmp_path_factory.mktemp("elsewhere"), copy)
    assert f"{copy}/lessons/little/{HELLO}:30 L22 warning: " in checked.stdout


def test_with_a_database_it_is_asked_who_needs_a_lesson(copy: Path) -> None:
    assert run(copy, "migrate").returncode == 0
    assert run(copy, "check").stdout.splitlines()[-1] == "0 errors, 0 warnings, 0 notes."


def test_skills_are_written_when_asked_for(copy: Path) -> None:
    change(THANKS, "teaches: slow-thanks", "teaches: slower-thanks")(copy / "lessons/little")
    change("en/03-good-night.md", "uses: [slow-thanks]", "uses: [slower-thanks]")(copy / "lessons/little")
    assert run(copy, "check").returncode == 1
    written = run(copy, "check", "--write-skills")
    assert "L25" not in written.stdout
    assert "id: slower-thanks" in (copy / "lessons/little/skills.yaml").read_text()


def test_what_cannot_be_read_is_listed_even_when_skills_were_to_be_written(copy: Path) -> None:
    change(HELLO, "day: 1", "day: one")(copy / "lessons/little")
    checked = run(copy, "check", "--write-skills")
    assert checked.returncode == 1
    assert f"lessons/little/{HELLO}:2 L01 error: " in checked.stdout


@pytest.mark.parametrize(("persona", "said"), [("thirty-letters", "Theodora"), ("hebrew", "נועה")])
def test_a_day_can_be_seen_as_somebody_else(persona: str, said: str, copy: Path) -> None:
    seen = run(copy, "preview", "1", "--as", persona).stdout
    assert seen.startswith("Subject: Day 1: ")
    assert said in seen


def test_a_language_that_the_course_lacks_is_one_sentence(copy: Path) -> None:
    refused = run(copy, "preview", "1", "--language", "tlh")
    assert refused.returncode == 1
    assert refused.stderr.strip() == "kindling: This course is written in en, not in tlh."


def test_the_book_is_written_and_its_place_is_said(copy: Path) -> None:
    done = run(copy, "book")
    assert (done.returncode, done.stdout) == (0, "var/book.html\n")
    page = (copy / "var/book.html").read_text()
    assert "The first hello" in page
    assert "{{" not in page


def test_the_book_can_go_where_one_likes_but_not_nowhere(copy: Path) -> None:
    assert run(copy, "book", "--out", "print/en.html").stdout == "print/en.html\n"
    (copy / "file").touch()
    refused = run(copy, "book", "--out", "file/en.html")
    assert refused.returncode == 1
    assert refused.stderr.startswith("kindling: file/en.html cannot be written: ")


def run_from(folder: Path, copy: Path) -> "subprocess.CompletedProcess[str]":
    return kindling(folder, "check", PYTHONPATH=str(copy), KINDLING_CHALLENGE="little")
