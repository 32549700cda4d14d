"""Bytes from an SMTP server in, whole replies out (RFC 5321 §4.2)."""

import re

LONGEST = 65_536
"""Octets that may wait to become whole replies."""

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)


class Ear:
    """Keeps what was heard until it is a whole reply."""

    def __init__(self) -> None:
        self._heard = b""
        self._lines: list[str] = []

    @property
    def quiet(self) -> bool:
        """Whether nothing was heard that has not been given out."""
        return not self._heard and not self._lines

    def hear(self, octets: bytes) -> None:
        self._heard += octets

    def reply(self) -> tuple[int, str] | None:
        """The next whole reply, its lines joined by newlines; ConnectionError when it can be none."""
        if len(self._heard) + sum(len(line) + 5 for line in self._lines) > LONGEST:
            raise ConnectionError("an answer without end")
        while b"\n" in self._heard:
            line, _, self._heard = self._heard.partition(b"\n")
            parts = _LINE.fullmatch(line.rstrip(b"\r"))
            if parts is None:
                raise ConnectionError(f"an answer that is none: {line[:80]!r}")
            self._lines.append((parts[3] or b"").decode(errors="replace"))
            if parts[2] != b"-":
                lines, self._lines = self._lines, []
                return int(parts[1]), "\n".join(lines)
        return None
