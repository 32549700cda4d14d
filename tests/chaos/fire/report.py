"""What happened, as Markdown: commit, seed, machine, full counts."""

import os
import platform
import subprocess
from dataclasses import asdict

from tests.chaos.fire.arena import ROOT
from tests.chaos.fire.trial import Fire


def report(fires: list[Fire]) -> str:
    first = fires[0].setting
    python = platform.python_version()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {python}"
    lines = [
        "# The fire",
        "",
        f"Commit {_commit()}; {machine}; seed {first.seed}; on average a blow every {first.fury} s.",
        "",
        "| | " + " | ".join(one.setting.name for one in fires) + " |",
        "|---|" + "---|" * len(fires),
    ]
    for name in _counts(fires[0]):
        lines.append(f"| {name} | " + " | ".join(str(_counts(one)[name]) for one in fires) + " |")
    lines.append("| promise | " + " | ".join("; ".join(one.failures) or "kept" for one in fires) + " |")
    return "\n".join(lines) + "\n"


def _counts(fire: Fire) -> dict[str, object]:
    told = {"people": fire.setting.people, "workers": fire.setting.workers}
    told |= {k: v for k, v in asdict(fire).items() if k not in ("setting", "blows", "broken")}
    told |= {"rows against an invariant": sum(fire.broken.values())} | asdict(fire.blows)
    return {name.replace("_", " "): value for name, value in told.items()}


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
