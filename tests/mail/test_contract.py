"""What every file in providers/ keeps. A new one is found by itself, through its EXAMPLE."""

import socket
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import repeat
from pathlib import Path

import pytest

from app.core.message import Address, Message
from app.core.outcome import Meaning
from app.errors import MailerError
from app.mail import Mailer, open_mailer
from app.mail.contract import masked, provider_names

from .letters import ADA, Stream, letter, letters
from .scripted import ScriptedServer
from .scripted_http import Says, ScriptedHttp

LOCAL = {"capture", "memory"}
"""These need nobody else."""

Open = Callable[[], Mailer]


@pytest.fixture(params=sorted(provider_names()))
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def alone(provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailer]:
    """The provider of the EXAMPLE, with no network and a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    mailer = open_mailer(import_module(f"app.mail.providers.{provider}").EXAMPLE)
    yield mailer
    mailer.close()


def nowhere(*_: object, **__: object) -> None:
    raise socket.gaierror("there is no network")


TAKEN = {
    "brevo": Says(201, {"messageId": "1"}),
    "mailgun": Says(200, {"id": "1"}),
    "postmark": Says(200, {"ErrorCode": 0, "MessageID": "1"}),
    "resend": Says(200, {"id": "1"}),
    "sendgrid": Says(202, "", {"X-Message-Id": "1"}),
    "ses": Says(200, {"MessageId": "1"}),
}
"""What a provider answers over HTTP when it has taken a letter."""


@pytest.fixture(params=["smtp", "capture", "memory", *TAKEN])
def reached(request: pytest.FixtureRequest, tmp_path: Path, server: ScriptedServer) -> Iterator[Mailer]:
    """A provider whose other side is there."""
    with ScriptedHttp(steps=repeat(TAKEN.get(request.param))) as site:
        urls = {
            "smtp": f"smtp://127.0.0.1:{server.port}",
            "capture": f"capture://{tmp_path}/inbox",
            "memory": "memory://",
            "brevo": f"brevo://KEY@?endpoint={site.url}",
            "mailgun": f"mailgun://KEY@mg.example.org?endpoint={site.url}",
            "postmark": f"postmark://TOKEN@?endpoint={site.url}",
            "resend": f"resend://KEY@?endpoint={site.url}",
            "sendgrid": f"sendgrid://KEY@?endpoint={site.url}",
            "ses": f"ses://ID:SECRET@eu-central-1?endpoint={site.url}",
        }
        mailer = open_mailer(urls[request.param])
        yield mailer
        for thread in threading.enumerate():
            if thread.name.endswith("(_send)"):
                thread.join(5)  # still on the wire, though nobody listens
        mailer.close()


def test_it_says_who_it_is(provider: str, alone: Mailer) -> None:
    assert alone.name == provider
    assert alone.width >= 1
    assert 0 < alone.lease < 3600
    assert isinstance(alone.smtputf8, bool)


def test_without_a_network_what_was_taken_has_an_outcome_and_the_rest_is_untouched(
    provider: str, alone: Mailer
) -> None:
    stream = Stream(letters(5))
    outcomes = list(alone.deliver(stream))
    assert sorted(one.id for one in outcomes) == list(range(1, stream.taken + 1))
    assert {one.meaning for one in outcomes} == {Meaning.ACCEPTED if provider in LOCAL else Meaning.UNREACHED}
    assert {one.provider for one in outcomes} == {provider}


def test_an_empty_stream_is_nothing(alone: Mailer) -> None:
    assert list(alone.deliver([])) == []


def test_every_letter_has_exactly_one_outcome(reached: Mailer) -> None:
    outcomes = list(reached.deliver(letters(5)))
    assert sorted(one.id for one in outcomes) == [1, 2, 3, 4, 5]
    assert {one.meaning for one in outcomes} == {Meaning.ACCEPTED}


def test_no_more_is_taken_than_can_be_on_the_wire(reached: Mailer) -> None:
    stream = Stream(letters(5))
    for ended, _ in enumerate(reached.deliver(stream)):
        assert stream.taken <= ended + reached.width


def test_one_letter_never_raises(reached: Mailer) -> None:
    nasty = [letter(1, Address(ADA, "\x00")), letter(2, "nobody"), letter(3, text="\udcff"), letter(4)]
    outcomes = list(reached.deliver(nasty))
    assert sorted(one.id for one in outcomes) == [1, 2, 3, 4]


def test_whoever_has_nothing_for_now_is_asked_again(reached: Mailer) -> None:
    heard: list[int] = []

    def stream() -> Iterator[Message | None]:
        yield letter(1)
        while not heard:
            yield None
        yield letter(2)

    for outcome in reached.deliver(stream()):
        heard.append(outcome.id)
    assert heard == [1, 2]


def test_an_address_that_is_none_is_not_handed_over(reached: Mailer) -> None:
    [outcome] = reached.deliver([letter(1, Address("ada@example..org", "Ada"))])
    assert outcome.meaning is (Meaning.ACCEPTED if outcome.provider == "memory" else Meaning.UNFIT)


def test_whoever_stops_listening_is_not_sent_more(reached: Mailer) -> None:
    stream = Stream(letters(5))
    for _ in reached.deliver(stream):
        break
    assert stream.taken <= reached.width


def test_a_closed_mailer_may_be_used_again(reached: Mailer) -> None:
    list(reached.deliver([letter(1)]))
    reached.close()
    assert [one.id for one in reached.deliver([letter(2)])] == [2]


@pytest.mark.parametrize(
    "url", ["", "pigeon://s3cret@coop", "s3cret", "smtp://[s3cret", "../smtp://x", "__init__://"]
)
def test_a_url_that_names_no_provider_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(MailerError) as refused:
        open_mailer(url)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("smtp://u:s3cret@mail.example.org:587?starttls=require", "smtp://mail.example.org:587"),
        ("capture:///srv/inbox", "capture:///srv/inbox"),
        ("sqlite:///var/kindling.db", "sqlite:///var/kindling.db"),
        ("smtp://[s3cret", "(a URL that cannot be read)"),
        ("smtp://u:s3/cret@mail.example.org", "(a URL that cannot be read)"),
        ("smtp://u:12#s3cret@x", "smtp://(a password with characters that must be written as %XX)"),
    ],
)
def test_a_url_is_shown_without_secrets(url: str, shown: str) -> None:
    assert masked(url) == shown
