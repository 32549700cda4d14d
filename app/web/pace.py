"""The form about hour, zone, rhythm, company and subjects, which two pages share."""

from datetime import time
from typing import Any

from app.compose import words
from app.core.enrollment import Enrollment
from app.core.schedule import Pace
from app.web import fields
from app.web.fields import Fields


def read_pace(typed: Fields, now: Pace) -> Pace:
    return Pace(
        hour=typed.read("hour", fields.hour, now.hour),
        zone=typed.read("timezone", fields.zone, now.zone),
        rhythm=typed.read("rhythm", fields.rhythm, now.rhythm),
    )


def pace_form(course: Enrollment, typed: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """Values and errors: what was typed, else how things are."""
    values = {
        "hour": f"{course.pace.hour:%H:%M}",
        "timezone": course.pace.zone,
        "rhythm": str(course.pace.rhythm),
        "company": str(course.company),
        "discreet": course.discreet,
    }
    if typed:
        values |= {"discreet": bool(typed.get("discreet"))}
    return {"values": {**values, **{k: v for k, v in typed.items() if k != "discreet"}}, "errors": errors}


def hours(language: str) -> list[tuple[str, str]]:
    """Every quarter of an hour: its value, and how the language writes it."""
    quarters = [time(hour, quarter) for hour in range(24) for quarter in (0, 15, 30, 45)]
    return [(f"{at:%H:%M}", words.hour(at, language)) for at in quarters]
