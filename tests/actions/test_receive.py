"""What is told of a mail has its consequences for the address and for all that its owner takes part in."""

from datetime import timedelta

import pytest

from app.actions import leave, pause
from app.actions.receive import Heard
from app.core.delivery import State, Suppressed
from app.core.enrollment import Status
from app.core.feedback import Fate
from app.core.outcome import Meaning
from app.errors import TransitionError
from tests.actions.telling import ended, fate, first_lesson, kept, reason, suppressed, tell, told
from tests.actions.test_deliver import due_lesson
from tests.world import World


def live_on(world: World) -> list[str]:
    """What else arrives in the weeks that follow."""
    before = len(world.subjects())
    for _ in range(60):
        world.now += timedelta(hours=6)
        world.worker().tick()
    kept(world)
    return world.subjects()[before:]


def test_a_delivery_is_noted_and_the_course_goes_on(world: World) -> None:
    lesson = first_lesson(world)
    assert tell(world, told(lesson, Fate.DELIVERED)) == {Heard.NEWS: 1}
    assert fate(world, lesson) is Fate.DELIVERED
    assert live_on(world) == ["lesson 2", "lesson 3", "completion"]


def test_a_refused_content_is_noted_and_the_course_goes_on(world: World) -> None:
    lesson = first_lesson(world)
    tell(world, told(lesson, Fate.REFUSED))
    assert (fate(world, lesson), suppressed(world)) == (Fate.REFUSED, None)
    assert live_on(world) == ["lesson 2", "lesson 3", "completion"]


def test_a_bounce_suppresses_stalls_and_holds_the_next_lesson(world: World) -> None:
    lesson = first_lesson(world)
    tell(world, told(lesson, Fate.BOUNCED, words="550 5.1.1 no such user"))
    assert suppressed(world) is Suppressed.BOUNCED
    assert world.course().status is Status.STALLED
    assert world.state("lesson:1:2") is State.HELD
    assert reason(world, world.row("lesson:1:2")) == "the address bounced: 550 5.1.1 no such user"
    assert live_on(world) == []


def test_a_bounce_in_a_pause_holds_the_lesson_that_waits(world: World) -> None:
    lesson = first_lesson(world)
    world.do(pause.pause, world.course().id, None)
    tell(world, told(lesson, Fate.BOUNCED))
    assert (world.course().status, world.state("lesson:1:2")) == (Status.STALLED, State.HELD)


def test_a_bounce_of_the_confirmation_silences_the_address(world: World) -> None:
    world.sign_up()
    world.worker().tick()
    tell(world, told(world.row("confirm"), Fate.BOUNCED))
    world.now += timedelta(hours=1)
    world.sign_up()
    assert live_on(world) == []
    assert suppressed(world) is Suppressed.BOUNCED


def test_a_complaint_ends_the_course_without_a_goodbye(world: World) -> None:
    lesson = first_lesson(world)
    tell(world, told(lesson, Fate.COMPLAINED))
    assert suppressed(world) is Suppressed.COMPLAINED
    assert world.course().status is Status.LEFT
    assert world.state("lesson:1:2") is State.CANCELLED
    assert live_on(world) == []


@pytest.mark.parametrize("before", [True, False])
def test_after_a_complaint_no_link_brings_the_course_back(world: World, before: bool) -> None:
    lesson = first_lesson(world)
    if before:
        world.do(leave.leave, world.course().id, goodbye=False)
    tell(world, told(lesson, Fate.COMPLAINED))
    with pytest.raises(TransitionError):
        world.do(leave.come_back, world.course().id)
    assert live_on(world) == []


def test_an_undone_leaving_after_a_bounce_sends_nothing(world: World) -> None:
    lesson = first_lesson(world)
    world.do(leave.leave, world.course().id, goodbye=False)
    tell(world, told(lesson, Fate.BOUNCED))
    world.do(leave.come_back, world.course().id)
    assert world.course().status is Status.STALLED
    assert live_on(world) == []


def test_a_complaint_about_an_old_course_ends_the_new_one(world: World) -> None:
    lesson = first_lesson(world)
    live_on(world)
    world.start()
    tell(world, told(lesson, Fate.COMPLAINED))
    assert world.course().id == 2
    assert world.course().status is Status.LEFT
    assert live_on(world) == []


def test_a_bounce_about_an_old_course_stalls_the_new_one(world: World) -> None:
    lesson = first_lesson(world)
    live_on(world)
    world.start()
    tell(world, told(lesson, Fate.BOUNCED))
    assert (world.course().status, world.state("lesson:2:1")) == (Status.STALLED, State.HELD)
    assert live_on(world) == []


def test_a_complaint_after_the_last_lesson_stops_the_completion_letter(world: World) -> None:
    world.start()
    for _ in range(3):
        world.go_to_next()
    tell(world, told(world.row("lesson:1:3"), Fate.COMPLAINED))
    assert world.course().status is Status.FINISHED
    assert world.state("completion") is State.CANCELLED


def test_delivered_after_complained_stays_complained(world: World) -> None:
    lesson = first_lesson(world)
    tell(world, told(lesson, Fate.COMPLAINED))
    tell(world, told(lesson, Fate.DELIVERED))
    assert fate(world, lesson) is Fate.COMPLAINED
    assert suppressed(world) is Suppressed.COMPLAINED


def test_a_bounce_after_a_complaint_leaves_the_graver_reason(world: World) -> None:
    lesson = first_lesson(world)
    tell(world, told(lesson, Fate.COMPLAINED), told(lesson, Fate.BOUNCED))
    assert suppressed(world) is Suppressed.COMPLAINED
    assert world.course().status is Status.LEFT


def test_one_soft_bounce_suppresses_nobody(world: World) -> None:
    lesson = first_lesson(world)
    tell(world, told(lesson, Fate.SOFT))
    assert (fate(world, lesson), suppressed(world)) == (Fate.SOFT, None)
    assert live_on(world) == ["lesson 2", "lesson 3", "completion"]


def test_the_third_soft_bounce_acts_and_neither_the_second_nor_the_fourth(world: World) -> None:
    first_lesson(world)
    world.go_to_next()
    after = []
    for letter in world.rows()[:4]:
        world.now += timedelta(minutes=1)
        tell(world, told(letter, Fate.SOFT, at=world.now))
        after.append((suppressed(world), world.course().status, world.state("lesson:1:3")))
    running = (None, Status.ACTIVE, State.SCHEDULED)
    assert after == [running] * 2 + [(Suppressed.BOUNCED, Status.STALLED, State.HELD)] * 2


def test_a_letter_that_arrives_between_ends_the_row_of_soft_bounces(world: World) -> None:
    first_lesson(world)
    tell(world, told(world.row("confirm"), Fate.SOFT, at=world.now))
    tell(world, told(world.row("welcome"), Fate.SOFT, at=world.now))
    tell(world, told(world.row("lesson"), Fate.DELIVERED, at=world.now))
    world.go_to_next()
    tell(world, told(world.row("lesson:1:2"), Fate.SOFT, at=world.now))
    assert suppressed(world) is None


def test_in_one_call_the_order_of_happening_counts(world: World) -> None:
    first_lesson(world)
    second = timedelta(seconds=1)
    confirm, welcome, lesson = (world.row(one) for one in ("confirm", "welcome", "lesson"))
    tell(
        world,
        told(confirm, Fate.SOFT, at=world.now - 4 * second),
        told(welcome, Fate.SOFT, at=world.now - 3 * second),
        told(lesson, Fate.SOFT, at=world.now - second),
        told(welcome, Fate.DELIVERED, at=world.now - 2 * second),
    )
    assert suppressed(world) is None


def test_a_full_mailbox_at_smtp_time_is_tried_again_and_suppresses_nobody(world: World) -> None:
    """No letter was given up for now: the same one is tried again, and its slips are counted instead."""
    due_lesson(world)
    world.mailer.answer = lambda _: Meaning.DEFERRED
    while world.row("lesson").slips < 4:
        world.go_to_next()
    assert suppressed(world) is None
    world.mailer.answer = lambda _: Meaning.ACCEPTED
    world.go_to_next()
    assert world.state("lesson:1:1") is State.SENT


def test_a_bounce_told_of_an_address_that_was_rejected_changes_nothing(world: World) -> None:
    due_lesson(world)
    world.mailer.answers = [Meaning.REJECTED]
    world.worker().tick()
    mails, *rest = ended(world)
    tell(world, told(world.row("lesson"), Fate.BOUNCED))
    assert ended(world) == ([*mails[:-1], (*mails[-1][:-1], Fate.BOUNCED)], *rest)
    assert world.state("lesson:1:1") is State.FAILED
    assert live_on(world) == []
