import pytest

from app.core.outcome import Meaning
from app.mail.replies import Phase, Reply, meaning_of

CONNECT, AUTH, MAIL, RCPT, DATA, DOT = Phase
ACCEPTED, DEFERRED, REFUSED = Meaning.ACCEPTED, Meaning.DEFERRED, Meaning.REFUSED
REJECTED, UNREACHED, OURS, UNKNOWN = Meaning.REJECTED, Meaning.UNREACHED, Meaning.OURS, Meaning.UNKNOWN
UNFIT = Meaning.UNFIT

HEARD = [
    # Before any recipient is named it is about the relay or about us.
    (CONNECT, "421 4.3.2 try later", UNREACHED),
    (CONNECT, "554 5.7.1 your address is listed", UNREACHED),
    (AUTH, "535 5.7.8 bad credentials", OURS),
    (AUTH, "534 5.7.9 use an application password", OURS),
    (AUTH, "538 5.7.11 encryption required", OURS),
    (AUTH, "454 4.7.0 temporary failure", UNREACHED),
    (AUTH, "421 4.7.0 too many attempts", UNREACHED),
    (MAIL, "451 4.3.0 queue file", UNREACHED),
    (MAIL, "452 4.3.1 disk full", UNREACHED),
    (MAIL, "421 4.4.2 idle", UNREACHED),
    (MAIL, "530 5.7.0 STARTTLS first", OURS),
    (MAIL, "550 5.1.0 sender rejected", OURS),
    (MAIL, "553 5.7.1 not your address", OURS),
    (MAIL, "552 5.3.4 too large", UNFIT),
    (MAIL, "552 too large", UNFIT),
    (MAIL, "550 5.6.7 no SMTPUTF8", UNFIT),
    # The address is dead.
    (RCPT, "550 5.1.1 no such user", REJECTED),
    (RCPT, "550 5.1.2 no such domain", REJECTED),
    (RCPT, "553 5.1.3 bad syntax", REJECTED),
    (RCPT, "551 5.1.6 moved away", REJECTED),
    (RCPT, "556 5.1.10 null MX", REJECTED),
    (RCPT, "550 5.2.1 disabled", REJECTED),
    (RCPT, "550 no such user here", REJECTED),
    (RCPT, "551 user not local", REJECTED),
    (RCPT, "553 unknown user", REJECTED),
    (RCPT, "550 sorry, no mailbox here by that name (#5.1.1)", REJECTED),
    (RCPT, "550-5.1.1 the account\n550 does not exist", REJECTED),
    (DOT, "550 5.1.10 not found", REJECTED),
    # Not now.
    (RCPT, "450 4.2.0 greylisted", DEFERRED),
    (RCPT, "450 4.2.1 receiving too quickly", DEFERRED),
    (RCPT, "451 please come back", DEFERRED),
    (RCPT, "450 4.1.1 unverified address", DEFERRED),
    (RCPT, "450 5.1.1 says both", DEFERRED),
    (RCPT, "550 4.2.1 says both", DEFERRED),
    (RCPT, "452 4.2.2 mailbox full", DEFERRED),
    (RCPT, "552 5.2.2 mailbox full", DEFERRED),
    (DOT, "552 4.2.2 mailbox full", DEFERRED),
    (DOT, "552 over quota", DEFERRED),
    (DOT, "452 insufficient storage", DEFERRED),
    (DOT, "451 4.7.1 later", DEFERRED),
    (DOT, "421 4.7.28 unusual rate", DEFERRED),
    (RCPT, "421 4.7.0 try again later", DEFERRED),
    # Nobody's fault.
    (RCPT, "421 closing", UNREACHED),
    (RCPT, "451 4.3.0 lookup failure", UNREACHED),
    (RCPT, "451 4.4.1 no route", UNREACHED),
    (DOT, "421 4.3.2 shutting down", UNREACHED),
    (DOT, "554 5.3.0 internal error", UNREACHED),
    (DOT, "554 5.4.6 routing loop", UNREACHED),
    (RCPT, "503 5.5.1 out of order", UNREACHED),
    (DATA, "503 out of order", UNREACHED),
    # The recipient's server does not want this.
    (RCPT, "550 5.7.1 blocked", REFUSED),
    (RCPT, "554 5.7.1 Relay access denied", REFUSED),
    (DOT, "550 5.7.1 looks like spam", REFUSED),
    (DOT, "552 5.7.0 not this content", REFUSED),
    (DOT, "554 transaction failed", REFUSED),
    (DOT, "550 mailbox unavailable", REFUSED),
    (DOT, "552 5.3.4 too large", REFUSED),
    (DOT, "552 5.2.3 too large", REFUSED),
    (DOT, "554 5.6.0 bad content", REFUSED),
    (RCPT, "550 5.5.0 mailbox unavailable", REFUSED),
    (RCPT, "550 5.4.1 Recipient address rejected: Access denied", REFUSED),
    (RCPT, "550 5.1.0 address rejected", REFUSED),
    (RCPT, "554 delivery error", REFUSED),
    (RCPT, "553 5.6.7 no SMTPUTF8", REFUSED),
    # Without an enhanced code, a 550 about us is not about the address; nor one that says nothing.
    (RCPT, "553 mailbox name not allowed", REFUSED),
    (RCPT, "553 sorry, that domain isn't in my list of allowed rcpthosts", REFUSED),
    (RCPT, "550-Requested action not taken: mailbox unavailable\n550 Failure sending mail.", REFUSED),
    (RCPT, "550 Delivery is not allowed to this address.", REFUSED),
    (RCPT, "550 Administrative prohibition", REFUSED),
    (RCPT, "550 Connection frequency limited", REFUSED),
    (RCPT, "550 Mail from 192.0.2.1 rejected: listed in bl.example", REFUSED),
    (RCPT, "550 Sender address unknown", REFUSED),
    (RCPT, "550 relay not permitted", REFUSED),
    (RCPT, "550 authentication required", REFUSED),
    (RCPT, "550 blocked, see blocklist", REFUSED),
    # Our account or identity.
    (RCPT, "530 5.5.1 Authentication Required", OURS),
    (RCPT, "550 5.1.8 sender domain does not exist", OURS),
    (DOT, "550 5.7.515 Access denied, sending domain", OURS),
    (DOT, "550 5.7.26 unauthenticated", OURS),
    (DOT, "550 5.4.5 Daily user sending quota exceeded", OURS),
    (DOT, "454 Throttling failure: Daily message quota exceeded.", OURS),
    (DOT, "554 Message rejected: Email address is not verified. The following identities failed", OURS),
    (DOT, "550 5.1.90 you've reached your daily limit for message recipients", OURS),
    (RCPT, "554 5.7.1 Recipient address rejected: You have exceeded your Outmail quota.", OURS),
    (RCPT, "550 User has exceeded outgoing email quota", OURS),
    (RCPT, "550 Domain x.example has exceeded the max emails per hour (101/100) allowed.", OURS),
    (DOT, "454 Throttling failure: Maximum sending rate exceeded.", UNREACHED),
    # Of a mailbox that gets too much or is full, in words that could be of us.
    (RCPT, "550-5.2.1 The user you are trying to contact is receiving mail at a rate that\n550 x", DEFERRED),
    (RCPT, "452 4.2.2 The recipient has exceeded their daily quota", DEFERRED),
    # The dot.
    (DOT, "250 2.0.0 queued", ACCEPTED),
    (DOT, "354 what?", UNKNOWN),
    (DOT, "221 2.0.0 closing", UNKNOWN),
    (DATA, "250 what?", UNREACHED),
]


@pytest.mark.parametrize(("phase", "heard", "meaning"), HEARD)
def test_a_reply_is_sorted(phase: Phase, heard: str, meaning: Meaning) -> None:
    text = "\n".join(line[4:] for line in heard.split("\n"))
    assert meaning_of(Reply(phase, int(heard[:3]), text)) is meaning


@pytest.mark.parametrize("phase", Phase)
def test_silence_is_unknown_only_after_the_dot(phase: Phase) -> None:
    assert meaning_of(Reply(phase, 0, "hung up")) is (UNKNOWN if phase is DOT else UNREACHED)


@pytest.mark.parametrize("phase", Phase)
def test_nothing_but_a_good_answer_to_the_dot_is_acceptance(phase: Phase) -> None:
    accepting = {code for code in range(600) if meaning_of(Reply(phase, code, "")) is ACCEPTED}
    assert accepting == (set(range(250, 260)) if phase is DOT else set())


def test_an_ip_address_is_no_enhanced_code() -> None:
    assert meaning_of(Reply(RCPT, 554, "5.1.1.20 is not welcome")) is REFUSED


def test_the_operator_sees_one_short_printable_line() -> None:
    line = Reply(RCPT, 550, "5.1.1 no\n\x1b[31msuch\x00 " + "x" * 2000).line
    assert line.startswith("rcpt: 550 5.1.1 no ?[31msuch?")
    assert len(line) == 500
