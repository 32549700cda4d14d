"""What an HTTP provider's silence means: by how far its request had come."""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from app.clock import boottime
from app.core.outcome import Meaning, Outcome
from app.mail.http import LARGEST, Answer, Endpoint, Timeouts

from .letters import letter, letters
from .posting import HASTY, PATIENT, opened, post
from .scripted_http import Act, Says, ScriptedHttp

LARGE = "é" * 3_000_000


@pytest.fixture
def server() -> Iterator[ScriptedHttp]:
    with ScriptedHttp() as scripted:
        yield scripted


def test_where_nobody_listens_nobody_is_reached() -> None:
    with ScriptedHttp() as gone:
        url = gone.url
    outcomes = post(url, *letters(9))
    assert [one.meaning for one in outcomes] == [Meaning.UNREACHED] * 9


def test_a_certificate_must_be_known(certificate: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    with ScriptedHttp(tls=certificate) as server:
        [known] = post(server.url, trust=trust)
        [stranger] = post(server.url)
    assert known.meaning is Meaning.ACCEPTED
    assert (stranger.meaning, len(server.heard)) == (Meaning.UNREACHED, 1)
    assert "certificate" in stranger.reply


def test_a_request_lost_before_its_last_byte_was_never_accepted(server: ScriptedHttp) -> None:
    server.at(Act.DROP_UNREAD)
    [outcome] = post(server.url, letter(text=LARGE))
    assert (outcome.meaning, server.heard) == (Meaning.UNREACHED, [])


def test_a_request_that_has_grown_old_keeps_its_last_byte(server: ScriptedHttp) -> None:
    [outcome] = post(server.url, timeouts=Timeouts(read=5, until_sent=0))
    assert (outcome.meaning, server.heard) == (Meaning.UNSENT, [])


@pytest.mark.parametrize(
    ("step", "accepted"),
    [
        (Act.DROP_UNREAD, 0),
        (Act.DROP, 0),
        (Act.TAKE_AND_DROP, 1),
        (Act.TAKE_AND_BREAK, 1),
        (Act.TAKE_AND_HANG, 1),
        (Says(500), 0),
        (Says(502, "<html>", takes=True), 1),
        (Says(504, takes=True), 1),
        (Says(200, "short", {"Content-Length": "9"}), 0),
        (Says(200, '{"id": "x", "more": "' + "x" * LARGEST + '"}'), 0),
    ],
)
def test_after_the_last_byte_only_a_whole_answer_tells(
    server: ScriptedHttp, step: Act | Says, accepted: int
) -> None:
    server.at(step)
    [outcome] = post(server.url, timeouts=HASTY)
    assert outcome.meaning is Meaning.UNKNOWN
    assert len(server.accepted) == accepted


def test_a_late_answer_is_waited_for(server: ScriptedHttp) -> None:
    server.at(Act.TAKE_AND_HANG)
    threading.Timer(0.05, server.release).start()
    [outcome] = post(server.url)
    assert outcome.meaning is Meaning.ACCEPTED


def test_an_answer_without_end_is_given_up_with_the_lease(server: ScriptedHttp) -> None:
    server.at(Act.TAKE_AND_TRICKLE)
    [outcome] = post(server.url, timeouts=Timeouts(read=0.1, until_sent=0.5))
    assert outcome == Outcome(1, Meaning.UNKNOWN, "no whole answer before the lease ended", "resend")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: ScriptedHttp, status: int) -> None:
    with ScriptedHttp() as elsewhere:
        server.at(Says(status, headers={"Location": f"{elsewhere.url}/emails"}))
        [outcome] = post(server.url)
    assert (outcome.meaning, outcome.reply) == (Meaning.OURS, f"{status} {elsewhere.url}/emails")
    assert elsewhere.connections == 0


def test_each_letter_has_a_connection_of_its_own(server: ScriptedHttp) -> None:
    mailer = opened(server.url)
    assert [one.meaning for one in mailer.deliver(letters(12))] == [Meaning.ACCEPTED] * 12
    assert server.connections == 12
    mailer.close()


def test_what_is_left_over_of_one_answer_is_no_answer_to_the_next_letter() -> None:
    """The first is answered twice, as by a proxy that repeats; the second letter is refused."""
    once = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"id": "re-1"}'
    refused = b"HTTP/1.1 422 No\r\nContent-Length: 0\r\n\r\n"
    with answering(once + once, refused) as url:
        mailer = opened(url)
        mailer.width = 1
        outcomes = list(mailer.deliver(letters(2)))
        mailer.close()
    assert [one.meaning for one in outcomes] == [Meaning.ACCEPTED, Meaning.REFUSED]


def test_a_refusal_whose_reason_broke_off_is_nobodys_fault() -> None:
    """It might have said `invalid_from_address`."""
    with answering(b'HTTP/1.1 422 No\r\nContent-Length: 500\r\n\r\n{"name": "invalid_fr') as url:
        [outcome] = post(url)
    assert (outcome.meaning, outcome.reply) == (Meaning.UNREACHED, "422, and the reason broke off")


def test_a_zipped_answer_is_read() -> None:
    """Accept-Encoding: identity is a wish (RFC 9110 §12.5.3)."""
    zipped = gzip.compress(b'{"id": "re-1"}')
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(zipped)
    with answering(head + zipped) as url:
        [outcome] = post(url)
    assert outcome.meaning is Meaning.ACCEPTED


def test_a_byte_order_mark_is_passed_over(server: ScriptedHttp) -> None:
    server.at(Says(200, '\ufeff{"id": "re-1"}', takes=True))
    [outcome] = post(server.url)
    assert outcome.meaning is Meaning.ACCEPTED


@contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """One connection after the other, each with a request that ends in } and with these octets for it."""

    def serve() -> None:
        for answer in answers:
            sock, _ = listener.accept()
            with sock:
                heard = b""
                while not heard.endswith(b"}"):
                    heard += sock.recv(65_536)
                sock.sendall(answer)

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = threading.Thread(target=serve)
        server.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.join(5)


def test_a_proxy_of_the_environment_is_not_used(
    server: ScriptedHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    [outcome] = post(server.url)
    assert outcome.meaning is Meaning.ACCEPTED


def test_a_connection_that_is_there_only_after_the_close_is_closed(
    certificate: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        endpoint = Endpoint(f"https://127.0.0.1:{listener.getsockname()[1]}", {}, PATIENT, trust)
        heard: list[object] = []
        posting = threading.Thread(target=lambda: heard.append(endpoint.post("/", {}, b"{}", boottime())))
        posting.start()
        plain, _ = listener.accept()  # it waits for TLS now
        endpoint.close()
        with certificate.wrap_socket(plain, server_side=True) as late:
            late.settimeout(5)
            late.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            posting.join(5)
            while late.recv(1024):
                pass  # until it hangs up
    [answer] = heard
    assert isinstance(answer, Answer)
    assert (answer.status, answer.text) == (200, "{}")
    endpoint.close()
