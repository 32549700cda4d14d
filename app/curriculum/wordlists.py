"""rules.yaml: what the rules need to know of one language. A list that is absent is a rule not applied."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from app.curriculum.form import Form

Phrases = Annotated[tuple[str, ...], Field(strict=False)]
Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class Reading(Form):
    """How hard a text may be: [warning, error] for the grade by `formula` and for the longest sentence.

    Syllables are runs of `vowels`; one of the endings in `silent` adds none, unless it is in `voiced`.
    """

    formula: Literal["flesch-kincaid", "wiener-sachtext"] = "flesch-kincaid"
    vowels: str
    silent: Phrases = ()
    voiced: Phrases = ()
    grade: Annotated[tuple[float, float], Field(strict=False)]
    sentence: Annotated[tuple[int, int], Field(strict=False)]


class Together(Form):
    """Words for two people and words for one, which do not mix within a sentence."""

    both: Phrases
    one: Phrases


class WordLists(Form):
    """Phrases in small letters; a `*` at the end stands for any ending."""

    reading: Reading | None = None
    plan: Phrases = ()
    objective: Phrases = ()
    articles: Phrases = ()
    vague_links: Phrases = ()
    gendered: Phrases = ()
    pressure: Phrases = ()
    claims: Phrases = ()
    abilities: Phrases = ()
    alternatives: Phrases = ()
    assumptions: Phrases = ()
    easy: Phrases = ()
    opt_out: Phrases = ()
    paces: Phrases = ()
    coined: Annotated[tuple[Fingerprint, ...], Field(strict=False)] = ()
    formulae: Phrases = ()
    spelling: dict[str, str] = Field(default_factory=dict)
    you: Together | None = None

    def has(self, name: str) -> bool:
        return name in self.model_fields_set


WORD_LISTS = TypeAdapter(WordLists)
