"""Who cannot prove that he is the provider gets nowhere at a hook, and learns and costs little."""

import asyncio
import json
from collections.abc import Iterator, MutableMapping
from datetime import timedelta
from typing import Any

import pytest

from app.store import installation
from app.store import tables as t
from app.store.database import Database
from app.web import guard
from tests.actions.telling import said
from tests.web.conftest import make_site
from tests.web.ear import ADA, SECRET, Ear, Hook, bounce, events


def test_without_a_secret_the_door_is_closed_and_the_log_says_why(deaf: Hook) -> None:
    lesson = deaf.lesson()
    with said() as lines:
        answer = deaf.tell(bounce(lesson))
    assert answer.status_code == 503
    assert "KINDLING_WEBHOOK_SECRET" in str([one for one in lines if one["log_level"] == "error"])
    assert (deaf.suppressed(), deaf.told()) == ([], 0)


@pytest.mark.parametrize("secret", ["0123456789abcdeF", "0123456789abcde", "x", "%F0%9F%92%8C", "None"])
def test_the_wrong_secret_opens_nothing(hook: Hook, secret: str) -> None:
    lesson = hook.lesson()
    assert hook.tell(bounce(lesson), secret=secret).status_code == 401
    assert (hook.suppressed(), hook.told()) == ([], 0)


@pytest.mark.parametrize("headers", [{}, {"x-signature": "0" * 64}, {"x-time": "x", "x-signature": "é"}])
def test_without_the_right_signature_nothing_is_taken_and_nothing_echoed(
    hook: Hook, headers: dict[str, str]
) -> None:
    body = events(bounce(hook.lesson(), words="<b>an echo</b>"))
    given = {**hook.ear.signed(body, hook.now()), **headers} if headers else {}
    encoded = {name: value.encode() for name, value in given.items()}
    answer = hook.site.client.post(f"/hooks/ear/{SECRET}", content=body, headers=encoded)
    assert (answer.status_code, answer.text) == (401, "This call is not proved.")
    assert (hook.suppressed(), hook.told()) == ([], 0)


def test_the_signature_of_another_body_is_no_signature(hook: Hook) -> None:
    lesson = hook.lesson()
    headers = hook.ear.signed(events(), hook.now())
    answer = hook.site.client.post(f"/hooks/ear/{SECRET}", content=events(bounce(lesson)), headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(("late", "status"), [(290, 200), (600, 401), (-290, 200), (-600, 401)])
def test_a_call_signed_long_ago_or_in_the_future_is_refused(hook: Hook, late: float, status: int) -> None:
    assert hook.tell(bounce(hook.lesson()), late=late).status_code == status


def test_what_one_provider_says_is_not_taken_from_another(database: Database) -> None:
    ear, other = Ear(), Ear("other", b"another key")
    hearing = {"ear": ear, "other": other}
    hook = Hook(make_site(database, mailer=ear, hearing=hearing, webhook_secret=SECRET), ear)
    lesson = hook.lesson()
    assert hook.tell(bounce(lesson), provider="other").status_code == 401
    hook.ear = other
    assert hook.tell(bounce(lesson)).text.endswith("1 not about a mail of ours.")
    assert hook.suppressed() == []


@pytest.mark.parametrize("provider", ["memory", "postmark", "EAR", "..", "ear%2F.."])
def test_a_provider_that_is_not_in_use_has_no_door(hook: Hook, provider: str) -> None:
    assert hook.tell(bounce(hook.lesson()), provider=provider).status_code in (401, 404)
    assert hook.suppressed() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"{}",
        b"[null]",
        b'[{"type": NaN}]',
        b'[{"type": "bounced", "type": "spam"}]',
        json.dumps([{"type": "bounced"}]).encode("utf-16"),
        b"\xef\xbb\xbf[]",
        b"[" * 10_000 + b"]" * 10_000,
        b'[{"x": ' + b"[" * 30 + b"]" * 30 + b"}]",
        json.dumps([{}] * 1001).encode(),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_written_down(hook: Hook, body: bytes) -> None:
    with said() as lines:
        assert hook.call(body).status_code == 400
    assert [line["octets"] for line in lines if line["log_level"] == "warning"] == [len(body)]
    assert hook.told() == 0


def test_the_log_holds_neither_the_body_nor_the_way_in(hook: Hook) -> None:
    lesson = hook.lesson()
    with said() as lines:
        hook.tell(bounce(lesson, words=f"{ADA} is unknown"))
        hook.call(f'["{ADA}"]'.encode())
        hook.tell(bounce(lesson), late=900)
        hook.tell(bounce(lesson), secret="canary")
    assert len(lines) >= 8
    assert not any(word in str(lines) for word in (SECRET, "canary", "example.org"))
    assert SECRET not in repr(hook.site.front)


def test_bodies_up_to_two_mebibytes_are_taken_and_none_beyond(hook: Hook) -> None:
    lesson = hook.lesson()
    most = 2 * 1024 * 1024
    body = events(bounce(lesson))
    assert hook.call(body + b" " * (most + 1 - len(body))).status_code == 413
    assert hook.call(body + b" " * (most - len(body))).status_code == 200
    assert hook.site.client.post("/signup", content=b" " * 65537).status_code == 413


def test_a_body_that_does_not_say_how_long_it_is_is_cut_off(hook: Hook) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    answer = hook.site.client.post(f"/hooks/ear/{SECRET}", content=endless())
    assert answer.status_code == 413


def test_of_a_caller_without_the_secret_no_body_is_read(hook: Hook) -> None:
    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError("the body was read")

    statuses: list[int] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    scope = {
        "type": "http", "method": "POST", "path": "/hooks/ear/wrong", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"letters.example.org"), (b"content-length", b"9999")], "client": ("::1", 1),
    }  # fmt: skip
    asyncio.run(hook.site.client.app(scope, receive, send))  # type: ignore[arg-type]
    assert statuses[0] == 401


def test_too_many_calls_that_prove_nothing_have_to_wait_and_cost_one_row(hook: Hook) -> None:
    lesson = hook.lesson()
    with hook.site.front.database.writing() as session:
        at = installation.now(session)
        installation.move_clock(session, at.replace(second=5, microsecond=0) + timedelta(minutes=1))
        session.execute(t.counters.delete())
    wrong = [hook.tell(bounce(lesson), secret="wrong").status_code for _ in range(guard.UNPROVED)]
    assert set(wrong) == {401}
    waits = hook.tell(bounce(lesson), late=900)
    assert (waits.status_code, waits.headers["retry-after"]) == (429, "60")
    with hook.site.front.reading() as (session, _):
        assert len(session.execute(t.counters.select()).all()) == 1
    assert hook.tell(bounce(lesson)).status_code == 200


def test_after_a_minute_strangers_may_try_again(hook: Hook) -> None:
    for _ in range(guard.UNPROVED + 1):
        hook.tell(secret="wrong")
    with hook.site.front.database.writing() as session:
        installation.move_clock(session, installation.now(session) + timedelta(minutes=1))
    assert hook.tell(secret="wrong").status_code == 401
