"""The scripted HTTP provider keeps its word on keys, and can stand alone."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Thread

import httpx

from .scripted_http import Act, ScriptedHttp

ROOT = Path(__file__).parents[2]
LETTER = {"to": ["ada@example.org"], "subject": "Day one", "tags": [{"name": "delivery", "value": "1"}]}


def post(port: int, key: str = "k", **changes: object) -> httpx.Response:
    headers = {"Idempotency-Key": key}
    return httpx.post(f"http://127.0.0.1:{port}/emails", json=LETTER | changes, headers=headers)


def test_a_key_is_good_for_one_letter() -> None:
    with ScriptedHttp() as server:
        answers = [
            post(server.port),
            post(server.port),
            post(server.port, subject="x"),
            post(server.port, "l"),
        ]
    assert [one.status_code for one in answers] == [200, 200, 409, 200]
    assert [one.json().get("id") for one in answers] == ["re-1", "re-1", None, "re-2"]
    assert answers[2].json()["name"] == "invalid_idempotent_request"


def test_a_key_at_work_is_not_worked_on_twice() -> None:
    with ScriptedHttp() as server:
        server.at(Act.TAKE_AND_HANG)
        first = Thread(target=post, args=(server.port,))
        first.start()
        assert server.hanging.wait(5)
        assert post(server.port).json()["name"] == "concurrent_idempotent_requests"
        server.release()
        first.join(5)
        assert post(server.port).json() == {"id": "re-1"}


def test_it_stands_alone_and_writes_down_what_it_accepts(tmp_path: Path) -> None:
    log = tmp_path / "accepted"
    command = [sys.executable, "-m", "tests.mail.scripted_http", "0", str(log), "503", "good"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as alone:
        assert alone.stdout is not None
        try:
            port = int(alone.stdout.readline())
            statuses = [post(port, str(number)).status_code for number in range(4)]
        finally:
            alone.terminate()
    assert statuses == [503, 200, 503, 200]
    assert [json.loads(line)["key"] for line in log.read_text().splitlines()] == ["1", "3"]
