"""The course behind a link: whose it is, in which language they read, and when its next lesson comes."""

from fastapi import Request
from sqlalchemy.orm import Session

from app.core.enrollment import Enrollment
from app.core.links import Purpose
from app.errors import GoneError
from app.store import enrollments, lessons, subscribers
from app.web.front import Front
from app.web.render import language_of, speak, when


def course_of(front: Front, request: Request, purpose: Purpose, token: str) -> Enrollment:
    """The enrollment a link speaks for; LinkError when damaged, GoneError when its person is.

    From here on the answer is in that person's language.
    """
    number = front.ring.read(purpose, token)
    with front.reading() as (session, _):
        course = enrollments.find(session, number)
        if course is None:
            raise GoneError("Nothing is held about the person of this link.")
        speak(front, request, subscribers.get(session, course.subscriber_id).language)
    return course


def url(front: Front, purpose: Purpose, course: Enrollment) -> str:
    return f"{front.base_url}/{purpose}/{front.ring.sign(purpose, course.id)}"


def owner(front: Front, course: Enrollment) -> str:
    """Whose link this is, for somebody it was forwarded to: "a…@example.org"."""
    with front.reading() as (session, _):
        local, _, domain = subscribers.get(session, course.subscriber_id).address.partition("@")
    return f"{local[:1]}…@{domain}"


def next_text(front: Front, request: Request, session: Session, course: Enrollment) -> str | None:
    """When the next lesson comes, in words; None while nobody has said."""
    lesson = lessons.open_one(session, course.id)
    if lesson is None or lesson.slot is None:
        return None
    return when(lesson.slot, course.pace.zone, language_of(front, request))
