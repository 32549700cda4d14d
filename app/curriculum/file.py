"""Read a text file of a challenge: UTF-8, inside its folder, in one normal form."""

from hashlib import sha256
from pathlib import Path

from app.curriculum.finding import unreadable


def read_text(path: Path, folder: Path) -> str:
    """The text without BOM and with plain line ends; Unreadable names the file otherwise."""
    refuse_detours(path, folder)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(str(path), 1, f"The file cannot be read ({error.strerror}).") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise unreadable(str(path), line, "This is not UTF-8; save the file in that encoding.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_control_characters(text, path)
    return text


def digest(text: str) -> str:
    """What tells one wording of a file from another."""
    return sha256(text.encode()).hexdigest()


def stamp(folder: Path) -> str:
    """What changes whenever a file of a challenge is written, made or removed."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".md", ".yaml"))
    known = ((path.relative_to(folder), path.stat()) for path in files)
    return digest("\n".join(f"{name} {found.st_mtime_ns} {found.st_size}" for name, found in known))[:16]


def from_here(path: Path) -> Path:
    """As it is reached from the working directory, so that a finding can be clicked on."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def refuse_detours(path: Path, folder: Path) -> None:
    """Nothing between the folder and its files may lead somewhere else."""
    steps = [step for step in (path, *path.parents) if step != folder and step.is_relative_to(folder)]
    if any(step.is_symlink() for step in steps):
        raise unreadable(str(path), 1, "A symbolic link is not followed; put the file itself here.")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise unreadable(str(path), 1, "This leads out of the folder of the challenge; move it inside.")


def _refuse_control_characters(text: str, path: Path) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if any(ord(character) < 32 and character != "\t" for character in line):
            raise unreadable(str(path), number, "There is a control character in this line; delete it.")
