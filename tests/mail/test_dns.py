"""A mail server whose name leads nowhere is nobody's fault: one letter carries the news, the rest stay."""

from app.core.outcome import Meaning
from app.mail.smtp_opening import Security

from .conftest import OpenMailer
from .letters import Stream, letters


def test_a_name_that_does_not_resolve_is_nobody_reached(mailer_for: OpenMailer) -> None:
    stream = Stream(letters(3))
    [outcome] = mailer_for(25, Security.STARTTLS, host="mail.invalid").deliver(stream)
    assert (outcome.meaning, stream.taken) == (Meaning.UNREACHED, 1)
