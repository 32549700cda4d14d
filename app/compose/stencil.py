"""A type-set page with holes. Filling puts each value in once: what a value holds is never read again."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

HOLE = re.compile(r"\{\{(.*?)\}\}")
WIDTH = 72


@dataclass(frozen=True)
class Stencil:
    """Literal, hole, literal, ..., literal."""

    pieces: tuple[str, ...]

    @property
    def holes(self) -> frozenset[str]:
        return frozenset(self.pieces[1::2])

    def fill(self, values: Mapping[str, str]) -> str:
        filled = list(self.pieces)
        filled[1::2] = [values[hole] for hole in self.pieces[1::2]]
        return "".join(filled)


def cut(page: str, constant: Mapping[str, str]) -> Stencil:
    """The stencil of a page; holes that are the same for everybody are filled already."""
    pieces = [""]
    for place, piece in enumerate(HOLE.split(page)):
        if place % 2 and piece not in constant:
            pieces += [piece, ""]
        else:
            pieces[-1] += constant[piece] if place % 2 else piece
    return Stencil(tuple(pieces))


@dataclass(frozen=True)
class TextStencil:
    """Plain text wrapped at 72 columns: what is the same for everybody is wrapped already."""

    pieces: tuple[str | Stencil, ...]

    @property
    def holes(self) -> frozenset[str]:
        return frozenset().union(*(piece.holes for piece in self.pieces if isinstance(piece, Stencil)))

    def fill(self, values: Mapping[str, str]) -> str:
        return "\n".join(
            piece if isinstance(piece, str) else wrap(piece.fill(values)) for piece in self.pieces
        )


def cut_text(page: str, constant: Mapping[str, str]) -> TextStencil:
    lines = [cut(line, constant) for line in page.split("\n")]
    return TextStencil(tuple(_joined(lines)))


def wrap(paragraph: str) -> str:
    """Lines of at most 72 columns; only a word (or a URL) that is longer by itself may pass them."""
    return "\n".join(_wrapped(line) for line in paragraph.split("\n"))


def _joined(lines: list[Stencil]) -> Iterator[str | Stencil]:
    for personal, some in groupby(lines, key=lambda line: bool(line.holes)):
        if personal:
            yield from some
        else:
            yield "\n".join(wrap(line.fill({})) for line in some)


_BEGINNING = re.compile(r"\s*(?:\d+\. |\[\d\] )?")


def _wrapped(line: str) -> str:
    """What follows a step's number, a mark or an indent stands under it."""
    if len(line) <= WIDTH:
        return line
    beginning = _BEGINNING.match(line)[0]  # type: ignore[index]  # it matches anything
    first, *words = line[len(beginning) :].split(" ")
    lines = [beginning + first]
    for word in words:
        if len(lines[-1]) + 1 + len(word) <= WIDTH:
            lines[-1] += " " + word
        else:
            lines.append(" " * len(beginning) + word)
    return "\n".join(lines)
