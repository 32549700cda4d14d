"""Where `{{link:key}}` leads: absolute addresses under the base URL, public ones and a person's own."""

from collections.abc import Mapping

from app.core.challenge import Challenge, Lesson
from app.core.links import KeyRing, Purpose

PERSONAL: Mapping[str, Purpose] = {
    "confirm": Purpose.CONFIRM,
    "settings": Purpose.SETTINGS,
    "pause": Purpose.PAUSE,
    "resume": Purpose.RESUME,
    "unsubscribe": Purpose.UNSUBSCRIBE,
    "undo": Purpose.UNSUBSCRIBE,
    "lesson": Purpose.LESSON,
}
"""Links that are signed for one enrollment. The page of `unsubscribe` also undoes it, for a day."""

_PUBLIC: Mapping[str, str] = {
    "checkin": "/checkin",
    "privacy": "/privacy",
    "safety": "/safety",
    "support": "/safety",
}


def personal(base_url: str, ring: KeyRing, key: str, enrollment_id: int) -> str:
    purpose = PERSONAL[key]
    return f"{base_url}/{purpose}/{ring.sign(purpose, enrollment_id)}"


def public(base_url: str, challenge: Challenge, language: str) -> Mapping[str, str]:
    """Pages that are the same for everybody: by key, `lesson-N`, and `skip-PHASE` (the day after a phase)."""
    days = {
        one.day: base_url + lesson_path(challenge, one, language)
        for one in challenge.lessons.values()
        if one.language == challenge.languages[0]
    }
    return (
        {key: base_url + in_language(path, challenge, language) for key, path in _PUBLIC.items()}
        | {f"lesson-{day}": page for day, page in days.items()}
        | {f"skip-{one.key}": days[one.last + 1] for one in challenge.phases if one.last + 1 in days}
    )


def in_language(path: str, challenge: Challenge, language: str) -> str:
    """A public path that says its language, where there is more than one to choose from."""
    page, mark, place = path.partition("#")
    return f"{page}?lang={language}{mark}{place}" if len(challenge.languages) > 1 else path


def lesson_path(challenge: Challenge, lesson: Lesson, language: str) -> str:
    """The share page of a lesson, without anything personal; a lesson keeps its name in every language."""
    return f"/lessons/{challenge.slug}/{language}/{lesson.name}"
