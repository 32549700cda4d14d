"""Letters: an Order in, a Message out. A new kind is one line here and one file under letters/."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from urllib.parse import urlsplit

from app.compose import addresses, names
from app.compose.colours import of_phase
from app.compose.facts import FACTS
from app.compose.frame import Manuscript, Sheet, set_in_frame
from app.compose.manuscript import SOMEBODY_ASKED, Form, of_lesson, of_letter
from app.core.brand import Brand
from app.core.challenge import Challenge, Letter
from app.core.delivery import Kind
from app.core.links import KeyRing
from app.core.message import Address, Message, Sender
from app.core.order import Order
from app.core.return_path import return_path
from app.core.sentence import N_
from app.errors import CourseError

FORMS: Mapping[Kind, Form] = {
    Kind.CONFIRM: Form(N_("Please confirm this address"), why=SOMEBODY_ASKED),
    Kind.WELCOME: Form(N_("Five minutes: you are in"), ("pause", "settings", "unsubscribe")),
    Kind.LESSON: Form(N_("Five minutes, day {day}"), ("pause", "settings", "share", "lesson", "unsubscribe")),
    Kind.PAUSED: Form(N_("Five minutes: paused"), ("resume", "settings", "unsubscribe")),
    Kind.RESUMING: Form(N_("Five minutes: back soon"), ("pause", "settings", "unsubscribe")),
    Kind.RESUMED: Form(N_("Five minutes: back again"), ("pause", "settings", "unsubscribe")),
    Kind.COMPLETION: Form(N_("Five minutes: the last email"), ("unsubscribe",)),
    Kind.GOODBYE: Form(N_("Five minutes: stopped")),
    Kind.NOTICE: Form(N_("Five minutes: nothing has changed"), ("pause", "settings", "unsubscribe")),
}


@dataclass(frozen=True)
class Composer:
    """`ring` signs links, `key` (the installation's) makes Message-IDs and the tags of `bounces`, the pattern
    of return paths; `challenges` are found by slug."""

    challenges: Mapping[str, Challenge]
    brand: Brand
    sender: Sender
    base_url: str
    ring: KeyRing = field(repr=False)
    key: bytes = field(repr=False)
    bounces: str = ""
    _sheets: dict[tuple[object, ...], Sheet] = field(default_factory=dict, repr=False, compare=False)

    def compose(self, order: Order) -> Message:
        """The same order gives the same message; CourseError names the file that cannot be used."""
        challenge = self.challenges[order.challenge]
        if order.kind is Kind.CONFIRM:
            order = replace(order, reader=replace(order.reader, name="", partner=""))
        sheet = self._sheet(challenge, order)
        shared = self._links(order, sheet) | {
            hole: FACTS[hole](challenge, order, sheet.language) for hole in sheet.holes & FACTS.keys()
        }
        who = (order.reader.name, order.reader.partner, sheet.language)
        return Message(
            id=order.id,
            message_id=self._message_id(order.id),
            sender=self.sender,
            to=Address(order.to),
            subject=sheet.subject,
            text=sheet.text.fill(shared | names.in_text(*who)),
            html=sheet.html.fill(_escaped(shared) | names.in_html(*who)),
            date=order.at,
            kind=order.kind,
            list_id=self._list_id(challenge),
            language=sheet.language,
            unsubscribe="" if order.kind is Kind.CONFIRM else self._own("unsubscribe", order),
            challenge=challenge.slug,
            day=order.day if order.kind is Kind.LESSON else None,
            return_path=return_path(self.bounces, self.key, order.id) if self.bounces else "",
        )

    def _sheet(self, challenge: Challenge, order: Order) -> Sheet:
        """Type-set once for all who read the same."""
        reader = order.reader
        key: tuple[object, ...] = (challenge.slug, order.kind, reader.discreet)
        key += (challenge.language(reader.language), _name(order))
        if order.kind is Kind.LESSON:
            key += (order.slug, order.day, order.length, reader.company, order.pace.rhythm)
        if key not in self._sheets:
            manuscript = self._manuscript(challenge, order)
            constant = self._constant(challenge, manuscript.language)
            accent = self._accent(challenge, manuscript.phase)
            self._sheets[key] = set_in_frame(manuscript, accent, constant)
        return self._sheets[key]

    def _accent(self, challenge: Challenge, phase: str) -> str:
        """A lesson wears the colour of its phase, every other letter the brand's own."""
        phases = [one.key for one in challenge.phases]
        if phase not in phases:
            return self.brand.accent
        return of_phase(self.brand.accent, phases.index(phase), len(phases))

    def _manuscript(self, challenge: Challenge, order: Order) -> Manuscript:
        form = FORMS[order.kind]
        language = challenge.language(order.reader.language)
        if order.kind is not Kind.LESSON:
            return of_letter(challenge, _letter(challenge, _name(order), language), order, form)
        lesson = challenge.lesson(order.slug or "", language)
        if lesson is None:
            raise CourseError(f"“{challenge.slug}” has no lesson “{order.slug}” any more; put its file back.")
        return of_lesson(challenge, lesson, order, form)

    def _constant(self, challenge: Challenge, language: str) -> Mapping[str, str]:
        pages = addresses.public(self.base_url, challenge, language)
        return {f"link:{key}": page for key, page in pages.items()} | {
            "brand": self.brand.name,
            "challenge": challenge.cover(language).title,
            "legal": self.brand.legal.strip(),
            "postal": self.brand.postal_address.strip(),
        }

    def _links(self, order: Order, sheet: Sheet) -> dict[str, str]:
        keys = (hole.removeprefix("link:") for hole in sheet.holes if hole.startswith("link:"))
        return {f"link:{key}": self._own(key, order) for key in keys}

    def _own(self, key: str, order: Order) -> str:
        if order.enrollment_id is None:
            raise CourseError(
                f"Delivery {order.id} belongs to no enrollment, so it can hold no “{key}” link."
            )
        return addresses.personal(self.base_url, self.ring, key, order.enrollment_id)

    def _message_id(self, delivery_id: int) -> str:
        code = hmac.digest(self.key, f"message-id:{delivery_id}".encode(), "sha256").hex()[:32]
        return f"<{code}@{self.sender.address.domain}>"

    def _list_id(self, challenge: Challenge) -> str:
        return f"{challenge.title} <{challenge.slug}.{urlsplit(self.base_url).hostname}>"


def _name(order: Order) -> str:
    """The file of a letter: its kind; a pause without an end has one of its own."""
    open_ended = order.kind is Kind.PAUSED and "until" not in order.facts
    return "paused-open" if open_ended else order.kind.value


def _letter(challenge: Challenge, name: str, language: str) -> Letter:
    try:
        return challenge.letter(name, language)
    except KeyError:
        missing = f"lessons/{challenge.slug}/{challenge.languages[0]}/letters/{name}.md"
        raise CourseError(f"{missing} is missing; write it, it is sent to everybody.") from None


def _escaped(values: Mapping[str, str]) -> dict[str, str]:
    return {hole: escape(value) for hole, value in values.items()}
