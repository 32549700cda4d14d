"""Bounces that come by mail have their consequences for the person whose mail it was."""

import pytest

from app.actions.read_mail import read_mail
from app.core.delivery import Delivery, Suppressed
from app.core.enrollment import Status
from app.core.feedback import Fate
from app.core.return_path import return_path
from app.store import installation
from tests.actions.telling import fate, kept, suppressed
from tests.mail.bouncing import PATTERN, complaint, report
from tests.world import ADA, BEN, World


@pytest.fixture
def posted(world: World) -> World:
    """Ada has her first lesson, by SMTP."""
    world.mailer.name = "smtp"
    world.start()
    world.go_to_next()
    return world


def path(world: World, delivery: Delivery) -> str:
    with world.database.reading() as session:
        return return_path(PATTERN, installation.read(session).key, delivery.id)


def bounce(world: World, recipient: str = ADA, status: str = "5.1.1", day: int = 1) -> str:
    """What follows from a bounce of Ada's lesson."""
    lesson = next(one for one in world.rows() if one.day == day)
    failed = f"Final-Recipient: rfc822; {recipient} / Action: failed / Status: {status}"
    return read_mail(world.database, report(failed, to=path(world, lesson)), world.clock)


def test_a_bounce_suppresses_the_address(posted: World) -> None:
    said = bounce(posted)
    assert said == f"A report on delivery {posted.row('lesson').id}: bounced."
    assert suppressed(posted) is Suppressed.BOUNCED
    assert posted.course().status is Status.STALLED
    kept(posted)


def test_a_bounce_of_what_the_standby_sent_is_its_bounce(world: World) -> None:
    world.mailer.name = "smtp-2"
    world.start()
    world.go_to_next()
    bounce(world)
    assert suppressed(world) is Suppressed.BOUNCED


def test_the_same_mail_twice_is_one_bounce(posted: World) -> None:
    first, *again = [bounce(posted, status="4.2.2") for _ in range(5)]
    assert set(again) == {f"{first} It was told before; nothing follows."}
    assert suppressed(posted) is None
    assert fate(posted, posted.row("lesson")) is Fate.SOFT


def test_a_forged_bounce_of_somebody_else_changes_nothing(posted: World) -> None:
    posted.start(BEN)
    of_ben = posted.row("welcome", BEN)
    tag = path(posted, of_ben).replace(f"+{of_ben.id}-", f"+{posted.row('lesson').id}-")
    forged = report(f"Final-Recipient: rfc822; {ADA} / Action: failed / Status: 5.1.1", to=tag)
    assert "nothing follows" in read_mail(posted.database, forged, posted.clock)
    assert suppressed(posted) is None


def test_a_tag_of_ones_own_reaches_nobody_else(posted: World) -> None:
    posted.start(BEN)
    own = path(posted, posted.row("welcome", BEN))
    forged = report(f"Final-Recipient: rfc822; {ADA} / Action: failed / Status: 5.1.1", to=own)
    read_mail(posted.database, forged, posted.clock)
    assert suppressed(posted, ADA) is None
    assert posted.course(ADA).status is Status.ACTIVE


@pytest.mark.parametrize("recipient", ["ADA@EXAMPLE.ORG", "Ada@Example.org"])
def test_spelling_does_not_matter(posted: World, recipient: str) -> None:
    bounce(posted, recipient)
    assert suppressed(posted) is Suppressed.BOUNCED


def test_a_domain_is_the_same_in_both_its_forms(world: World) -> None:
    world.mailer.name = "smtp"
    world.start("ada@straße.example")
    failed = "Final-Recipient: rfc822; ada@xn--strae-oqa.example / Action: failed / Status: 5.1.1"
    to = path(world, world.row("welcome", "ada@straße.example"))
    read_mail(world.database, report(failed, to=to), world.clock)
    assert suppressed(world, "ada@straße.example") is Suppressed.BOUNCED


def test_behind_an_address_that_passes_mail_on_one_dead_end_is_a_soft_bounce(posted: World) -> None:
    bounce(posted, "lovelace@example.net")
    assert suppressed(posted) is None
    assert fate(posted, posted.row("lesson")) is Fate.SOFT


def test_three_dead_ends_behind_it_are_a_bounce(posted: World) -> None:
    posted.go_to_next()
    posted.go_to_next()
    for day in (1, 2, 3):
        bounce(posted, "lovelace@example.net", day=day)
    assert suppressed(posted) is Suppressed.BOUNCED


def test_a_complaint_that_names_nobody_ends_the_course(posted: World) -> None:
    lesson = posted.row("lesson")
    anonymous = complaint("abuse", to=path(posted, lesson)).replace(b"<ada@example.org>\r\nArr", b"\r\nArr")
    read_mail(posted.database, anonymous, posted.clock)
    assert suppressed(posted) is Suppressed.COMPLAINED
    assert posted.course().status is Status.LEFT


def test_a_complaint_that_names_another_is_one_all_the_same(posted: World) -> None:
    theirs = complaint("abuse", to=path(posted, posted.row("lesson"))).replace(b"<ada@", b"<lovelace@")
    read_mail(posted.database, theirs, posted.clock)
    assert suppressed(posted) is Suppressed.COMPLAINED


def test_a_bounce_that_names_nobody_is_of_whom_we_wrote_to(posted: World) -> None:
    nobody = report("Action: failed / Status: 5.1.1", to=path(posted, posted.row("lesson")))
    read_mail(posted.database, nobody, posted.clock)
    assert suppressed(posted) is Suppressed.BOUNCED


def test_a_bounce_of_a_mail_that_another_provider_sent_changes_nothing(world: World) -> None:
    world.start()
    world.go_to_next()
    assert bounce(world).endswith("bounced. No such mail went out by SMTP; nothing follows.")
    assert suppressed(world) is None


def test_a_bounce_of_a_person_who_was_forgotten_changes_nothing(posted: World) -> None:
    failed = f"Final-Recipient: rfc822; {ADA} / Action: failed / Status: 5.1.1"
    with posted.database.reading() as session:
        gone = return_path(PATTERN, installation.read(session).key, 10**15)
    assert read_mail(posted.database, report(failed, to=gone), posted.clock).endswith("nothing follows.")
    kept(posted)
