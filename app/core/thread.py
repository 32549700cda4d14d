"""Thread: a skill that one day teaches and a later one uses again. All of them make a course one piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.core.challenge import Challenge


@dataclass(frozen=True)
class Thread:
    """From the day that teaches to the day that uses, 1..N."""

    taught: int
    used: int


def threads(challenge: Challenge) -> tuple[Thread, ...]:
    """Every thread of a challenge, in the order of the days that use."""
    first = (one for (language, _), one in challenge.lessons.items() if language == challenge.languages[0])
    lessons = sorted(first, key=lambda one: one.day)
    taught = {lesson.teaches: lesson.day for lesson in lessons}
    return tuple(
        Thread(taught[skill], lesson.day)
        for lesson in lessons
        for skill in sorted(lesson.uses, key=lambda one: taught.get(one, 0))
        if skill in taught
    )


def builds_on(day: int, spun: Sequence[Thread]) -> tuple[int, ...]:
    """The days whose skills a day uses."""
    return tuple(sorted(one.taught for one in spun if one.used == day))


def comes_back_on(day: int, spun: Sequence[Thread]) -> tuple[int, ...]:
    """The days that use the skill of a day."""
    return tuple(sorted(one.used for one in spun if one.taught == day))


def strung(days: Sequence[int], spun: Sequence[Thread]) -> tuple[Thread, ...]:
    """The threads that lead along these days, one after the other; none where one of them is not spun."""
    along = tuple(Thread(taught, used) for taught, used in pairwise(days))
    return along if set(along) <= set(spun) else ()
