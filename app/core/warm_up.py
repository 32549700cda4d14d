"""Warm-up of a new sending domain: starts are limited, a running course is never delayed."""

import re
from collections.abc import Callable
from datetime import date, timedelta

DOUBLES_EVERY = 3
_FORM = re.compile(r"([1-9]\d{0,6})/d")
_SEARCH = 400


def read_warm_up(text: str) -> int:
    """`50/d` → 50 starts on the first day; ValueError with a sentence for anything else."""
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise ValueError("write the starts of the first day, such as 50/d")
    return int(form[1])


def room(first: int, began: date, on: date) -> int:
    """How many may start on a date: doubled every three days since the first start."""
    return first << min(max((on - began).days, 0) // DOUBLES_EVERY, 30)


def first_with_room(first: int, began: date, wanted: date, starting: Callable[[date], int]) -> date:
    """The first date from `wanted` on with room; `starting` counts those who start on a date already."""
    for days in range(_SEARCH):
        on = wanted + timedelta(days=days)
        if starting(on) < room(first, began, on):
            return on
    return wanted + timedelta(days=_SEARCH)
