"""Words, sentences and runs of words: how a text is counted and searched."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

NAME = "Sam"
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_PLACEHOLDER = re.compile(r"\{\{\s*([Pp]artners|[A-Za-z_:0-9-]+)\s*\}\}")
_MARKS = re.compile(r"\*+|^#+ |^\d+\. ", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_ITEM = re.compile(r"\d+\. ")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\"')\]]*\s+(?![\"'(]*[a-zß-ÿ])")
_QUOTES = str.maketrans("“”„«»‘’‚", '"""""' + "'''")


def plain(markdown: str) -> str:
    """Markdown as it is read, line for line: no marks, no link targets, a name for each placeholder."""
    text = _LINK.sub(r"\1", markdown.translate(_QUOTES))
    text = _PLACEHOLDER.sub(lambda one: NAME + ("'s" if one[1].endswith("artners") else ""), text)
    return _MARKS.sub("", text)


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def sentences(markdown: str) -> list[tuple[int, str]]:
    """Every sentence on one line, with the line of its paragraph or list item, from 0."""
    return [
        (line, one)
        for line, block in _blocks(markdown)
        for one in _SENTENCE_END.split(plain(block))
        if words(one)
    ]


def _blocks(markdown: str) -> Iterator[tuple[int, str]]:
    begins, block = 0, ""
    for number, line in enumerate([*markdown.split("\n"), ""]):
        if block and (not line.strip() or _ITEM.match(line)):
            yield begins, block
            block = ""
        if line.strip():
            begins, block = (begins, f"{block} {line.strip()}") if block else (number, line.strip())


def numbered_words(text: str, first_line: int) -> list[tuple[str, int]]:
    """Every word in small letters, with its line."""
    return [
        (word.lower(), number)
        for number, line in enumerate(text.split("\n"), first_line)
        for word in words(line)
    ]


def runs(read: Sequence[str], length: int) -> Iterator[str]:
    """Every run of that many words, as one string."""
    for place in range(len(read) - length + 1):
        yield " ".join(read[place : place + length])


def find(phrases: tuple[str, ...], text: str) -> Iterator[tuple[int, str]]:
    """Where any of the phrases occurs: the line within the text, from 0, and the words as written."""
    if phrases:
        for match in _pattern(phrases).finditer(text):
            yield text.count("\n", 0, match.start()), " ".join(match[0].split())


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    forms = (re.escape(one).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for one in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)
