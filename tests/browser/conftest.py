"""A Chromium, the service it visits, and people with a phone in their hand."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.service import Service, running_service
from tests.browser.tour import NARROW, Tour, take_tour
from tests.browser.visitor import Visitor

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "locale": "en-GB",
    "timezone_id": "America/New_York",
    "reduced_motion": "reduce",
}
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Visit = Callable[..., Visitor]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    executable = os.environ.get("PLAYWRIGHT_CHROMIUM") or shutil.which("chromium")
    if executable is None:
        pytest.skip("There is no Chromium here; install one, or name it in PLAYWRIGHT_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with running_service(tmp_path) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Visit]:
    """Somebody new at the service; what is said about their browser goes before what a phone is."""
    contexts = []

    def come(**browser: Any) -> Visitor:
        contexts.append(chromium.new_context(**PHONE | browser))
        return Visitor(contexts[-1].new_page(), service)

    yield come
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def tour(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """Taken once; the tests each ask it one question."""
    narrow = PHONE | {"viewport": {"width": NARROW, "height": 740}}
    with running_service(tmp_path_factory.mktemp("tour")) as running:
        context = chromium.new_context(**narrow)
        yield take_tour(Visitor(context.new_page(), running))
        context.close()
