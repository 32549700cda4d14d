"""What an enrollment may become, and when its next lesson is due."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.core import enrollment as e
from app.core.enrollment import Enrollment, Status
from app.core.schedule import Last, Pace, Rhythm
from app.errors import TransitionError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = Enrollment(1, 1, "little", ("a", "b", "c"), Status.WAITING, 0, Pace(time(7), "Europe/Berlin"))
ACTIVE = e.start(ADA, date(2026, 11, 24))


def test_the_first_lesson_waits_for_the_chosen_start() -> None:
    begun = e.start(ADA, date(2026, 11, 30))
    due = e.next_lesson(begun, NOW)
    assert due is not None
    assert due.due_at == datetime(2026, 11, 30, 6, tzinfo=UTC)


def test_an_open_pause_has_no_next_lesson() -> None:
    assert e.next_lesson(e.pause(ACTIVE, NOW, None), NOW) is None


def test_a_pause_until_a_date_has_its_first_slot_there() -> None:
    due = e.next_lesson(e.pause(ACTIVE, NOW, date(2026, 12, 24)), NOW)
    assert due is not None
    assert due.on == date(2026, 12, 24)


def test_a_paused_course_wakes_on_its_date() -> None:
    paused = e.pause(ACTIVE, NOW, date(2026, 12, 24))
    assert not e.awake(paused, datetime(2026, 12, 23, 22, 59, tzinfo=UTC))
    assert e.awake(paused, datetime(2026, 12, 23, 23, 0, tzinfo=UTC))


def test_every_change_of_the_calendar_moves_the_epoch() -> None:
    paused = e.pause(ACTIVE, NOW, None)
    resumed = e.resume(paused)
    moved = e.settle(resumed, Pace(time(8), "Asia/Tokyo"), resumed.company, discreet=False)
    assert [ACTIVE.epoch, paused.epoch, resumed.epoch, moved.epoch] == [1, 2, 3, 4]
    assert e.settle(moved, moved.pace, moved.company, discreet=True).epoch == 4


def test_the_last_lesson_finishes_the_course() -> None:
    done = e.advance(replace(ACTIVE, day=3), date(2026, 11, 26), NOW, NOW)
    assert done.status is Status.FINISHED
    assert done.ended_at == NOW


def test_a_lesson_accepted_after_the_leaving_moves_on_without_reviving() -> None:
    left = e.leave(ACTIVE, NOW)
    assert e.advance(left, date(2026, 11, 24), NOW, NOW).status is Status.LEFT


def test_leaving_can_be_undone_for_a_day() -> None:
    left = e.leave(e.pause(ACTIVE, NOW, None), NOW)
    assert e.come_back(left, NOW + timedelta(hours=24)).status is Status.PAUSED
    with pytest.raises(TransitionError):
        e.come_back(left, NOW + timedelta(hours=25))


def test_when_we_say_next_waits_after_the_first_lesson() -> None:
    asked = replace(ACTIVE, pace=Pace(time(7), "Europe/Berlin", Rhythm.ASKED))
    assert e.next_lesson(asked, NOW) is not None
    assert e.next_lesson(replace(asked, last=Last(date(2026, 11, 24), NOW)), NOW) is None


@pytest.mark.parametrize(("days", "noted"), [(1, False), (2, True), (30, True)])
def test_a_note_comes_the_day_before_if_the_pause_lasted(days: int, noted: bool) -> None:
    paused = e.pause(ACTIVE, NOW, date(2026, 11, 24) + timedelta(days=days))
    assert (e.resume_note(paused, NOW, e.next_lesson(paused, NOW)) is not None) is noted


@pytest.mark.parametrize("status", [Status.FINISHED, Status.LEFT])
def test_what_has_ended_cannot_be_paused(status: Status) -> None:
    with pytest.raises(TransitionError):
        e.pause(replace(ACTIVE, status=status), NOW, None)
