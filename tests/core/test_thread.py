from dataclasses import replace

from app.core.challenge import Challenge
from app.core.thread import Thread, builds_on, comes_back_on, strung, threads
from tests.world import challenge

SPUN = (Thread(1, 2), Thread(1, 3), Thread(2, 3))


def course(**uses: tuple[str, ...]) -> Challenge:
    """Three days, each teaching a skill of its own name."""
    plain = challenge()
    lessons = {
        key: replace(lesson, uses=uses.get(lesson.slug.replace("-", "_"), ()))
        for key, lesson in plain.lessons.items()
    }
    return replace(plain, lessons=lessons)


def test_a_thread_leads_from_the_day_that_teaches_to_the_day_that_uses() -> None:
    assert threads(course(day_2=("day-1",), day_3=("day-2", "day-1"))) == SPUN


def test_a_skill_that_nobody_teaches_spins_no_thread() -> None:
    assert threads(course(day_2=("flying",))) == ()


def test_a_translation_spins_no_threads_of_its_own() -> None:
    one = course(day_2=("day-1",))
    lessons = {**one.lessons, ("de", "day-2"): replace(one.lessons["en", "day-2"], language="de")}
    assert threads(replace(one, lessons=lessons, languages=("en", "de"))) == (Thread(1, 2),)


def test_each_day_knows_where_it_comes_from_and_where_it_returns() -> None:
    assert builds_on(3, SPUN) == (1, 2)
    assert comes_back_on(1, SPUN) == (2, 3)
    assert builds_on(1, SPUN) == comes_back_on(3, SPUN) == ()


def test_days_can_be_strung_only_along_threads() -> None:
    assert strung((1, 2, 3), SPUN) == (Thread(1, 2), Thread(2, 3))
    assert strung((1, 2, 4), SPUN) == ()
