"""Whoever signs up sees the same; the owner of the address gets the mail that fits."""

from datetime import timedelta

from app.actions import leave
from app.core.delivery import Kind, State, Suppressed
from app.core.enrollment import Status
from app.store import suppressions
from tests.world import ADA, BERLIN, World


def confirmations(world: World) -> int:
    return sum(one.kind is Kind.CONFIRM for one in world.rows())


def test_a_sign_up_owes_one_confirmation(world: World) -> None:
    world.sign_up()
    assert world.course().status is Status.WAITING
    assert [one.occasion for one in world.rows()] == [f"confirm:{world.course().id}:1"]


def test_case_makes_no_second_person(world: World) -> None:
    world.sign_up("ADA@example.org".lower())
    world.now += timedelta(minutes=16)
    world.sign_up("Ada@Example.org")
    assert confirmations(world) == 2


def test_a_second_try_within_a_quarter_of_an_hour_mails_nothing(world: World) -> None:
    world.sign_up()
    world.now += timedelta(minutes=14)
    world.sign_up()
    assert confirmations(world) == 1


def test_three_confirmations_a_day_are_enough(world: World) -> None:
    for _ in range(6):
        world.sign_up()
        world.now += timedelta(minutes=16)
    assert confirmations(world) == 3
    world.now += timedelta(hours=24)
    world.sign_up()
    assert confirmations(world) == 4


def test_somebody_taking_part_hears_of_it_once_a_day(world: World) -> None:
    world.start()
    for _ in range(3):
        world.sign_up()
    world.now += timedelta(hours=25)
    world.sign_up()
    assert sum(one.kind is Kind.NOTICE for one in world.rows()) == 2
    assert confirmations(world) == 1


def test_who_complained_is_never_mailed_again(world: World) -> None:
    world.do(suppressions.suppress, ADA, Suppressed.COMPLAINED)
    world.sign_up()
    with world.database.reading() as session:
        assert suppressions.find(session, "ADA@example.org") is Suppressed.COMPLAINED
    assert world.rows() == []


def test_who_left_may_begin_a_new_month(world: World) -> None:
    first = world.start()
    world.do(leave.leave, first.id, goodbye=False)
    world.now += timedelta(hours=1)
    second = world.start()
    assert second.id != first.id
    assert second.status is Status.ACTIVE
    assert world.state(f"lesson:{first.id}:1") is State.CANCELLED


def test_the_old_link_ends_only_the_old_month(world: World) -> None:
    first = world.start()
    world.do(leave.leave, first.id, goodbye=False)
    world.now += timedelta(hours=1)
    world.start()
    world.do(leave.leave, first.id, goodbye=False)
    assert world.course().status is Status.ACTIVE


def test_a_repeated_sign_up_brings_the_newer_guess(world: World) -> None:
    world.sign_up(pace=BERLIN)
    world.now += timedelta(minutes=16)
    tokyo = type(BERLIN)(BERLIN.hour, "Asia/Tokyo")
    world.sign_up(pace=tokyo)
    assert world.course().pace == tokyo
