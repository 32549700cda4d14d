"""skills.yaml: which lesson teaches which skill. Generated; only its labels are written by hand."""

from pathlib import Path

import yaml

from app.core.challenge import english
from app.curriculum.file import read_text
from app.curriculum.finding import Unreadable
from app.curriculum.form import fill
from app.curriculum.page import LessonPage
from app.curriculum.pages import read_pages
from app.curriculum.schema import PLAN, SKILLS

_HEAD = (
    "# Generated from the lessons by `kindling check --write-skills`; only the labels are yours to change.\n"
)


def write_skills(folder: Path) -> None:
    """Bring skills.yaml in line with the lessons."""
    (folder / "skills.yaml").write_text(skills(folder), encoding="utf-8")


def skills(folder: Path) -> str:
    """The text of skills.yaml: labels that were given are kept, a new skill is called by its id."""
    labels = _labels(folder)
    rows = [
        {
            "id": page.matter.teaches,
            "label": labels.get(page.matter.teaches, page.matter.teaches.replace("-", " ")),
            "day": page.matter.day,
        }
        for page in _lessons(folder)
    ]
    return _HEAD + yaml.safe_dump(rows, sort_keys=False, allow_unicode=True)


def _labels(folder: Path) -> dict[str, str]:
    path = folder / "skills.yaml"
    if not path.exists():
        return {}
    return {skill.id: skill.label for skill in fill(read_text(path, folder), SKILLS, str(path)).value}


def _lessons(folder: Path) -> list[LessonPage]:
    path = folder / "challenge.yaml"
    plan = fill(read_text(path, folder), PLAN, str(path)).value
    pages, findings = read_pages(folder, plan.languages[:1], english)
    if findings:
        raise Unreadable(*findings)
    return sorted((page for page in pages if isinstance(page, LessonPage)), key=lambda page: page.matter.day)
