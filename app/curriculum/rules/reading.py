"""How hard a lesson is to read: L09."""

import re
from collections.abc import Iterator

from app.curriculum.draft import Draft
from app.curriculum.page import LessonPage
from app.curriculum.prose import sentences, words
from app.curriculum.rules.rule import ERROR, WARNING, Flaw, per_lesson
from app.curriculum.wordlists import Reading


@per_lesson("L09", WARNING, "reading")
def reading(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """Reading grade and longest sentence stay within rules.yaml; far beyond is an error."""
    limits = draft.word_lists[page.language].reading
    read = [(part.start + line, one) for part in page.parts for line, one in sentences(part.text)]
    if limits is None or not read:
        return
    level = grade([one for _, one in read], limits)
    if level > limits.grade[0]:
        sentence = f"The reading grade is {level:.1f}; aim for {limits.grade[0]:g} with shorter words."
        yield Flaw(page.file, page.start, sentence, ERROR if level > limits.grade[1] else None)
    for line, one in read:
        count = len(words(one))
        if count > limits.sentence[0]:
            severity = ERROR if count > limits.sentence[1] else None
            told = f"A sentence has {count} words (“{one[:40]}...”); split it after {limits.sentence[0]}."
            yield Flaw(page.file, line, told, severity)


def grade(read: list[str], limits: Reading) -> float:
    """The school year by the formula of the language; a rough guide, as syllables are only estimated."""
    spoken = [word for one in read for word in words(one)]
    syllables = [count_syllables(word.lower(), limits) for word in spoken]
    return _FORMULAE[limits.formula](spoken, syllables, len(spoken) / len(read))


def _flesch_kincaid(spoken: list[str], syllables: list[int], sentence: float) -> float:
    """Kincaid and others (1975), for English."""
    return 0.39 * sentence + 11.8 * sum(syllables) / len(spoken) - 15.59


def _wiener_sachtext(spoken: list[str], syllables: list[int], sentence: float) -> float:
    """Bamberger and Vanecek (1984), the first of their four formulae, for German."""
    long = 100 * sum(count >= 3 for count in syllables) / len(spoken)
    short = 100 * sum(count == 1 for count in syllables) / len(spoken)
    wide = 100 * sum(len(word) > 6 for word in spoken) / len(spoken)
    return 0.1935 * long + 0.1672 * sentence + 0.1297 * wide - 0.0327 * short - 0.875


_FORMULAE = {"flesch-kincaid": _flesch_kincaid, "wiener-sachtext": _wiener_sachtext}


def count_syllables(word: str, limits: Reading) -> int:
    """Runs of vowels, without a silent one at the end."""
    heard = len(re.findall(f"[{limits.vowels}]+", word))
    silent = word.endswith(limits.silent) and not word.endswith(limits.voiced)
    return max(1, heard - silent)
