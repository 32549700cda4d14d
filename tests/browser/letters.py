"""Portraits of letters, by day and by night, on a telephone and on a desk.

`python -m tests.browser.letters FOLDER [--all]`; without --all the few of docs/letters, in fewer colours.
"""

import argparse
import base64
import os
import shutil
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import QUIET
from tests.browser.sitters import sitters

WIDTHS = {"phone": 360, "desk": 700}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FEW = (
    "confirm-desk-light",
    "confirm-phone-dark",
    "welcome-desk-light",
    "lesson-notice-desk-light",
    "lesson-listen-desk-dark",
    "lesson-rely-phone-light",
    "lesson-differ-phone-dark",
    "lesson-keep-desk-light",
    "alone-phone-dark",
    "apart-desk-light",
    "paused-phone-light",
    "paused-open-phone-dark",
    "resuming-phone-light",
    "resumed-phone-dark",
    "completion-desk-dark",
    "goodbye-phone-light",
    "notice-phone-dark",
    "arabic-names-desk-light",
    "hebrew-names-phone-dark",
    "long-names-phone-light",
    "german-lesson-phone-light",
    "german-welcome-desk-dark",
)

# Rows of palette numbers: the most frequent colours as they are, every other one as the nearest of them.
REDUCE = """async ([source, most]) => {
  const picture = await createImageBitmap(await (await fetch(source)).blob());
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const pixels = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
  const count = new Map();
  for (const one of pixels) count.set(one, (count.get(one) ?? 0) + 1);
  const parts = (one) => [one & 255, (one >> 8) & 255, (one >> 16) & 255];
  const palette = [...count].sort((a, b) => b[1] - a[1]).slice(0, most).map(([one]) => parts(one));
  const far = (one, other) => one.reduce((sum, part, at) => sum + (part - other[at]) ** 2, 0);
  const closer = (one, at, best) => far(one, palette[at]) < far(one, palette[best]);
  const nearest = (one) => palette.reduce((best, _, at) => (closer(one, at, best) ? at : best), 0);
  const place = new Map([...count.keys()].map((one) => [one, nearest(parts(one))]));
  let rows = "";
  pixels.forEach((one) => (rows += String.fromCharCode(place.get(one))));
  return { width, height, palette: palette.flat(), rows: btoa(rows) };
}"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--all", action="store_true")
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        executable = os.environ.get("PLAYWRIGHT_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        for name, picture in portraits(browser, everything=given.all):
            (given.folder / f"{name}.png").write_bytes(picture)
        browser.close()


def portraits(browser: Browser, *, everything: bool) -> Iterator[tuple[str, bytes]]:
    """A name such as `welcome-desk-dark`, and a PNG."""
    for size, width in WIDTHS.items():
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": width, "height": 600}, color_scheme=scheme)
            for name, message in sitters().items():
                if everything or f"{name}-{size}-{scheme}" in FEW:
                    page.set_content(message.html)
                    yield f"{name}-{size}-{scheme}", _reduced(page, page.screenshot(full_page=True))
            page.close()


def _reduced(page: Page, picture: bytes, colours: int = 48) -> bytes:
    """The same PNG with a palette, a fifth of the size."""
    source = "data:image/png;base64," + base64.b64encode(picture).decode()
    found = page.evaluate(REDUCE, [source, colours])
    width, height, pixels = found["width"], found["height"], base64.b64decode(found["rows"])
    rows = b"".join(b"\0" + pixels[start : start + width] for start in range(0, len(pixels), width))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(found["palette"])),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


if __name__ == "__main__":
    main()
