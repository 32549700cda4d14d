"""What a letter may tell its reader about their own course: `{{day}}`, `{{date}}`, `{{time}}`, ..."""

from collections.abc import Callable, Mapping
from datetime import date

from app.compose import words
from app.compose.words import say
from app.core.challenge import Challenge
from app.core.order import Order
from app.core.sentence import N_
from app.errors import CourseError

Tell = Callable[[Challenge, Order, str], str]


def _day(_challenge: Challenge, order: Order, _language: str) -> str:
    """The number of the lesson that is next."""
    return order.facts.get("day") or _known(str(order.day or ""), "day", order)


def _date(_challenge: Challenge, order: Order, language: str) -> str:
    """When the next lesson comes; in the rhythm "when we say next" nobody has said so yet."""
    on = order.facts.get("on")
    return (
        words.day(date.fromisoformat(on), language) if on else say(N_("as soon as you ask for it"), language)
    )


def _time(_challenge: Challenge, order: Order, language: str) -> str:
    return words.hour(order.pace.hour, language)


def _until(_challenge: Challenge, order: Order, language: str) -> str:
    return words.day(date.fromisoformat(_known(order.facts.get("until"), "until", order)), language)


def _skill(challenge: Challenge, order: Order, language: str) -> str:
    """The skill of the lesson before the next one; before Day 1, of Day 1."""
    slug = order.skill_slug or order.slug or ""
    lesson = challenge.lesson(slug, language)
    return _known(lesson.label if lesson else "", "skill", order)


def _known(fact: str | None, name: str, order: Order) -> str:
    if not fact:
        raise CourseError(
            f"The {order.kind} letter asks for {{{{{name}}}}}, which this delivery does not know."
        )
    return fact


FACTS: Mapping[str, Tell] = {
    "day": _day,
    "date": _date,
    "time": _time,
    "send_time": _time,
    "until": _until,
    "skill": _skill,
}
