"""The body of a lesson as HTML for the web and for paper: the same words as the mail, in the same order."""

import re
from collections.abc import Mapping
from html import escape

from app.compose import addresses, names
from app.compose.manuscript import lesson_parts
from app.compose.proof import Proof
from app.compose.stencil import cut
from app.core.challenge import PLACEHOLDERS, Challenge, Lesson
from app.core.order import Reader

ANYBODY = Reader()
_LINK = re.compile(r'<a href="\{\{(link:[A-Za-z0-9-]+)\}\}">(.*?)</a>')


def lesson_html(challenge: Challenge, lesson: Lesson, base_url: str, reader: Reader = ANYBODY) -> str:
    """Sections under <h2>; without a reader nothing in it is personal, and no link is anybody's own."""
    public = addresses.public(base_url, challenge, challenge.language(reader.language))
    return sections_html(challenge, lesson, {f"link:{key}": page for key, page in public.items()}, reader)


def sections_html(
    challenge: Challenge, lesson: Lesson, links: Mapping[str, str], reader: Reader = ANYBODY
) -> str:
    """`links` are known by hole (`link:safety`); where one is missing its words stay without it."""
    source = f"lessons/{challenge.slug}/{lesson.language}/{lesson.name}.md"
    proof = Proof(source, lesson.language, challenge, PLACEHOLDERS)
    sections = "\n".join(
        f'<section class="{part.key}"><h2>{escape(part.heading)}</h2>\n{part.body.html}\n</section>'
        for part in lesson_parts(lesson, reader.company, proof)
    )
    linked = _LINK.sub(lambda link: link[0] if link[1] in links else link[2], sections)
    return cut(linked, {}).fill({**links, **names.in_html(reader.name, reader.partner, lesson.language)})
