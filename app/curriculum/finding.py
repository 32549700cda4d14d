"""Finding: what a rule has to say about one line of one file."""

from dataclasses import dataclass
from enum import StrEnum

from app.errors import CourseError


class Severity(StrEnum):
    """An error stops the build; a warning is a writer's to weigh; a note says what was not checked."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """`file` as it was reached from where the check began; lines count from 1."""

    rule: str
    severity: Severity
    file: str
    line: int
    sentence: str

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.rule} {self.severity}: {self.sentence}"


class Unreadable(CourseError):
    """Files cannot be used as they are; `findings` say which and why."""

    def __init__(self, *findings: Finding) -> None:
        more = f"\n({len(findings) - 1} more; `kindling check` lists them.)" if findings[1:] else ""
        super().__init__(f"{findings[0]}{more}")
        self.findings = findings


def unreadable(file: str, line: int, sentence: str) -> Unreadable:
    return Unreadable(Finding("L01", Severity.ERROR, file, line, sentence))
