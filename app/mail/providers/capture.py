"""Capture: every mail becomes a file. `capture://` fills var/inbox; `capture:///abs/path` another folder."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from email.policy import default
from itertools import count
from pathlib import Path
from urllib.parse import SplitResult, unquote

from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.errors import MailerError
from app.mail.contract import Stream
from app.mail.mime import as_bytes

EXAMPLE = "capture://"
INBOX = Path("var/inbox")

_NAME = re.compile(r"[0-9]{10,}-[0-9]{1,6}\.eml")
_HEAD = 65_536


def open_mailer(parts: SplitResult) -> "Capture":
    return Capture(folder_of(parts))


def folder_of(parts: SplitResult) -> Path:
    """Where a capture URL puts its mails."""
    if parts.netloc or parts.query or parts.fragment:
        raise MailerError("Write capture:// for var/inbox, or capture:///absolute/folder for another.")
    return Path(unquote(parts.path)) if parts.path.strip("/") else INBOX


class Capture:
    """Accepts everything that can be written as a mail."""

    name = "capture"
    width = 1
    free = 1
    key_window: timedelta | None = None
    lease = 60.0
    smtputf8 = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.as_bytes: Callable[[Message], bytes] = as_bytes

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        for message in filter(None, messages):
            yield self._capture(message)

    def close(self) -> None:
        """Nothing is held open."""

    def _capture(self, message: Message) -> Outcome:
        try:
            name = _write(self.folder, message.id, self.as_bytes(message))
        except ValueError as fault:
            return Outcome(message.id, Meaning.UNFIT, f"not written: {fault}", self.name)
        except OSError as fault:
            return Outcome(message.id, Meaning.UNREACHED, f"not written: {fault}", self.name)
        return Outcome(message.id, Meaning.ACCEPTED, f"written to {name}", self.name, provider_id=name)


@dataclass(frozen=True)
class Captured:
    """One file of the inbox. `date` is the mail's own; `size` is in octets."""

    name: str
    to: str
    subject: str
    date: datetime | None
    size: int


@dataclass(frozen=True)
class Inbox:
    """The captured mails of a folder, for the development inbox."""

    folder: Path = INBOX

    def list(self) -> list[Captured]:
        """Newest first, by when they were written."""
        files = [file for file in self.folder.glob("*.eml") if _NAME.fullmatch(file.name)]
        files.sort(key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
        return [_captured(file) for file in files]

    def read(self, name: str) -> bytes:
        """The mail as it was written; FileNotFoundError when the inbox holds none of that name."""
        path = self.folder / name
        if not _NAME.fullmatch(name) or path.is_symlink() or not path.is_file():
            raise FileNotFoundError("There is no such letter in the inbox.")
        return path.read_bytes()


def _captured(file: Path) -> Captured:
    with file.open("rb") as opened:
        mail = BytesHeaderParser(policy=default).parsebytes(opened.read(_HEAD))
    date = mail["Date"].datetime if mail["Date"] else None
    return Captured(file.name, str(mail["To"]), str(mail["Subject"]), date, file.stat().st_size)


def _write(folder: Path, number: int, octets: bytes) -> str:
    """Whole or not at all, under the first free `<delivery>-<n>.eml`: a copy is never hidden by another."""
    folder.mkdir(parents=True, exist_ok=True)
    for copy in count(1):
        path = folder / f"{number:010d}-{copy}.eml"
        part = path.with_suffix(".part")
        try:
            with part.open("xb") as opened:
                opened.write(octets)
        except FileExistsError:
            continue
        if not path.exists():
            part.rename(path)
            return path.name
        part.unlink()
    raise AssertionError("count() never ends")
