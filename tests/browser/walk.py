"""One walk past every page of the site: lead the browser there, say the page's name, go on."""

from collections.abc import Iterator

from tests.browser.visitor import Visitor

ADA, BEN = "ada@example.org", "ben@example.org"

PUBLIC = {
    "landing": "/",
    "check-inbox": "/check-inbox",
    "privacy": "/privacy",
    "safety": "/safety",
    "checkin": "/checkin",
    "api": "/api/docs",
    "share": "/lessons/connection/en/15-halfway",
    "problem": "/nothing-here",
    "damaged-link": "/confirm/v1.1.x",
    "inbox-empty": "/inbox",
}


def walk(somebody: Visitor) -> Iterator[str]:
    """The name of each page, while the browser stands on it: for everybody, then Ada, then Ben, too late."""
    for name, path in PUBLIC.items():
        somebody.goes_to(path)
        yield name
    yield from _signing_up(somebody)
    yield from _settling(somebody)
    yield from _reading(somebody)
    yield from _pausing(somebody)
    yield from _leaving(somebody)
    yield from _coming_too_late(somebody)


def _signing_up(ada: Visitor) -> Iterator[str]:
    ada.clicks(ada.fills_in(ADA, name="http://example.org").get_by_role("button"))
    yield "landing-refused"
    ada.service.sign_up(ADA, name="Ada", partner_name="Ben")
    ada.opens_letter("Please confirm")
    yield "mail-confirm"
    ada.follows("As text")
    yield "mail-text"
    ada.follows("Source")
    yield "mail-source"
    ada.follows("As HTML")
    ada.follows_in_letter("Yes, choose a time")
    yield "confirm"
    ada.page.get_by_text("More choices").click()
    yield "confirm-more"
    ada.page.get_by_label("First lesson").select_option("date")
    ada.presses("Start")
    yield "confirm-refused"
    ada.page.get_by_label("The date").fill("2020-01-01")
    ada.page.get_by_label("First lesson").select_option("tomorrow")
    ada.presses("Start")
    yield "started"


def _settling(ada: Visitor) -> Iterator[str]:
    ada.follows("Change the hour or anything else")
    yield "settings"
    ada.presses("Save")
    yield "settings-saved"
    ada.page.get_by_label("When I ask for the next one").check()
    ada.presses("Save")
    yield "settings-asked"
    ada.page.get_by_label("Every day").check()
    ada.presses("Save")


def _reading(ada: Visitor) -> Iterator[str]:
    for _ in range(2):
        ada.lets_a_day_pass()
    yield "inbox"
    ada.opens_letter("You are in")
    yield "mail-welcome"
    ada.opens_letter("Day 2")
    yield "mail-lesson"
    ada.follows_in_letter("Read on the web")
    yield "lesson"
    ada.page.get_by_text("Your other lessons").click()
    yield "lesson-others"


def _pausing(ada: Visitor) -> Iterator[str]:
    ada.follows("Pause")
    yield "pause"
    ada.page.get_by_label("Until a date").check()
    ada.presses("Pause")
    yield "pause-refused"
    ada.page.get_by_label("For a week").check()
    ada.presses("Pause")
    yield "paused"
    ada.follows("All your settings")
    yield "settings-paused"
    ada.follows("Pause for longer")
    yield "pause-longer"
    ada.page.get_by_label("Until I say").check()
    ada.presses("Pause")
    yield "paused-open"
    ada.follows("Go on sooner")
    yield "resume"
    ada.presses("Go on with Day 3")
    yield "resumed"


def _leaving(ada: Visitor) -> Iterator[str]:
    ada.follows("All your settings")
    settings = ada.page.url
    ada.follows("Stop the emails")
    yield "unsubscribe"
    ada.presses("Stop the emails")
    yield "stopped"
    ada.opens_letter("Done. This is the last email")
    yield "mail-goodbye"
    ada.page.goto(settings)
    yield "settings-left"
    ada.opens_letter("Done. This is the last email")
    ada.follows_in_letter("take it back")
    ada.presses("Undo, I pressed by mistake")
    yield "back"


def _coming_too_late(ben: Visitor) -> Iterator[str]:
    ben.service.sign_up(BEN)
    ben.lets_a_day_pass()
    ben.opens_letter("Please confirm", BEN)
    link = ben.letter.get_by_role("link", name="Yes, choose a time").get_attribute("href")
    for _ in range(4):
        ben.lets_a_day_pass()
    ben.page.goto(link or "")
    yield "expired"
