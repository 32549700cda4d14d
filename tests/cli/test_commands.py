"""The command line, run as an operator runs it: exit codes, one sentence, no secrets."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

Serving = tuple["subprocess.Popen[bytes]", int]

ROOT = Path(__file__).parents[2]


def kindling(cwd: Path, *args: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "app", *args], cwd=cwd, env=environment(environ), capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip


def environment(changes: dict[str, str]) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KINDLING_")}
    return plain | {"PYTHONPATH": str(ROOT), "LANG": "C"} | changes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_migrate_then_doctor_says_that_no_worker_runs(tmp_path: Path) -> None:
    assert kindling(tmp_path, "migrate").returncode == 0
    doctor = kindling(tmp_path, "doctor")
    assert doctor.returncode == 1
    assert "no worker is running" in doctor.stdout


def test_config_show_masks_secrets(tmp_path: Path) -> None:
    secret = "canary-" + "x" * 40
    shown = kindling(
        tmp_path, "config", "show", "--json",
        KINDLING_SECRET_KEY=secret, KINDLING_WEBHOOK_SECRET=secret,
        KINDLING_MAIL_URL=f"smtp://user:{secret}@127.0.0.1:2525?starttls=off",
    )  # fmt: skip
    assert shown.returncode == 0
    assert "canary" not in shown.stdout
    assert "smtp://127.0.0.1:2525" in shown.stdout


def test_an_unknown_setting_is_one_sentence_and_exit_1(tmp_path: Path) -> None:
    refused = kindling(tmp_path, "config", "show", KINDLING_SMTP_PASSWORD="x")
    assert refused.returncode == 1
    assert refused.stderr.strip().count("\n") == 0
    assert "did you mean" in refused.stderr


def test_wrong_usage_is_exit_2(tmp_path: Path) -> None:
    assert kindling(tmp_path, "preview", "one").returncode == 2


def test_a_day_that_is_not_in_the_course_is_exit_1(tmp_path: Path) -> None:
    refused = kindling(tmp_path, "preview", "99")
    assert refused.returncode == 1
    assert "days 1 to 30" in refused.stderr


def test_preview_prints_a_day(tmp_path: Path) -> None:
    shown = kindling(tmp_path, "preview", "8", "--as", "alone")
    assert shown.returncode == 0
    assert shown.stdout.startswith("Subject: Day 8: ")


def test_send_test_says_what_the_provider_said(tmp_path: Path) -> None:
    sent = kindling(tmp_path, "send-test", "ada@example.org")
    assert sent.returncode == 0
    assert len(list((tmp_path / "var/inbox").glob("*.eml"))) == 1


def test_a_closed_output_ends_quietly(tmp_path: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m app preview 8 | head -1", shell=True, cwd=tmp_path, env=environment({}),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment({}), stderr=log)
    try:
        wait_until_ready(port)
        yield process, port
    finally:
        process.kill()
        process.wait()


def wait_until_ready(port: int) -> None:
    for _ in range(200):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service did not come up")


def test_serve_stops_cleanly_and_logs_no_address_and_no_link(serving: Serving, tmp_path: Path) -> None:
    process, port = serving
    base = f"http://127.0.0.1:{port}"
    answer = httpx.post(f"{base}/api/subscribers", json={"email": "canary@example.org", "name": "Canary"})
    assert answer.status_code == 202
    httpx.get(f"{base}/settings/v1.7.abcd.{'c0ffee' * 5}aa")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=35) == 0
    log = (tmp_path / "log").read_text()
    assert "/settings/{token}" in log
    assert "anary" not in log
    assert "c0ffee" not in log


def test_a_second_worker_on_the_same_file_is_refused_in_one_sentence(
    serving: Serving, tmp_path: Path
) -> None:
    second = kindling(tmp_path, "worker")
    assert second.returncode == 1
    assert "Another Kindling worker" in second.stderr.splitlines()[-1]
