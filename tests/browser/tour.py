"""What was seen on one walk past every page, on the narrowest phone, by day and by night, and by keyboard."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.visitor import Visitor
from tests.browser.walk import walk

NARROW = 320
FAR = 80
"""Key presses. Further than this from the top, nobody reaches a button."""

MEASURE = (Path(__file__).parent / "measure.js").read_text()
# A date field draws the ring of its calendar button itself, where no style can be asked for it.
STANDING = """() => {
  const here = document.activeElement, beside = here.nextElementSibling;
  const ringed = (one) => one && getComputedStyle(one).outlineStyle !== "none";
  return {
    id: here.id,
    skip: here.matches(".skip"),
    main: here.matches("main [type=submit]"),
    ring: ringed(here) || (here.matches("label > *") && ringed(beside)) || here.matches("[type=date]"),
    called: `${here.localName}#${here.id} “${here.innerText.slice(0, 40)}”`,
  };
}"""

Look = dict[str, Any]


@dataclass
class Tour:
    """`looks` by page and scheme, mails in their frames included; `keys` by page: what Tab did not do."""

    somebody: Visitor
    looks: dict[str, Look] = field(default_factory=dict, repr=False)
    keys: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def faults(self, wrong: Callable[[Look], Any]) -> dict[str, Any]:
        """What is wrong, by page; empty when nothing is."""
        return {name: fault for name, look in self.looks.items() if (fault := wrong(look))}


def take_tour(somebody: Visitor) -> Tour:
    tour = Tour(somebody)
    for name in walk(somebody):
        for scheme in ("light", "dark"):
            somebody.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            _look(tour, f"{name}, {scheme}")
        tour.keys[name] = _press_tab(somebody.page)
    return tour


def _look(tour: Tour, name: str) -> None:
    page, *mails = tour.somebody.page.frames
    tour.looks[name] = page.evaluate(MEASURE)
    for mail in mails:
        mail.wait_for_load_state()
        tour.looks[f"{name}, the mail"] = mail.evaluate(MEASURE)


def _press_tab(page: Page) -> list[str]:
    """From the top by the skip link into the main part, and on to its first button."""
    faults = [] if page.locator("[autofocus]").count() else _skip(page)
    if page.locator("main [type=submit]:enabled").count():
        faults += _on_to_the_button(page)
    return faults


def _skip(page: Page) -> list[str]:
    page.evaluate("document.body.tabIndex = -1, document.body.focus()")
    page.keyboard.press("Tab")
    if not page.evaluate(STANDING)["skip"]:
        return ["the first stop is not the skip link"]
    page.keyboard.press("Enter")
    return [] if page.evaluate(STANDING)["id"] == "main" else ["the skip link does not lead into the text"]


def _on_to_the_button(page: Page) -> list[str]:
    faults = []
    for _ in range(FAR):
        page.keyboard.press("Tab")
        standing = page.evaluate(STANDING)
        if not standing["ring"]:
            faults.append(f"no ring around {standing['called']}")
        if standing["main"]:
            return faults
    return [*faults, "Tab does not reach the button"]
