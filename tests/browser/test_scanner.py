"""A mail scanner with a whole browser looks at everything before the person does, and nothing happens."""

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import Visit
from tests.browser.service import Service, addresses
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

LINGERING = 2000
"""Milliseconds."""

PURPOSES = {"confirm", "pause", "settings", "resume", "unsubscribe", "lesson"}


def test_a_scanner_that_opens_every_link_changes_nothing(visit: Visit, service: Service) -> None:
    ada, scanner = visit(), visit()
    settings = takes_part(ada)
    service.sign_up("ben@example.org", name="Ben")
    ada.lets_a_day_pass()
    before = (service.rows(), inbox(ada), text(ada, settings))
    faults = scans_everything(scanner)
    assert (service.rows(), inbox(ada), text(ada, settings)) == before
    begins(visit(), "ben@example.org")
    assert faults == []


def takes_part(ada: Visitor) -> str:
    """Somebody with one mail of each kind that asks for a decision; the address of her settings."""
    ada.service.sign_up("ada@example.org", name="Ada", partner_name="Ben", timezone="Europe/Berlin")
    begins(ada, "ada@example.org")
    ada.follows("Change the hour or anything else")
    settings = ada.page.url
    ada.follows("Pause")
    ada.presses("Pause")
    ada.follows("Go on sooner")
    ada.presses("Go on with Day 1")
    ada.lets_a_day_pass()
    return settings


def scans_everything(scanner: Visitor) -> list[str]:
    """Each address by HEAD, by GET and in a scripted tab that stays a while; what did not go well."""
    found = {address for letter in scanner.service.letters() for address in addresses(letter)}
    ours = sorted(address for address in found if address.startswith(scanner.service.url))
    assert {address.split("/")[3] for address in ours} >= PURPOSES
    faults = [fault for address in ours for fault in knocks(scanner.page.context, address)]
    tabs = [opens(scanner, address) for address in ours]
    scanner.page.wait_for_timeout(LINGERING)
    return faults + [complaint for tab in tabs for complaint in tab.complaints]


def knocks(scanner: BrowserContext, address: str) -> list[str]:
    answers = {"HEAD": scanner.request.head(address), "GET": scanner.request.get(address)}
    return [f"{method} {address}: {answer.status}" for method, answer in answers.items() if not answer.ok]


def opens(scanner: Visitor, address: str) -> Visitor:
    tab = Visitor(scanner.page.context.new_page(), scanner.service)
    tab.page.goto(address)
    return tab


def begins(somebody: Visitor, address: str) -> None:
    somebody.goes_to("/inbox")
    somebody.opens_letter("Please confirm", address)
    somebody.follows_in_letter("Yes, choose a time and start")
    somebody.presses("Start")
    somebody.sees("Good. That is all there is to set up.")


def inbox(somebody: Visitor) -> int:
    somebody.goes_to("/inbox")
    return somebody.page.locator(".mails tbody tr").count()


def text(somebody: Visitor, address: str) -> str:
    somebody.page.goto(address)
    return somebody.main.inner_text()
