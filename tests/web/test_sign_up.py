"""Everything that is typed into the form or sent to the API, and what each gets for an answer."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.core.delivery import Kind, Suppressed
from app.store import installation, suppressions
from app.store.database import Database
from app.store.tables import counters, deliveries, enrollments, subscribers
from tests.web.conftest import Site, make_site


def people(site: Site) -> list[str]:
    with site.front.reading() as (session, _):
        return [row.address for row in session.execute(subscribers.select())]


def confirmations(site: Site) -> int:
    with site.front.reading() as (session, _):
        query = deliveries.select().where(deliveries.c.kind == Kind.CONFIRM)
        return len(session.execute(query).all())


def zone(site: Site) -> str:
    with site.front.reading() as (session, _):
        return str(session.execute(enrollments.select()).one().zone)


def test_a_sign_up_answers_with_a_redirect_and_sends_one_mail(site: Site) -> None:
    answer = site.sign_up(timezone="Europe/Berlin")
    assert (answer.status_code, answer.headers["location"]) == (303, "/check-inbox")
    assert [letter.subject for letter in site.letters()] == ["Please confirm"]
    assert zone(site) == "Europe/Berlin"


def test_the_next_page_names_the_sender_and_is_the_same_for_all(site: Site) -> None:
    page = site.client.get("/check-inbox")
    assert page.status_code == 200
    assert "Anna at Harbour" in page.text


BAD = [
    "", "a", "@", "a@", "@b.co", "a@b@c.co", "u@localhost", "u@example", "a@test", "x@y.local", "x@y.invalid",
    "x@y.onion", "u@127.0.0.1", "u@[127.0.0.1]", "x" * 65 + "@example.org", f"u@{'x' * 64}.org",
    f"u@{'x.' * 130}org", "a..b@x.co", ".a@x.co", "a.@x.co",
    '"quoted sp"@x.co', "Name <u@x.co>", "<u@x.co>", "u@x.co,v@y.co", "u@x.co;v@y.co",
    "u@x.co\r\nBcc: v@y.co", "u@x.co\n", "u@x.co%0aBcc:v@y.co", "u\x00@x.co", "u\u200b@x.co", "u\u202e@x.co",
    "\uff41@x.co",
    "用户@例子.广告",
]  # fmt: skip


@pytest.mark.parametrize("typed", BAD)
def test_what_is_no_address_is_refused_in_a_sentence(site: Site, typed: str) -> None:
    answer = site.sign_up(typed)
    assert answer.status_code == 422
    assert "address" in answer.text
    assert people(site) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ada@example.org ", "ada@example.org"),
        ("u+tag@gmail.com", "u+tag@gmail.com"),
        ("u@münchen.de", "u@xn--mnchen-3ya.de"),
        ("u@xn--mnchen-3ya.de", "u@xn--mnchen-3ya.de"),
        ("u@exаmple.com", "u@xn--exmple-4nf.com"),
        ("user@example。com", "user@example.com"),
        ("-rf@x.co", "-rf@x.co"),
        ("'or'1'='1@x.co", "'or'1'='1@x.co"),
        ("{{7*7}}@x.co", "{{7*7}}@x.co"),
        ("postmaster@example.org", "postmaster@example.org"),
        ("x@mailinator.com", "x@mailinator.com"),
    ],
)
def test_what_is_an_address_is_kept_as_data(site: Site, typed: str, kept: str) -> None:
    assert site.sign_up(typed).status_code == 303
    assert people(site) == [kept]


def test_two_spellings_are_one_person(site: Site) -> None:
    for typed in ("USER@X.CO", "user@x.co", "user@X.co"):
        site.sign_up(typed)
    assert people(site) == ["USER@x.co"]
    assert confirmations(site) == 1


def test_an_address_in_other_letters_waits_for_a_provider_that_reaches_it(database: Database) -> None:
    site = make_site(database)
    assert "cannot reach" in site.sign_up("ü@example.org").text
    able = make_site(database)
    able.mailer.smtputf8 = True
    assert able.sign_up("u\u0308@example.org").status_code == 303
    assert able.sign_up("\u00fc@example.org").status_code == 303
    assert people(able) == ["\u00fc@example.org"]


def test_a_body_beyond_64_kib_is_refused(site: Site) -> None:
    assert site.sign_up("u" * 100_000 + "@x.co").status_code == 413


def test_a_chunked_body_beyond_64_kib_is_refused(site: Site) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = site.client.post("/signup", content=(b"x" * 9000 for _ in range(10)), headers=form)
    assert answer.status_code == 413


def test_two_thousand_fields_or_a_doubled_one_are_refused(site: Site) -> None:
    many = {f"field{n}": "x" for n in range(2000)}
    assert site.client.post("/signup", data=many).status_code == 400
    form = {"content-type": "application/x-www-form-urlencoded"}
    twice = site.client.post("/signup", content=b"email=a@x.co&email=b@x.co", headers=form)
    assert twice.status_code == 400


def test_each_door_takes_its_own_kind_of_body(site: Site) -> None:
    assert site.client.post("/signup", json={"email": "a@x.co"}).status_code == 415
    assert site.client.post("/api/subscribers", data={"email": "a@x.co"}).status_code in (415, 422)
    assert people(site) == []


def test_suppressed_active_and_unknown_addresses_get_the_same_answer(site: Site) -> None:
    site.start()
    with site.front.writing() as (session, now):
        suppressions.suppress(session, "gone@example.org", Suppressed.COMPLAINED, now)
    answers = [site.sign_up(one) for one in ("ada@example.org", "gone@example.org", "new@example.org")]
    assert len({(one.status_code, one.text, tuple(sorted(one.headers.items()))) for one in answers}) == 1
    assert "gone@example.org" not in {letter.to.address for letter in site.letters()}


def test_somebody_who_takes_part_gets_one_notice(site: Site) -> None:
    site.start()
    site.sign_up()
    site.sign_up()
    assert [letter.kind for letter in site.letters()].count("notice") == 1


def test_the_fourth_try_in_a_day_mails_nothing(site: Site) -> None:
    for _ in range(5):
        site.sign_up()
        with site.front.writing() as (session, now):
            installation.move_clock(session, now + timedelta(minutes=16))
    assert confirmations(site) == 3


def test_a_honeypot_or_a_forged_token_gets_the_neutral_page_and_no_mail(site: Site) -> None:
    trapped = site.sign_up(website="https://spam.example")
    forged = site.sign_up(token="1.2.3")
    assert trapped.headers["location"] == forged.headers["location"] == "/check-inbox"
    assert people(site) == []


@pytest.mark.parametrize("age", [1, 3 * 3600])
def test_a_hasty_or_stale_form_comes_back_filled_in(site: Site, age: float) -> None:
    answer = site.sign_up("ada@example.org", token=site.token(age))
    assert answer.status_code == 422
    assert "once more" in answer.text
    assert "ada@example.org" in answer.text


def test_a_token_is_good_for_one_form(site: Site) -> None:
    token = site.token()
    assert site.sign_up("a@example.org", token=token).status_code == 303
    assert site.sign_up("b@example.org", token=token).status_code == 422


def test_a_crowd_from_one_network_has_to_wait(site: Site) -> None:
    with site.front.writing() as (session, _):
        session.execute(counters.delete())
    for n in range(200):
        assert site.client.post("/api/subscribers", json={"email": f"p{n}@example.org"}).status_code == 202
    assert site.client.post("/api/subscribers", json={"email": "q@example.org"}).status_code == 429
    assert site.sign_up("r@example.org").status_code == 429


def test_who_is_expected_need_not_wait(database: Database) -> None:
    site = make_site(database, expected=("198.51.100.0/24",))
    for n in range(203):
        assert site.client.post("/api/subscribers", json={"email": f"p{n}@example.org"}).status_code == 202


@pytest.mark.parametrize(
    ("name", "said"),
    [("x" * 10_000, "60"), ("http://evil.tld win $$$", "without links"), ("me@evil.tld", "without links")],
)
def test_a_name_that_is_something_else_is_refused(site: Site, name: str, said: str) -> None:
    answer = site.sign_up(name=name)
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("name", ["{{ config }}", "${7*7}", "<script>alert(1)</script>", "<img onerror=x>"])
def test_a_name_is_never_code(site: Site, name: str) -> None:
    site.sign_up(name=name, partner_name=name)
    confirmation = site.letters()[0]
    assert name not in confirmation.text + confirmation.html
    page = site.sign_up("bad", name=name).text
    assert "<script>alert" not in page
    assert "<img onerror" not in page


def test_no_typed_name_changes_the_confirmation(site: Site) -> None:
    site.sign_up("a@example.org", name="Ada", partner_name="Ben")
    site.sign_up("a@example.com", name="", partner_name="")
    first, second = site.letters()
    plain = [letter.text.replace(site_token(letter.text), "") for letter in (first, second)]
    assert plain[0] == plain[1]


def site_token(text: str) -> str:
    return next(word for word in text.split() if "/confirm/" in word)


@pytest.mark.parametrize(
    ("guess", "kept"),
    [("Asia/Calcutta", "Asia/Kolkata"), ("Europe/Kiev", "Europe/Kyiv"), ("Asia/Saigon", "Asia/Ho_Chi_Minh")],
)
def test_an_old_name_of_a_zone_is_kept_as_todays(site: Site, guess: str, kept: str) -> None:
    site.sign_up(timezone=guess)
    assert zone(site) == kept


@pytest.mark.parametrize(
    "guess", ["", "Mars/Phobos", "../../etc/passwd", "EST5EDT", "Etc/GMT+5", "europe/berlin", "x" * 300]
)
def test_a_form_with_an_unknown_zone_falls_back_and_the_next_page_says_so(site: Site, guess: str) -> None:
    assert site.sign_up(timezone=guess).status_code == 303
    assert zone(site) == "UTC"
    assert "a guess" in site.client.get(site.link("confirm")).text


@pytest.mark.parametrize(
    "fields",
    [
        {"timezone": "Mars/Phobos"}, {"timezone": "EST5EDT"}, {"timezone": "europe/berlin"},
        {"hour": "25:00"},
        {"hour": "7:3"}, {"hour": "24:00"}, {"hour": "08:00:30"}, {"hour": "٠٨:٠٠"}, {"hour": "07:05"},
        {"email": 5}, {"email": None}, {"name": "x" * 61}, {"surname": "x"},
    ],
)  # fmt: skip
def test_the_api_names_the_field_in_a_sentence(site: Site, fields: dict[str, object]) -> None:
    answer = site.client.post("/api/subscribers", json={"email": "ada@example.org", **fields})
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == set(fields)
    assert all(sentence.endswith(".") for sentence in answer.json()["errors"].values())
    assert people(site) == []


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'{"email": NaN}', "{}".encode("utf-16"), b"[" * 9999]
)
def test_what_is_no_json_object_is_refused(site: Site, body: bytes) -> None:
    answer = site.client.post("/api/subscribers", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)


def test_every_sign_up_door_passes_the_guard() -> None:
    source = (Path(__file__).parents[2] / "app" / "web").glob("*.py")
    callers = {file.name for file in source if "sign_up(session" in file.read_text()}
    assert callers == {"sign_up.py"}
