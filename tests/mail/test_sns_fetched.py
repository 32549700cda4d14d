"""How a certificate of Amazon SNS is fetched."""

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from app.errors import ForgedError, MailerError
from app.mail.sns import LARGEST, fetched


class Shelf(BaseHTTPRequestHandler):
    """Where files are fetched from: the path is the status; the query says of how many octets."""

    def do_GET(self) -> None:
        status, _, octets = self.path[1:].partition("?")
        self.send_response(int(status))
        self.send_header("Location", "/200?3")
        self.send_header("Content-Length", octets or "0")
        self.end_headers()
        self.wfile.write(b"x" * min(int(octets or 0), LARGEST + 1))
        if int(octets or 0) > LARGEST + 1:
            self.rfile.read(1)  # the rest never comes

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def shelf() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_file_is_fetched(shelf: str) -> None:
    assert fetched(f"{shelf}/200?3") == b"xxx"


@pytest.mark.parametrize("there", ["301?3", "302", "403", "404", "204", f"200?{LARGEST + 1}", f"200?{10**9}"])
def test_a_redirect_is_not_followed_and_nothing_large_is_read(shelf: str, there: str) -> None:
    with pytest.raises(ForgedError):
        fetched(f"{shelf}/{there}")


@pytest.mark.parametrize("there", ["500", "503?9"])
def test_sns_calls_again_when_there_is_no_answer_now(shelf: str, there: str) -> None:
    with pytest.raises(MailerError, match="call again"):
        fetched(f"{shelf}/{there}")
    with pytest.raises(MailerError, match="call again"):
        fetched("http://127.0.0.1:1/200")


def test_a_slow_file_is_not_waited_for(shelf: str) -> None:
    with pytest.raises(MailerError, match="call again"):
        fetched(f"{shelf}/200?3", partial(next, iter([0.0, 5.1, 5.1])))
