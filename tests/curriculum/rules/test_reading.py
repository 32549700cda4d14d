import pytest

from app.curriculum.rules.reading import count_syllables, grade
from app.curriculum.wordlists import Reading

ENGLISH = Reading(
    vowels="aeiouy",
    silent=("e", "es", "ed"),
    voiced=("le", "ted", "xes"),
    grade=(6.0, 8.0),
    sentence=(25, 30),
)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("time", 1),
        ("times", 1),
        ("asked", 1),
        ("wanted", 2),
        ("boxes", 2),
        ("table", 2),
        ("the", 1),
        ("hm", 1),
    ],
)
def test_syllables_are_counted_by_ear_as_well_as_may_be(word: str, syllables: int) -> None:
    assert count_syllables(word, ENGLISH) == syllables


def test_long_words_in_long_sentences_are_harder() -> None:
    plain = ["Put the cup down.", "Say the name."]
    stilted = ["Simultaneously relinquish receptacles and articulate the appropriate appellation."]
    assert grade(plain, ENGLISH) < 2
    assert grade(stilted, ENGLISH) > 12
