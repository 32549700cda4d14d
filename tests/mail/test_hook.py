"""What may stand in a webhook's call."""

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import UnreadableError
from app.mail.hook import DEEPEST, MOST, Call, fresh, moment, number, part, text

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        '{"a": 1}'.encode("utf-16"),
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    ],
)
def test_a_call_that_is_no_sane_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        _ = Call({}, body).json


@pytest.mark.parametrize("body", [b"null", b"[]", b"3", b'"x"'])
def test_an_object_is_asked_for_and_nothing_else(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        _ = Call({}, body).fields


def test_a_list_holds_objects_and_not_too_many() -> None:
    assert Call({}, b'[{"a": 1}]').events == ({"a": 1},)
    for body in (b"{}", b"[1]", b"[" + b",".join([b"{}"] * (MOST + 1)) + b"]"):
        with pytest.raises(UnreadableError):
            _ = Call({}, body).events


@pytest.mark.parametrize(
    ("late", "found"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)]
)
def test_a_signed_time_is_fresh_for_five_minutes_either_way(late: int, found: bool) -> None:
    assert fresh(str(int(NOW.timestamp()) - late), NOW) is found


@pytest.mark.parametrize(
    ("late", "found"), [(3900, True), (3901, False), (0, True), (-300, True), (-301, False)]
)
def test_where_calls_are_repeated_as_they_were_signed_an_old_one_is_fresh(late: int, found: bool) -> None:
    assert fresh(NOW.timestamp() - late, NOW, timedelta(hours=1)) is found


@pytest.mark.parametrize("told", [None, True, "", "soon", 0, 1e18, -1, "1e400", [], {}, float("nan")])
def test_what_is_no_time_of_ours_is_none(told: object) -> None:
    assert moment(told) is None


def test_a_time_is_told_in_seconds_or_in_iso() -> None:
    assert (
        moment(NOW.timestamp())
        == moment("2026-11-23T08:00:00+01:00")
        == moment("2026-11-23T07:00:00Z")
        == NOW
    )
    assert moment("2026-11-23T07:00:00.250") == NOW + timedelta(milliseconds=250)


@pytest.mark.parametrize(
    ("told", "found"),
    [("17", 17), (17, 17), ("x", None), (True, None), (None, None), ("9" * 19, None), ("٣", None)],
)
def test_our_number_comes_back_as_text_or_number(told: object, found: int | None) -> None:
    assert number(told) == found


def test_foreign_words_are_one_short_printable_line() -> None:
    assert text("5.1.1\r\n  no\x00 such\u202e") == "5.1.1 no? such?"
    assert len(text("x" * 10**6)) == 1024
    assert text(None) == text({}) == ""


def test_a_part_of_what_is_no_object_is_nothing() -> None:
    assert part({"a": 1}, "a") == 1
    assert part([], "a") is None
