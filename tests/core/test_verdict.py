"""The verdict: keep, set aside or silence; who was uncertain has it; a wave is nobody's fault."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.core import delivery as occasions
from app.core import enrollment as e
from app.core.delivery import Delivery, Kind, State, Suppressed
from app.core.enrollment import Enrollment, Status
from app.core.feedback import Fate
from app.core.schedule import Pace, slot
from app.core.verdict import SOFTS, Known, silenced, verdict, wave

NOW = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
BERLIN = Pace(time(7), "Europe/Berlin")
ADA = Enrollment(1, 1, "little", ("a", "b", "c"), Status.WAITING, 0, BERLIN)
ACTIVE = e.start(ADA, date(2026, 11, 24))
STANDING = {
    "waiting": ADA,
    "active": ACTIVE,
    "paused": e.pause(ACTIVE, NOW, None),
    "stalled": e.stall(ACTIVE, NOW),
}
ENDED = {
    "finished": e.advance(replace(ACTIVE, day=3), date(2026, 11, 24), NOW, NOW),
    "left": e.leave(ACTIVE, NOW),
}


def lesson(state: State) -> Delivery:
    due = slot(BERLIN, date(2026, 11, 24))
    return Delivery(
        id=7,
        occasion=occasions.lesson(1, 1),
        kind=Kind.LESSON,
        state=state,
        address="ada@example.org",
        subscriber_id=1,
        enrollment_id=1,
        epoch=1,
        day=1,
        claim_no=1,
        due_at=due.due_at,
        slot=due,
        created_at=NOW,
    )


def suppressed(told: Fate, known: Known | None = None) -> Suppressed | None:
    return verdict(lesson(State.SENT), ACTIVE, told, known or Known(), NOW).suppress


@pytest.mark.parametrize("told", [Fate.DELIVERED, Fate.DELAYED, Fate.SOFT, Fate.REFUSED])
def test_what_is_no_fault_of_an_address_keeps_it(told: Fate) -> None:
    assert suppressed(told, Known(softs=1)) is None


def test_a_bounce_and_a_complaint_suppress() -> None:
    assert suppressed(Fate.BOUNCED) is Suppressed.BOUNCED
    assert suppressed(Fate.COMPLAINED) is Suppressed.COMPLAINED


@pytest.mark.parametrize(
    ("softs", "acts"), [(SOFTS - 1, None), (SOFTS, Suppressed.BOUNCED), (SOFTS + 1, Suppressed.BOUNCED)]
)
def test_the_third_soft_bounce_acts(softs: int, acts: Suppressed | None) -> None:
    assert SOFTS == 3
    assert suppressed(Fate.SOFT, Known(softs=softs)) is acts


def test_no_other_word_acts_on_soft_bounces_of_before() -> None:
    assert suppressed(Fate.REFUSED, Known(softs=SOFTS)) is None


@pytest.mark.parametrize("known", [Known(wave=True), Known(softs=SOFTS, wave=True)])
def test_a_wave_spares_who_bounced(known: Known) -> None:
    told = Fate.SOFT if known.softs else Fate.BOUNCED
    found = verdict(lesson(State.SENT), ACTIVE, told, known, NOW)
    assert (found.suppress, found.spared, found.fate) == (None, True, told)


def test_a_wave_spares_nobody_who_complained_and_does_not_touch_the_rest() -> None:
    found = verdict(lesson(State.SENT), ACTIVE, Fate.COMPLAINED, Known(wave=True), NOW)
    assert (found.suppress, found.spared) == (Suppressed.COMPLAINED, False)
    assert not verdict(lesson(State.SENT), ACTIVE, Fate.DELIVERED, Known(wave=True), NOW).spared


def test_the_heavier_fate_stays() -> None:
    found = verdict(lesson(State.SENT), ACTIVE, Fate.DELIVERED, Known(fate=Fate.COMPLAINED), NOW)
    assert found.fate is Fate.COMPLAINED


@pytest.mark.parametrize("told", list(Fate))
@pytest.mark.parametrize(
    "state", [State.UNCERTAIN, State.SENDING, State.SCHEDULED, State.CLAIMED, State.HELD]
)
def test_whatever_is_told_of_an_open_delivery_it_was_sent_and_the_next_is_owed(
    state: State, told: Fate
) -> None:
    settled = verdict(lesson(state), ACTIVE, told, Known(), NOW).settled
    assert settled is not None
    assert settled.state is State.SENT
    assert [(one.day, one.due_at) for one in settled.owed] == [(2, datetime(2026, 11, 25, 6, tzinfo=UTC))]


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.CANCELLED])
def test_what_has_ended_stays_as_it_is(state: State) -> None:
    assert verdict(lesson(state), ACTIVE, Fate.DELIVERED, Known(), NOW).settled is None


@pytest.mark.parametrize("standing", STANDING)
def test_a_complaint_ends_a_course_for_good(standing: str) -> None:
    after = silenced(STANDING[standing], Suppressed.COMPLAINED, NOW)
    assert after.status is Status.LEFT
    assert after.epoch == STANDING[standing].epoch + 1
    with pytest.raises(e.TransitionError):
        e.come_back(after, NOW)


def test_a_leaving_before_the_complaint_cannot_be_undone_either() -> None:
    with pytest.raises(e.TransitionError):
        e.come_back(silenced(ENDED["left"], Suppressed.COMPLAINED, NOW), NOW)


@pytest.mark.parametrize(
    ("standing", "after"),
    [("active", "stalled"), ("paused", "stalled"), ("stalled", "stalled"), ("waiting", "waiting")],
)
def test_a_bounce_stalls_what_runs(standing: str, after: str) -> None:
    assert silenced(STANDING[standing], Suppressed.BOUNCED, NOW).status == after


def test_undoing_a_leaving_after_a_bounce_leads_to_a_stalled_course() -> None:
    left = silenced(ENDED["left"], Suppressed.BOUNCED, NOW)
    assert left.status is Status.LEFT
    assert e.come_back(left, NOW + timedelta(hours=1)).status is Status.STALLED


@pytest.mark.parametrize("why", [Suppressed.BOUNCED, Suppressed.COMPLAINED])
def test_a_finished_course_stays_finished(why: Suppressed) -> None:
    assert silenced(ENDED["finished"], why, NOW) == ENDED["finished"]


@pytest.mark.parametrize(
    ("bounced", "accepted", "is_wave"),
    [
        (9, 9, False),
        (10, 10, True),
        (9, 200, False),
        (10, 200, True),
        (11, 200, True),
        (10, 201, False),
        (14, 300, False),
        (15, 300, True),
    ],
)
def test_a_wave_is_ten_bounces_and_one_in_twenty(bounced: int, accepted: int, is_wave: bool) -> None:
    assert wave(bounced, accepted) is is_wave
