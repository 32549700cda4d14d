"""Read a message back: the words that each of its parts says, and what its HTML would fetch."""

import re
from html.parser import HTMLParser

_UNSEEN = frozenset({"head", "title", "style"})
_FETCHING = frozenset(
    {
        "audio",
        "embed",
        "frame",
        "iframe",
        "image",
        "img",
        "link",
        "object",
        "script",
        "source",
        "use",
        "video",
    }
)
_ADDRESSES = frozenset({"background", "poster", "src", "srcset"})
_IN_STYLE = re.compile(r"url\(|@import", re.IGNORECASE)

Attributes = list[tuple[str, str | None]]


def words_of_html(html: str) -> list[str]:
    """What a reader sees, the numbers of steps included, without capitals and punctuation."""
    return _words("".join(_read(html).seen))


def words_of_text(text: str) -> list[str]:
    """What is said, without addresses and their marks, capitals and punctuation."""
    return _words(re.sub(r"https?://\S+|\[\d\]", "", text))


def fetched_by(html: str) -> list[str]:
    """Every tag, attribute or style rule that would load something from somewhere."""
    return _read(html).fetching


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _read(html: str) -> "_Page":
    page = _Page()
    page.feed(html)
    return page


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.fetching: list[str] = []
        self._unseen = 0
        self._step = 0
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self._note_fetching(tag, attrs)
        self._unseen += tag in _UNSEEN or ("class", "glance") in attrs
        self._in_style = tag == "style"
        if tag == "ol":
            self._step = 0
        if tag == "li":
            self._step += 1
            self.seen.append(f"{self._step}. ")

    def handle_endtag(self, tag: str) -> None:
        ends_glance = tag == "div" and self._unseen == 1
        self._unseen -= tag in _UNSEEN or ends_glance
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.seen.append(data)
        if self._in_style:
            self.fetching += _IN_STYLE.findall(data)

    def _note_fetching(self, tag: str, attrs: Attributes) -> None:
        if tag in _FETCHING:
            self.fetching.append(f"<{tag}>")
        for name, value in attrs:
            if name in _ADDRESSES:
                self.fetching.append(f"{name}=")
            if name == "style":
                self.fetching += _IN_STYLE.findall(value or "")
