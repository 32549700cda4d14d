"""What mails to the return path tell, and who is believed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.feedback import Fate
from app.mail.bounce import LARGEST, read_report

from .bouncing import KEY, MINE, NAMES, NOT_MINE, complaint, mail, report

unhurried = settings(deadline=None)

ADA = "ada@example.org"
GONE = "Final-Recipient: rfc822; ada@example.org / Action: failed / Status: 5.1.1"
TOLD = {
    "postfix_unknown_user": (Fate.BOUNCED, ADA),
    "postfix_delayed": (Fate.DELAYED, ADA),
    "exim_no_such_user": (Fate.BOUNCED, ADA),
    "exchange_not_found": (Fate.BOUNCED, ADA),
    "gmail_out_of_storage": (Fate.SOFT, ADA),
    "international": (Fate.BOUNCED, "ädä@example.org"),
    "complaint": (Fate.COMPLAINED, ADA),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_servers_write_is_understood(name: str) -> None:
    [told] = read_report(mail(name), KEY).told
    assert (told.fate, told.recipient) == TOLD[name]
    assert told.delivery == 17
    assert told.provider_id is None


@pytest.mark.parametrize("name", sorted(set(NAMES) - TOLD.keys()))
def test_nothing_follows_from_any_other_mail(name: str) -> None:
    assert read_report(mail(name), KEY).told == ()


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("to", [NOT_MINE, "bounce@harbour.example", MINE.replace("17-", "18-")])
def test_a_forged_report_is_not_believed(name: str, to: str) -> None:
    report = read_report(mail(name, to), KEY)
    assert report.told == ()
    assert report.words == "A report without a tag that we made; nothing follows."


@pytest.mark.parametrize(
    "header", ["Delivered-To", "X-Original-To", "Envelope-To", "Original-Envelope-Id", "Received"]
)
def test_the_tag_is_found_wherever_a_server_leaves_it(header: str) -> None:
    came = f"{header}: {MINE.upper()}\n".encode() + report(GONE, to="bounce@harbour.example")
    assert [one.delivery for one in read_report(came, KEY).told] == [17]


def test_a_report_has_its_time_and_its_words() -> None:
    [told] = read_report(mail("gmail_out_of_storage"), KEY).told
    assert told.at == datetime(2026, 11, 23, 7, 0, 12, tzinfo=UTC)
    assert told.words.startswith("5.2.2 552-5.2.2 The inbox of this recipient has no room left.")


def test_without_a_time_of_its_own_a_report_has_that_of_its_mail() -> None:
    [told] = read_report(mail("postfix_unknown_user"), KEY).told
    assert told.at == datetime(2026, 11, 23, 7, 0, 4, tzinfo=UTC)


def test_the_time_of_the_last_attempt_comes_first() -> None:
    tried = report(f"{GONE} / Last-Attempt-Date: Mon, 23 Nov 2026 06:30:00 -0000")
    [told] = read_report(b"Date: Mon, 23 Nov 2026 07:00:00 +0000\n" + tried, KEY).told
    assert told.at == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "tomorrow", "Mon, 99 Nov 2026", "1 Jan 1970 00:00:00 GMT", "x" * 5000])
def test_a_time_that_is_none_is_left_out(date: str) -> None:
    [told] = read_report(f"Date: {date}\n".encode() + report(GONE), KEY).told
    assert told.at is None


def test_what_went_on_elsewhere_is_told_of_the_address_that_we_wrote_to() -> None:
    moved = "Original-Recipient: rfc822;ada@example.org / Final-Recipient: rfc822;lovelace@example.net"
    [told] = read_report(report(f"{moved} / Action: failed / Status: 5.1.1"), KEY).told
    assert told.recipient == ADA


def test_each_recipient_has_a_fate_of_its_own() -> None:
    ben = "Final-Recipient: rfc822; ben@example.org / Action: delivered / Status: 2.1.5"
    told = read_report(report("Reporting-MTA: dns; mx.example.org", GONE, ben), KEY).told
    assert [(one.recipient, one.fate) for one in told] == [
        (ADA, Fate.BOUNCED),
        ("ben@example.org", Fate.DELIVERED),
    ]


def test_a_report_on_a_crowd_is_read_only_so_far() -> None:
    crowd = read_report(report(*[GONE] * 1000), KEY)
    assert len(crowd.told) == 50
    assert crowd.words == "A report on delivery 17: bounced."


def test_the_same_report_is_the_same_event_by_whatever_way_it_comes() -> None:
    [told] = read_report(mail("gmail_out_of_storage"), KEY).told
    [again] = read_report(b"Received: by another way\r\n" + mail("gmail_out_of_storage"), KEY).told
    [other] = read_report(mail("postfix_unknown_user"), KEY).told
    assert told == again
    assert told.event != other.event


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_an_encoded_report_is_read(encoding: str) -> None:
    assert [one.fate for one in read_report(report(GONE, encoding=encoding), KEY).told] == [Fate.BOUNCED]


def test_an_encoding_that_is_none_is_given_up() -> None:
    broken = report(GONE).replace(b"Encoding: 7bit", b"Encoding: base64")
    assert read_report(broken, KEY).words == "A mail that cannot be read (Error); nothing follows."


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "dkim", ""])
def test_not_every_feedback_is_a_complaint(kind: str) -> None:
    assert read_report(complaint(kind), KEY).told == ()


def test_a_complaint_that_keeps_its_reader_secret_still_counts() -> None:
    secret = mail("complaint").replace(b"Original-Rcpt-To: <ada@example.org>\r\n", b"")
    [told] = read_report(secret, KEY).told
    assert (told.fate, told.recipient, told.delivery) == (Fate.COMPLAINED, "", 17)


def test_a_huge_mail_is_read_only_so_far() -> None:
    assert len(read_report(report(GONE) + b"x" * (3 * LARGEST), KEY).told) == 1
    assert read_report(b"X: " + b"x" * LARGEST + b"\n" + report(GONE), KEY).told == ()


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "7bit"])
def test_a_report_may_be_all_there_is(encoding: str) -> None:
    alone = report(GONE, encoding=encoding).partition(b"--border\n")[2].partition(b"--border")[0]
    assert len(read_report(f"To: {MINE}\n".encode() + alone, KEY).told) == 1


def test_parts_within_parts_take_no_longer_than_others() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(400))
    assert len(read_report(deep + report(GONE) + b"x\n" * 900_000, KEY).told) == 1


def test_nothing_but_parameters_takes_no_longer_than_others() -> None:
    head = b"Content-Type: multipart/report" + b";a=b" * 400_000 + b"\n"
    assert read_report(head + report(GONE), KEY).words == "A report on delivery 17: bounced."


def test_what_is_said_of_a_mail_holds_no_address() -> None:
    assert all("@" not in read_report(mail(name), KEY).words for name in NAMES)
    assert read_report(mail("complaint"), KEY).words == "A report on delivery 17: complained."
    assert read_report(mail("vacation"), KEY).words == "An automatic answer; nothing follows."
    assert read_report(mail("qmail"), KEY).words == "No report; nothing follows."


@unhurried
@given(st.binary(max_size=2000))
def test_no_garbage_is_too_odd(garbage: bytes) -> None:
    assert read_report(garbage, KEY).told == ()


@unhurried
@given(st.sampled_from(NAMES), st.integers(0, 2500), st.binary(max_size=40), st.integers(0, 200))
def test_no_damage_raises(name: str, start: int, instead: bytes, cut: int) -> None:
    whole = mail(name)
    damaged = whole[:start] + instead + whole[start + cut :]
    for told in read_report(damaged, KEY).told:
        assert told.delivery == 17
        assert told.words.isprintable()
        assert told.recipient.isprintable()
