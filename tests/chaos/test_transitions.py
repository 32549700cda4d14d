"""Random lives: whatever a person, an operator, a provider and dying workers do, every promise is kept."""

from contextlib import suppress
from datetime import time, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from app.actions import hold, leave, pause, settle
from app.actions.confirm import Choices, confirm
from app.actions.receive import receive
from app.actions.resolve import Word, resolve
from app.actions.settle import Wishes
from app.core.enrollment import Company, Status
from app.core.feedback import Fate as Heard
from app.core.feedback import Feedback
from app.core.outcome import Meaning, Outcome
from app.core.schedule import Pace, Rhythm, local_date
from app.errors import TransitionError
from tests.actions.test_deliver import claim, sending
from tests.chaos.fickle import Fate, Fickle
from tests.chaos.life import Living
from tests.proof import FULL
from tests.world import ADA, CONSENT

PACES = st.builds(
    Pace,
    st.sampled_from([time(0, 15), time(7), time(18, 30), time(23, 45)]),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Niue"]),
    st.sampled_from(Rhythm),
)
DOUBTFUL = (Fate.UNHEARD, Fate.SWALLOWED, Fate.CRASHED, Fate.CRASHED_AFTER)
FATES = st.lists(st.sampled_from([*Fate, *DOUBTFUL, *DOUBTFUL]), max_size=3)
WHILES = st.sampled_from([timedelta(minutes=n) for n in (1, 3, 16, 16, 65, 420, 1440, 4320, 20_000)])
NEWS = st.sampled_from([Heard.DELIVERED] * 4 + [Heard.BOUNCED, Heard.COMPLAINED])


class Life(Living):
    """From her first sign-up on."""

    @initialize(pace=PACES, hold_uncertain=st.booleans())
    def begin(self, pace: Pace, hold_uncertain: bool) -> None:
        self.policy = hold_uncertain
        self.sign_up_and_confirm(pace, days=0)

    # Time, and workers that live or die

    @rule(passes=WHILES, told=FATES)
    def after_a_while(self, passes: timedelta, told: list[Fate]) -> None:
        self.world.now += passes
        self.tick(told)

    @rule(told=FATES)
    def when_something_is_due(self, told: list[Fate]) -> None:
        self.wait_until_something_is_due()
        self.tick(told)

    @rule()
    def a_worker_dies_with_a_claim(self) -> None:
        self.wait_until_something_is_due()
        claim(self.world.worker("dead"))

    @rule(arrives=st.booleans())
    def a_worker_freezes_on_the_wire(self, arrives: bool) -> None:
        self.wait_until_something_is_due()
        worker = self.world.worker("frozen")
        at_work = sending(worker, claim(worker))
        message = next(at_work._feed(), None)
        if message is not None:
            self.fickle.look(message.id, arrives=arrives)
            self.frozen.append((at_work, message.id, arrives))

    @precondition(lambda self: self.frozen)
    @rule(said=st.sampled_from([Meaning.UNREACHED, Meaning.DEFERRED]))
    def a_frozen_worker_wakes(self, said: Meaning) -> None:
        at_work, number, arrived = self.frozen.pop()
        outcome = Outcome(number, Meaning.ACCEPTED if arrived else said)
        at_work._recorder.note(at_work._on_wire.pop(number), outcome)
        at_work._record()

    # The person

    @precondition(lambda self: not self.is_in(Status.ACTIVE, Status.PAUSED))
    @rule(pace=PACES, days=st.integers(0, 3))
    def sign_up_and_confirm(self, pace: Pace, days: int) -> None:
        self.world.sign_up(ADA, pace)
        on = local_date(self.world.now, pace.zone) + timedelta(days=days)
        self.world.do(confirm, self.course.id, Choices(pace, on), CONSENT)

    @precondition(lambda self: self.is_in(Status.ACTIVE, Status.PAUSED))
    @rule(days=st.none() | st.integers(1, 9))
    def pause(self, days: int | None) -> None:
        until = local_date(self.world.now, self.course.pace.zone) + timedelta(days=days) if days else None
        self.world.do(pause.pause, self.course.id, until)

    @precondition(lambda self: self.is_in(Status.PAUSED))
    @rule()
    def resume(self) -> None:
        self.world.do(pause.resume, self.course.id)

    @rule(pace=PACES)
    def settle(self, pace: Pace) -> None:
        self.world.do(settle.settle, self.course.id, Wishes(pace, Company.ALONE, discreet=False))

    @precondition(lambda self: self.is_in(Status.ACTIVE))
    @rule()
    def ask_for_the_next(self) -> None:
        self.world.do(settle.send_next, self.course.id)

    @rule(goodbye=st.booleans())
    def leave(self, goodbye: bool) -> None:
        self.world.do(leave.leave, self.course.id, goodbye=goodbye)

    @precondition(
        lambda self: self.is_in(Status.LEFT) and self.course.day <= self.course.length
    )  # see AWAITED
    @rule()
    def come_back(self) -> None:
        with suppress(TransitionError):
            self.world.do(leave.come_back, self.course.id)

    # Provider and operator

    @precondition(lambda self: self.fickle.copies)
    @rule(which=st.integers(0, 9), heard=NEWS)
    def the_provider_tells(self, which: int, heard: Heard) -> None:
        """In whatever order, of whatever it took."""
        copy = self.fickle.copies[which % len(self.fickle.copies)]
        news = Feedback(heard, f"{heard} of {copy.delivery}", ADA, copy.delivery)
        self.world.do(lambda session, now: receive(session, Fickle.name, [news], now))

    @precondition(lambda self: self.held())
    @rule(word=st.sampled_from(Word))
    def decide(self, word: Word) -> None:
        one = self.held()[0]
        self.words[one.id] += word is Word.SEND
        self.world.do(resolve, one.id, word)

    @rule(holds=st.booleans())
    def hold_person(self, holds: bool) -> None:
        self.world.do_plain(lambda session: hold.hold_person(session, ADA, held=holds))


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=500 if FULL else 20,
    phases=set(Phase) if FULL else {Phase.reuse, Phase.generate},  # to make a failure small takes minutes
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
