"""Thirty days of wall clock for the running service: its process, its drum, its database and real SMTP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.stories.postbox import Arrival, Postbox
from tests.stories.wall_clock import DOMAIN, LIBRARY, MINUTE, Service, WallClock

pytestmark = [
    pytest.mark.wallclock,
    pytest.mark.skipif(LIBRARY is None, reason="needs libfaketime; on Debian: apt install faketime"),
]

START = datetime(2026, 10, 20, 9, tzinfo=UTC)  # 20 October wherever they live
FIRST = date(2026, 10, 21)
AFTERWARDS = datetime(2026, 11, 21, 12, tzinfo=UTC)
STEP = timedelta(hours=6)
AT_ONCE = timedelta(0)
SECOND = timedelta(seconds=1)
SOON = timedelta(minutes=10)  # on a busy machine some beats go by
DAYS = range(1, 31)


@dataclass(frozen=True)
class Person:
    address: str
    hour: time
    zone: str

    def due(self, day: int) -> datetime:
        """The chosen hour on the day-th date; where clocks fall back, the first of two."""
        on = FIRST + timedelta(days=day - 1)
        return datetime.combine(on, self.hour, ZoneInfo(self.zone)).astimezone(UTC)


PEOPLE = (
    Person("ada@example.org", time(7), "Europe/Berlin"),  # falls back on 25 October
    Person("ben@example.org", time(6, 15), "America/New_York"),  # falls back on 1 November
    Person("chloe@example.org", time(23, 45), "Pacific/Auckland"),  # her slot is a quarter of an hour
    Person("dev@example.org", time(12), "Asia/Kolkata"),
    Person("eva@example.org", time(1, 30), "America/New_York"),  # an hour that comes twice on 1 November
)


def test_the_running_service_writes_to_everybody_every_day_at_their_hour(tmp_path: Path) -> None:
    clock = WallClock(tmp_path / "clock", START)
    with Postbox(lambda: clock.now) as postbox, Service(tmp_path, clock, postbox.port) as service:
        live_through_the_month(service, postbox)

    for person in PEOPLE:
        arrivals = [one for one in postbox.arrivals if person.address in one.recipients]
        every_lesson_came_once_and_in_order(arrivals)
        each_came_at_the_chosen_hour(arrivals, person)
        thirty_local_dates_in_a_row_saw_one_lesson_each(arrivals, person)
    every_mail_went_to_one_person_by_the_clock(postbox.arrivals)
    every_mail_has_an_id_of_its_own(postbox.arrivals)
    all_but_the_confirmation_can_be_stopped_with_one_click(postbox.arrivals, service.url)
    the_service_had_no_trouble_and_ended_when_told(service)


def live_through_the_month(service: Service, postbox: Postbox) -> None:
    service.come_up()
    service.live_on(START + MINUTE)
    for one in PEOPLE:
        assert service.browser.post("/api/subscribers", json={"email": one.address}).status_code == 202
    service.live_on(START + 2 * MINUTE)
    for one in PEOPLE:
        confirm(service, postbox, one)
    for moment in moments(START + 3 * MINUTE):
        service.live_on(moment)


def confirm(service: Service, postbox: Postbox, person: Person) -> None:
    """Follow the link of the mail and press its button."""
    [mail] = [one.mail for one in postbox.arrivals if one.recipients == (person.address,)]
    body = mail.get_body(("plain",))
    assert body is not None
    [link] = re.findall(rf"{service.url}/confirm/\S+", body.get_content())
    choices = {"hour": f"{person.hour:%H:%M}", "timezone": person.zone, "starts": "tomorrow"}
    assert service.browser.post(link, data=choices).is_success


def moments(now: datetime) -> Iterator[datetime]:
    """From `now` on: just before and just after every chosen hour, and never more than six hours further."""
    dues = {one.due(day) for one in PEOPLE for day in range(1, 32)}
    for moment in sorted({now, *(due - SECOND for due in dues), *(due + MINUTE for due in dues), AFTERWARDS}):
        while moment - now > STEP:
            now += STEP
            yield now
        now = moment
        yield now


def every_lesson_came_once_and_in_order(arrivals: list[Arrival]) -> None:
    lessons = [f"lesson {day}" for day in DAYS]
    assert [one.kind for one in arrivals] == ["confirm", "welcome", *lessons, "completion"]


def each_came_at_the_chosen_hour(arrivals: list[Arrival], person: Person) -> None:
    for day, one in enumerate(arrivals[2:], start=1):
        assert AT_ONCE <= one.at - person.due(day) < SOON, one.kind


def thirty_local_dates_in_a_row_saw_one_lesson_each(arrivals: list[Arrival], person: Person) -> None:
    dates = [one.at.astimezone(ZoneInfo(person.zone)).date() for one in arrivals[2:32]]
    assert dates == [FIRST + timedelta(days=day - 1) for day in DAYS]


def every_mail_went_to_one_person_by_the_clock(arrivals: list[Arrival]) -> None:
    assert len(arrivals) == 33 * len(PEOPLE)
    for one in arrivals:
        assert one.mail.get_all("To") == list(one.recipients)
        assert len(one.recipients) == 1
        assert one.mail["Cc"] is one.mail["Bcc"] is None
        assert one.sender == f"hello@{DOMAIN}"
        assert AT_ONCE <= one.at - parsedate_to_datetime(one.mail["Date"]) < SOON


def every_mail_has_an_id_of_its_own(arrivals: list[Arrival]) -> None:
    ids = [one.mail["Message-ID"] for one in arrivals]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(rf"<[0-9a-f]+@{DOMAIN}>", one) for one in ids)


def all_but_the_confirmation_can_be_stopped_with_one_click(arrivals: list[Arrival], url: str) -> None:
    for one in arrivals:
        if one.kind == "confirm":
            assert one.mail["List-Unsubscribe"] is None
        else:
            assert one.mail["List-Unsubscribe"].startswith(f"<{url}/unsubscribe/")
            assert one.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def the_service_had_no_trouble_and_ended_when_told(service: Service) -> None:
    assert re.findall(r".*(?:warning|error|Traceback).*", service.log.read_text()) == []
    assert service.exit_code == 0
