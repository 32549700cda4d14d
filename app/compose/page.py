"""The body of a lesson as HTML for the web: the same words as the mail, in the same order."""

from html import escape

from app.compose import addresses, names
from app.compose.manuscript import lesson_parts
from app.compose.proof import Proof
from app.compose.stencil import cut
from app.core.challenge import PLACEHOLDERS, Challenge, Lesson
from app.core.order import Reader

ANYBODY = Reader()


def lesson_html(challenge: Challenge, lesson: Lesson, base_url: str, reader: Reader = ANYBODY) -> str:
    """Sections under <h2>; without a reader nothing in it is personal."""
    source = f"lessons/{challenge.slug}/{lesson.language}/{lesson.name}.md"
    proof = Proof(source, lesson.language, challenge, PLACEHOLDERS)
    parts = lesson_parts(lesson, reader.company, proof)
    sections = (
        f'<section class="{part.key}"><h2>{escape(part.heading)}</h2>\n{part.body.html}\n</section>'
        for part in parts
    )
    links = addresses.public(base_url, challenge, lesson.language)
    values = {f"link:{key}": page for key, page in links.items()}
    return cut("\n".join(sections), {}).fill(
        values | dict(names.in_html(reader.name, reader.partner, lesson.language))
    )
