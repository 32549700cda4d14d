"""One connection of the pool: it gets in, and carries one parcel after the other."""

from collections.abc import Callable
from contextlib import suppress
from math import inf
from selectors import BaseSelector
from typing import NamedTuple

from app.clock import monotonic
from app.mail.replies import CROWDED, Phase, Reply
from app.mail.smtp_dialogue import Dialogue, Parcel
from app.mail.smtp_entry import Door, Entry, words
from app.mail.smtp_offers import Offers
from app.mail.smtp_talk import Talk
from app.mail.smtp_wire import Wire, converse, listen, speak


class Ended(NamedTuple):
    """What became of a parcel; without one, of an attempt to get in."""

    parcel: Parcel | None
    reply: Reply

    @property
    def kept_out(self) -> bool:
        return self.reply.phase in (Phase.CONNECT, Phase.AUTH)

    @property
    def crowded(self) -> bool:
        return self.reply.code == CROWDED


class Connection:
    """Never waits: `turn()` when its socket is ready, `expire()` once `deadline` (monotonic) has passed.

    After `waited` it may have died unnoticed: then it gets in anew, once, for the parcel it was handed.
    """

    def __init__(self, door: Door, selector: BaseSelector) -> None:
        self.door = door
        self.waited = False
        self.gone = False
        self._selector = selector
        self._parcel: Parcel | None = None
        self._ended: Ended | None = None
        self._wire: Wire | None = None
        self._dialogue: Dialogue | None = None
        self._steps = -1
        self._get_in()

    @property
    def ready(self) -> bool:
        """For a parcel."""
        return self._parcel is None and self._dialogue is not None and self._dialogue.idle

    @property
    def busy(self) -> bool:
        """With a parcel, clearing up after one, or with something to collect."""
        working = self._dialogue is not None and not self._dialogue.idle
        return working or self._parcel is not None or self._ended is not None

    @property
    def offers(self) -> Offers:
        return self._entry.offers

    @property
    def established(self) -> bool:
        return self._dialogue is not None

    def hand_over(self, parcel: Parcel) -> None:
        """ValueError for what the server cannot take. What became of the parcel is `collect`ed later."""
        self.offers.check(parcel.envelope, len(parcel.content))
        self._parcel = parcel
        if self._wire is None or self._dialogue is None:
            return
        if self.waited and not _quiet(self._wire):
            self._get_in_anew()
            return
        self._dialogue.begin(parcel)
        self._work(speak, self._wire, self._dialogue)

    def collect(self) -> Ended | None:
        ended, self._ended = self._ended, None
        return ended

    def turn(self) -> None:
        """Goes on as far as the socket allows."""
        if self._wire is None or self._dialogue is None:
            self._entry.turn()
            self._advance()
        else:
            self._work(converse, self._wire, self._dialogue)

    def expire(self) -> None:
        if self._dialogue is None:
            self._entry.expire()
            self._advance()
        else:
            self._discard()
            self._dialogue.lost("no whole answer in time")
            self._settle(self._dialogue)

    def leave(self) -> None:
        """QUIT, where it can be said; whatever comes of it, the connection is soon gone."""
        if self._dialogue is not None and self._dialogue.idle:
            self._dialogue.leave()
            self.turn()
        else:
            self.hang_up()

    def break_off(self) -> None:
        """Not even what we have said and they have not heard shall reach them."""
        self._discard()
        self.hang_up()

    def hang_up(self) -> None:
        self._entry.hang_up()
        self._wire = self._dialogue = None
        self.deadline = inf
        self.gone = True

    def _discard(self) -> None:
        if self._wire is not None:
            self._wire.discard()

    def _get_in_anew(self) -> None:
        self._entry.hang_up()
        self._get_in()

    def _get_in(self) -> None:
        self.waited = False
        self._wire = self._dialogue = None
        self._entry = Entry(self.door, self._selector, self)
        self._advance()

    def _advance(self) -> None:
        """In, out, or still before the door."""
        self.deadline = self._entry.deadline
        if self._entry.reply is not None:
            self._end(self._entry.reply)
            self.hang_up()
        elif self._entry.admitted is not None:
            self._move_in(self._entry.admitted)

    def _move_in(self, wire: Wire) -> None:
        self._wire, self._dialogue = wire, Dialogue(self.offers, self.door.timeouts)
        self._steps = -1
        self.deadline = inf
        if self._parcel is not None:
            try:
                self.hand_over(self._parcel)
            except ValueError as fault:
                self._end(Reply(Phase.MAIL, 0, str(fault)))

    def _work(self, how: Callable[[Wire, Talk], None], wire: Wire, dialogue: Dialogue) -> None:
        try:
            how(wire, dialogue)
        except OSError as fault:
            with suppress(OSError):
                listen(wire, dialogue)  # they may have said why
            dialogue.lost(words(fault))
        self._settle(dialogue)

    def _settle(self, dialogue: Dialogue) -> None:
        verdict = dialogue.verdict
        if self._parcel is not None and verdict is not None:
            if self.waited and verdict.phase is Phase.MAIL and verdict.code in (0, 421):
                self._get_in_anew()
                return
            self._end(verdict)
        if not dialogue.open:
            self.hang_up()
        elif dialogue.steps != self._steps:
            self._steps = dialogue.steps
            self.deadline = monotonic() + dialogue.seconds

    def _end(self, reply: Reply) -> None:
        self._ended, self._parcel = Ended(self._parcel, reply), None
        self.waited = True


def _quiet(wire: Wire) -> bool:
    """Whether the server has said nothing since its last answer, not even that it hung up."""
    try:
        return not wire.hear()
    except OSError:
        return False
