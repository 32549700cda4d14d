"""The curriculum compiler: reads a folder of lessons into a Challenge, and checks it like code."""

from app.curriculum.check import lint
from app.curriculum.finding import Finding, Severity
from app.curriculum.reader import read_challenge, read_challenges
from app.curriculum.skills import write_skills

__all__ = ["Finding", "Severity", "lint", "read_challenge", "read_challenges", "write_skills"]
