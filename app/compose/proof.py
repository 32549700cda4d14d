"""Proof-reading while type-setting: every placeholder is known and every link leads somewhere."""

from dataclasses import dataclass

from app.compose import addresses
from app.compose.markdown import Setting, typeset
from app.compose.stencil import HOLE
from app.core.challenge import Challenge
from app.errors import CourseError


@dataclass(frozen=True)
class Proof:
    """What the text of one file (`source`) may hold; CourseError names the file."""

    source: str
    language: str
    challenge: Challenge
    placeholders: frozenset[str]

    def typeset(self, markdown: str) -> Setting:
        setting = typeset(markdown, self.language, self.source)
        for hole in HOLE.findall(setting.html):
            self._must_be_known(hole)
        if _stray(HOLE.sub("", setting.html)):
            raise CourseError(f"{self.source}: a placeholder is not closed; write it like {{{{name}}}}.")
        return setting

    def plain(self, line: str) -> str:
        """A title, subject or preheader: the same for everybody."""
        if _stray(line):
            raise CourseError(f"{self.source}: “{line}” stands where placeholders cannot; use plain words.")
        return line

    def title(self, line: str) -> str:
        """A plain line with the quotes that a heading deserves."""
        return self.typeset(self.plain(line)).text

    def _must_be_known(self, hole: str) -> None:
        key = hole.removeprefix("link:")
        if key == hole and hole not in self.placeholders:
            known = ", ".join(sorted(self.placeholders))
            raise CourseError(f"{self.source}: {{{{{hole}}}}} is not filled in here; use one of {known}.")
        if key != hole and not self._leads_somewhere(key):
            raise CourseError(
                f"{self.source}: {{{{{hole}}}}} leads nowhere; correct the key or drop the link."
            )

    def _leads_somewhere(self, key: str) -> bool:
        return key in addresses.PERSONAL or key in addresses.public("", self.challenge, self.language)


def _stray(words: str) -> bool:
    return "{{" in words or "}}" in words
