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


VIENNA = Reading(formula="wiener-sachtext", vowels="aeiouyäöü", grade=(6.0, 8.0), sentence=(25, 30))


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


def test_german_is_measured_by_its_own_formula() -> None:
    plain = ["Leg weg, was du in der Hand hast.", "Sag den Namen."]
    stilted = ["Die Berücksichtigung partnerschaftlicher Kommunikationsbedürfnisse erfordert Aufmerksamkeit."]
    assert grade(plain, VIENNA) < 3
    assert grade(stilted, VIENNA) > 12


@pytest.mark.parametrize(("word", "syllables"), [("weg", 1), ("müde", 2), ("häufiger", 3), ("Frühstück", 2)])
def test_german_syllables_are_runs_of_vowels(word: str, syllables: int) -> None:
    assert count_syllables(word.lower(), VIENNA) == syllables


def test_long_words_in_long_sentences_are_harder() -> None:
    plain = ["Put the cup down.", "Say the name."]
    stilted = ["Simultaneously relinquish receptacles and articulate the appropriate appellation."]
    assert grade(plain, ENGLISH) < 2
    assert grade(stilted, ENGLISH) > 12
