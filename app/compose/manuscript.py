"""Manuscripts: what a lesson or an authored letter says, with the foot its kind of letter has."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.compose.facts import FACTS
from app.compose.frame import Manuscript, Part
from app.compose.markdown import Setting, typeset
from app.compose.proof import Proof
from app.compose.words import borrowed, heading, say
from app.core.challenge import PLACEHOLDERS, Challenge, Lesson, Letter, Section
from app.core.enrollment import Company
from app.core.order import Order
from app.core.schedule import Rhythm
from app.core.sentence import N_

YOU_ASKED = N_(
    "You get this because you asked {{brand}} for “{{challenge}}” at this address. "
    "[What we keep about you]({{link:privacy}})"
)
SOMEBODY_ASKED = N_(
    "You get this because this address was entered at {{brand}}. [Why, and what we keep]({{link:privacy}})"
)
_SAFETY = N_(
    "Five minutes for two people who are safe with each other. Not therapy, not for crises. "
    "Afraid of your partner, or of what they do with what you say? [Confidential support]({{link:safety}})"
)
_ASK = N_("The next lesson comes when you [ask for it in your settings]({{link:settings}}).")
_MISSED = N_("Missed some? Start with this one.")
_DOORS = {
    "pause": N_("Pause"),
    "resume": N_("Resume"),
    "settings": N_("Settings"),
    "share": N_("Share this lesson"),
    "lesson": N_("Read on the web"),
    "unsubscribe": N_("Stop the emails"),
}


@dataclass(frozen=True)
class Form:
    """How a kind of letter is made: its discreet subject, the links at its foot, why it came."""

    discreet: str
    doors: tuple[str, ...] = ()
    why: str = YOU_ASKED


def of_lesson(challenge: Challenge, lesson: Lesson, order: Order, form: Form) -> Manuscript:
    """`Day {day}: {subject}`, and the sections as the reader's company takes them."""
    language = lesson.language
    proof = Proof(f"lessons/{challenge.slug}/{language}/{lesson.name}.md", language, challenge, PLACEHOLDERS)
    subject = say(N_("Day {day}: {subject}"), language).format(
        day=order.day, subject=proof.plain(lesson.subject)
    )
    where = say(N_("Day {day} of {length} · five minutes"), language)
    return Manuscript(
        language=language,
        subject=_discreet(form, order, language) or subject,
        preheader=_hushed(order, language) or proof.plain(lesson.preheader),
        eyebrow=where.format(day=order.day, length=order.length),
        title=proof.title(lesson.title),
        parts=lesson_parts(lesson, order.reader.company, proof) + tuple(_next(order, language)),
        why=_line(form.why, language),
        asides=_asides(lesson),
        doors=tuple(_doors(form, language, share=f"lesson-{lesson.day}")),
        wanted=challenge.language(order.reader.language),
        borrowed=borrowed(language, challenge.language(order.reader.language)),
        phase=lesson.phase,
    )


def of_letter(challenge: Challenge, letter: Letter, order: Order, form: Form) -> Manuscript:
    language = letter.language
    source = f"lessons/{challenge.slug}/{language}/letters/{letter.kind}.md"
    proof = Proof(source, language, challenge, PLACEHOLDERS | FACTS.keys())
    return Manuscript(
        language=language,
        subject=_discreet(form, order, language) or proof.plain(letter.subject),
        preheader=_hushed(order, language) or proof.plain(letter.preheader),
        eyebrow="{{brand}}",
        title=proof.title(letter.subject),
        parts=(Part("letter", "", proof.typeset(letter.text)),),
        why=_line(form.why, language),
        asides=(_line(_SAFETY, language),) if form.why == YOU_ASKED else (),
        doors=tuple(_doors(form, language)),
        wanted=challenge.language(order.reader.language),
        borrowed=borrowed(language, challenge.language(order.reader.language)),
    )


def lesson_parts(lesson: Lesson, company: Company, proof: Proof) -> tuple[Part, ...]:
    """What one does alone, or apart, comes second for those who take the lessons so."""
    return tuple(
        Part(one.key, _heading(one.key, company, lesson.language), proof.typeset(one.text))
        for one in _arranged(lesson.sections, company)
    )


_SECOND = {Company.ALONE: "solo", Company.APART: "apart"}


def _arranged(sections: tuple[Section, ...], company: Company) -> tuple[Section, ...]:
    moved = tuple(one for one in sections if one.key == _SECOND.get(company))
    others = tuple(one for one in sections if one not in moved)
    return others[:1] + moved + others[1:]


def _heading(key: str, company: Company, language: str) -> str:
    if key == "do" and company is Company.ALONE:
        return say(N_("If {{partner}} joins in"), language)
    return heading(key, language)


def _next(order: Order, language: str) -> Iterator[Part]:
    """Where somebody asks for the next lesson who wants none before they ask."""
    if order.pace.rhythm is Rhythm.ASKED and (order.day or 0) < order.length:
        yield Part("next", "", _line(_ASK, language))


def _asides(lesson: Lesson) -> tuple[Setting, ...]:
    """Nobody is told to start with a day of touch, disclosure or conflict."""
    safety = _line(_SAFETY, lesson.language)
    return (safety,) if lesson.care else (_line(_MISSED, lesson.language), safety)


def _discreet(form: Form, order: Order, language: str) -> str:
    """The subject that tells a passer-by nothing; empty where nobody asked for it."""
    return say(form.discreet, language).format(day=order.day) if order.reader.discreet else ""


def _hushed(order: Order, language: str) -> str:
    """The preheader to a discreet subject."""
    return say(N_("A few quiet minutes."), language) if order.reader.discreet else ""


def _line(words: str, language: str) -> Setting:
    return typeset(say(words, language), language, "the message catalogue")


def _doors(form: Form, language: str, share: str = "") -> Iterator[tuple[str, str]]:
    for key in form.doors:
        yield say(_DOORS[key], language), share if key == "share" else key
