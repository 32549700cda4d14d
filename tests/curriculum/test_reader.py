from datetime import time
from hashlib import sha256
from pathlib import Path

import pytest

from app.compose.words import heading
from app.core.challenge import HEADINGS, english
from app.curriculum import read_challenge, read_challenges
from app.curriculum.file import stamp
from app.errors import CourseError
from tests.curriculum.breaks import (
    GERMAN,
    HELLO,
    NIGHT,
    THANKS,
    both_languages,
    change,
    in_german,
    remove,
    translate,
)


def test_a_folder_becomes_a_challenge(little: Path) -> None:
    challenge = read_challenge(little)
    assert (challenge.slug, challenge.title, challenge.hour) == ("little", "Little", time(7))
    assert challenge.edition == ("first-hello", "slow-thanks", "good-night")
    assert [(one.key, one.first, one.last) for one in challenge.phases] == [("begin", 1, 2), ("end", 3, 3)]
    assert challenge.sources == {"greetings": "A made-up study of greetings."}


def test_a_lesson_has_its_fields_and_sections(little: Path) -> None:
    lesson = read_challenge(little).lesson("good-night", "en")
    assert lesson is not None
    assert (lesson.name, lesson.day, lesson.do_minutes) == ("03-good-night", 3, 1.5)
    assert (lesson.teaches, lesson.label, lesson.uses) == ("good-night", "good night line", ("slow-thanks",))
    assert [section.key for section in lesson.sections] == list(HEADINGS)
    assert lesson.sections[4].text == "Tell the line to the lamp."


def test_a_letter_has_its_subject_and_text(little: Path) -> None:
    letter = read_challenge(little).letter("confirm", "en")
    assert letter.subject == "Please confirm"
    assert letter.text == "[Yes, begin the three days]({{link:confirm}})"


def test_the_digest_is_that_of_the_text(little: Path) -> None:
    lesson = read_challenge(little).lesson("first-hello", "en")
    assert lesson is not None
    assert lesson.digest == sha256((little / HELLO).read_bytes()).hexdigest()


@pytest.mark.parametrize("disguise", [b"\xef\xbb\xbf%s", b"%s"])
def test_byte_order_marks_and_foreign_line_ends_change_nothing(disguise: bytes, little: Path) -> None:
    plain = read_challenge(little)
    text = (little / HELLO).read_bytes().replace(b"\n", b"\r\n")
    (little / HELLO).write_bytes(disguise % text)
    assert read_challenge(little).lessons == plain.lessons


def test_latin_1_is_refused_by_file_and_line(little: Path) -> None:
    (little / HELLO).write_bytes((little / HELLO).read_bytes().replace(b"kettle", b"caf\xe9"))
    with pytest.raises(CourseError, match=r"01-first-hello\.md:30 L01 error: This is not UTF-8"):
        read_challenge(little)


def test_a_control_character_is_refused(little: Path) -> None:
    change(HELLO, "kettle", "ket\x00tle")(little)
    with pytest.raises(CourseError, match=r"01-first-hello\.md:30 L01 error: There is a control character"):
        read_challenge(little)


@pytest.mark.parametrize("name", [HELLO, "challenge.yaml", "en/rules.yaml"])
def test_a_symbolic_link_is_refused(name: str, little: Path, tmp_path: Path) -> None:
    moved = (little / name).rename(tmp_path / "elsewhere")
    (little / name).symlink_to(moved)
    with pytest.raises(CourseError, match=f"{name}:1 L01 error: A symbolic link is not followed"):
        read_challenge(little)


def test_a_linked_folder_of_a_language_is_refused(little: Path, tmp_path: Path) -> None:
    (little / "en").rename(tmp_path / "en")
    (little / "en").symlink_to(tmp_path / "en")
    with pytest.raises(CourseError, match="symbolic link"):
        read_challenge(little)


def test_a_language_cannot_lead_out_of_the_folder(little: Path) -> None:
    change("challenge.yaml", "[en]", "[../../etc]")(little)
    with pytest.raises(CourseError, match=r"challenge\.yaml:4 L01 error: `languages\.0` cannot be used"):
        read_challenge(little)


def test_a_gap_is_refused(little: Path) -> None:
    remove(THANKS)(little)
    with pytest.raises(CourseError, match="Day 2 has no lesson"):
        read_challenge(little)


def test_what_only_a_writer_minds_does_not_stop_the_reader(little: Path) -> None:
    change(NIGHT, 'Say "good night" and the name.', "Simply hurry.")(little)
    assert read_challenge(little).edition


def test_a_ready_translation_is_read_with_the_facts_of_the_original(little: Path) -> None:
    translate(GERMAN)(little)
    lesson = read_challenge(little).lesson("first-hello", "de")
    assert lesson is not None
    assert (lesson.language, lesson.title, lesson.day) == ("de", "Der erste Gruß", 1)


def test_a_translation_that_is_not_ready_falls_back(little: Path) -> None:
    translate(GERMAN.replace("ready", "draft"))(little)
    lesson = read_challenge(little).lesson("first-hello", "de")
    assert lesson is not None
    assert lesson.language == "en"


def test_headings_are_those_of_the_language(little: Path) -> None:
    translate(GERMAN)(little)
    change("de/01-first-hello.md", "## Why today", "## Warum heute")(little)
    german = {"why": "Warum heute"}
    challenge = read_challenge(
        little,
        lambda key, language: german.get(key, english(key, "")) if language == "de" else english(key, ""),
    )
    lesson = challenge.lesson("first-hello", "de")
    assert lesson is not None
    assert lesson.sections[0].key == "why"


def test_a_challenge_speaks_of_itself_in_each_of_its_languages(little: Path) -> None:
    both_languages(little)
    challenge = read_challenge(little, heading)
    assert (challenge.cover("de").title, challenge.cover("en").title) == ("Klein", "Little")
    assert [(one.key, one.last, one.title) for one in challenge.cover("de").phases] == [
        ("begin", 2, "Anfangen"),
        ("end", 3, "Aufhören"),
    ]


def test_a_skill_is_called_by_the_language_of_its_lesson(little: Path) -> None:
    both_languages(little)
    challenge = read_challenge(little, heading)
    lessons = [challenge.lesson("first-hello", language) for language in ("de", "en")]
    assert [one and one.label for one in lessons] == ["kleines Hallo", "small hello"]


def test_a_declared_language_without_a_file_falls_back(little: Path) -> None:
    change("challenge.yaml", "[en]", "[en, de]")(little)
    challenge = read_challenge(little)
    lesson = challenge.lesson("first-hello", "de")
    assert (challenge.language("de-AT"), challenge.cover("de").title) == ("de", "Little")
    assert (lesson and lesson.language, challenge.letter("confirm", "de").language) == ("en", "en")


def test_all_challenges_of_a_folder_are_known_by_slug(little: Path) -> None:
    assert list(read_challenges(little.parent)) == ["little"]


def test_a_translation_that_is_not_ready_can_be_read_by_who_asks_for_it(little: Path) -> None:
    in_german(little)
    assert ("de", "first-hello") not in read_challenge(little, heading).lessons
    assert ("de", "first-hello") in read_challenge(little, heading, unready=True).lessons


def test_the_stamp_changes_with_any_file_and_with_nothing_else(little: Path) -> None:
    before = stamp(little)
    (little / "en" / "04-more.md").touch()
    more = stamp(little)
    remove("en/04-more.md")(little)
    assert stamp(little) == before != more
    change(HELLO, "A nod", "One nod")(little)
    assert stamp(little) != before
