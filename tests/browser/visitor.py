"""A person with a browser: what they do on the pages and in the inbox, and what the browser complains of."""

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, FrameLocator, Locator, Page, Request, expect

from tests.browser.service import Service

HASTE = 3100
"""Milliseconds. A form that comes back within three seconds was not filled in by a person."""


@dataclass
class Visitor:
    """`complaints` are errors of the console and of scripts; `elsewhere` are requests to anybody else."""

    page: Page
    service: Service
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._watch)

    def goes_to(self, path: str) -> None:
        self.page.goto(self.service.url + path)

    def presses(self, name: str) -> None:
        self.clicks(self.main.get_by_role("button", name=name, exact=True).first)

    def follows(self, name: str) -> None:
        self.clicks(self.main.get_by_role("link", name=name, exact=True).first)

    def follows_in_letter(self, name: str) -> None:
        self.clicks(self.letter.get_by_role("link", name=name).first)

    def clicks(self, what: Locator) -> None:
        """What leads to another page, or to this one again; back when that is there, with its looks."""
        with self.page.expect_navigation():
            what.click()

    def fills_in(self, address: str, name: str = "", partner: str = "") -> Locator:
        """The form of the landing page, not sent yet."""
        self.goes_to("/")
        form = self.page.locator("#start form")
        form.get_by_label("Your email address").fill(address)
        form.get_by_label("Your first name").fill(name)
        form.get_by_label("Your partner’s first name").fill(partner)
        return form

    def signs_up(self, address: str, name: str = "", partner: str = "") -> None:
        form = self.fills_in(address, name, partner)
        self.page.wait_for_timeout(HASTE)
        self.clicks(form.get_by_role("button"))
        self.sees("Look in your inbox")

    def lets_a_day_pass(self) -> None:
        """What is due is delivered; the clock moves to the next instant at which something is."""
        self.goes_to("/inbox")
        button = self.page.get_by_role("button", name="Next day")
        if button.is_enabled():
            self.clicks(button)

    def opens_letter(self, subject: str, to: str = "") -> None:
        """The newest mail of that subject; what is due is delivered first, if it is not there yet."""
        found = self.page.get_by_role("row").filter(has_text=to).get_by_role("link", name=subject)
        self.goes_to("/inbox")
        if not found.count():
            self.lets_a_day_pass()
            self.goes_to("/inbox")
        self.clicks(found.first)

    def sees(self, heading: str) -> None:
        expect(self.heading).to_have_text(heading)

    @property
    def heading(self) -> Locator:
        return self.page.locator("main h1")

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def letter(self) -> FrameLocator:
        """The mail as HTML, in its frame."""
        return self.page.frame_locator("iframe.mail")

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not self._is_a_refused_page(said):
            self.complaints.append(f"{self.page.url}: {said.text}")

    def _is_a_refused_page(self, said: ConsoleMessage) -> bool:
        """A browser also says that of a page whose status is 404, 410 or 422."""
        return said.text.startswith("Failed to load") and said.location["url"] == self.page.url

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.service.url, "about:", "data:")):
            self.elsewhere.append(f"{self.page.url}: {request.url}")
