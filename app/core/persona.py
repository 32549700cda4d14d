"""Persona: somebody made up, through whose eyes a letter is tried before anybody gets it."""

from collections.abc import Mapping
from enum import StrEnum

from app.core.enrollment import Company
from app.core.order import Reader


class Persona(StrEnum):
    TOGETHER = "together"
    ALONE = "alone"
    APART = "apart"
    NAMELESS = "nameless"
    ONE_LETTER = "one-letter"
    THIRTY_LETTERS = "thirty-letters"
    ARABIC = "arabic"
    HEBREW = "hebrew"


READERS: Mapping[Persona, Reader] = {
    Persona.TOGETHER: Reader("Ada", "Ben"),
    Persona.ALONE: Reader("Ada", "Ben", company=Company.ALONE),
    Persona.APART: Reader("Ada", "Ben", company=Company.APART),
    Persona.NAMELESS: Reader(),
    Persona.ONE_LETTER: Reader("X", "Y"),
    Persona.THIRTY_LETTERS: Reader("Maximiliana Theodora Charlotte", "Bartholomew Constantine Edward"),
    Persona.ARABIC: Reader("نور", "ليلى"),
    Persona.HEBREW: Reader("נועה", "איתי"),
}
"""A name may have thirty letters (`speakable`); Arabic and Hebrew run from right to left."""
