"""The hooks: what is told is taken once and written down before the answer, which says what it was."""

import pytest
from sqlalchemy import event

from app.core.delivery import State, Suppressed
from app.mail.providers.memory import Memory
from app.main import House
from app.settings import Settings
from app.store import tables as t
from tests.web.ear import SECRET, Ear, Hook, bounce, events
from tests.web.test_shield import refuse


def test_a_bounce_that_is_told_stops_the_course(hook: Hook) -> None:
    answer = hook.tell(bounce(hook.lesson()))
    assert (answer.status_code, answer.text) == (
        200,
        "Taken: 1 news, 0 told before, 0 not about a mail of ours.",
    )
    assert hook.suppressed() == [Suppressed.BOUNCED]
    assert hook.rows()[-1].state is State.HELD


def test_a_replay_is_answered_and_changes_nothing(hook: Hook) -> None:
    lesson = hook.lesson()
    hook.tell(bounce(lesson))
    before = hook.rows()
    for _ in range(3):
        assert hook.tell(bounce(lesson)).text.startswith("Taken: 0 news, 1 told before")
    assert (hook.rows(), hook.told()) == (before, 1)


@pytest.mark.parametrize("kind", ["opened", "a word of tomorrow", None, 7, "Bounced"])
def test_what_says_nothing_to_us_is_taken_without_a_word(hook: Hook, kind: object) -> None:
    answer = hook.tell(bounce(hook.lesson(), type=kind))
    assert answer.status_code == 200
    assert (hook.suppressed(), hook.told()) == ([], 0)


@pytest.mark.parametrize(
    "changes",
    [{"delivery": None}, {"delivery": 4711}, {"delivery": "x" * 99}, {"to": "ben@example.org"}, {"to": None}],
)
def test_what_is_not_about_a_mail_of_ours_is_answered_with_the_reason(
    hook: Hook, changes: dict[str, object]
) -> None:
    answer = hook.tell(bounce(hook.lesson(), **changes))
    assert answer.status_code == 200
    assert answer.text == "Taken: 0 news, 0 told before, 1 not about a mail of ours."
    assert hook.suppressed() == []


@pytest.mark.parametrize("at", [0, 1e18, "soon", None, True, {}, "2026-13-01"])
def test_a_time_that_makes_no_sense_is_no_reason_to_refuse(hook: Hook, at: object) -> None:
    assert hook.tell(bounce(hook.lesson(), at=at)).status_code == 200
    assert hook.suppressed() == [Suppressed.BOUNCED]


def test_of_foreign_words_a_short_line_is_kept(hook: Hook) -> None:
    hook.tell(bounce(hook.lesson(), words="<script>\x00\r\n" + "x" * 1_000_000))
    with hook.site.front.reading() as (session, _):
        words = session.execute(t.feedback.select()).one().words
    assert len(words) == 1024
    assert words.isprintable()


def test_a_provider_may_look_whether_anybody_is_there(hook: Hook, deaf: Hook) -> None:
    assert hook.site.client.head(f"/hooks/ear/{SECRET}").status_code == 200
    assert hook.site.client.head("/hooks/nobody/nothing").status_code == 200
    assert deaf.site.client.head("/hooks/nobody/nothing").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_the_door_takes_nothing_but_post(hook: Hook, method: str) -> None:
    assert hook.site.client.request(method, f"/hooks/ear/{SECRET}").status_code == 405


def test_it_answers_only_after_its_commit(hook: Hook) -> None:
    lesson = hook.lesson()
    engine = hook.site.front.database.engine
    event.listen(engine, "commit", refuse)
    assert hook.tell(bounce(lesson)).status_code == 503
    event.remove(engine, "commit", refuse)
    assert (hook.suppressed(), hook.told()) == ([], 0)
    assert hook.tell(bounce(lesson)).status_code == 200
    assert hook.suppressed() == [Suppressed.BOUNCED]


def test_while_the_database_is_down_the_provider_is_asked_to_come_again(hook: Hook) -> None:
    body = events(bounce(hook.lesson()))
    headers = hook.ear.signed(body, hook.now())
    engine = hook.site.front.database.engine
    event.listen(engine, "begin", refuse)
    for path in (f"/hooks/ear/{SECRET}", "/hooks/ear/wrong"):
        assert hook.site.client.post(path, content=body, headers=headers).status_code == 503
    event.remove(engine, "begin", refuse)
    assert hook.call(body).text.startswith("Taken: 1 news")


def test_the_door_answers_to_our_name_only_and_is_in_no_schema(hook: Hook) -> None:
    answer = hook.site.client.post(f"/hooks/ear/{SECRET}", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "hooks" not in hook.site.client.get("/api/openapi.json").text


def test_the_house_hears_those_of_its_mailers_that_tell_something(hook: Hook) -> None:
    front, ear = hook.site.front, Ear()
    settings = Settings(webhook_secret=SECRET)
    parts = (settings, front.database, front.brand, front.challenge, front.ring)
    house = House(*parts, mailers=(Memory(), ear), composer=None)  # type: ignore[arg-type]
    assert house.front().hearing == {"ear": ear}
    assert house.front().webhook_secret == SECRET
