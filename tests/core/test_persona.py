import pytest

from app.core.enrollment import Company
from app.core.persona import READERS, Persona
from app.core.subscriber import clean_name, speakable


def test_every_persona_is_somebody() -> None:
    assert READERS.keys() == set(Persona)
    assert {reader.company for reader in READERS.values()} == set(Company)


@pytest.mark.parametrize("persona", Persona)
def test_their_names_are_such_as_people_may_give(persona: Persona) -> None:
    for name in (READERS[persona].name, READERS[persona].partner):
        assert clean_name(name) == speakable(name) == name


def test_the_longest_and_the_shortest_names_are_among_them() -> None:
    lengths = {len(reader.name) for reader in READERS.values()}
    assert {0, 1, 30} <= lengths
