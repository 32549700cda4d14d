"""What happened, as Markdown: all counts into a report, a few between two marks of the README."""

import os
import platform
import re
import subprocess
from dataclasses import asdict
from pathlib import Path

from tests.chaos.fire.arena import ROOT
from tests.chaos.fire.trial import Fire

BEGIN, END = "<!-- make fire writes from here -->\n", "<!-- to here -->"
POLICIES = {
    "cursor": "for comparison: progress is written down when a batch is fetched",
    "retry": "for comparison: claim with a lease, again when unsure",
    "resend_once": "Kindling, `resend_once`: once more when nobody knows",
    "hold": "Kindling, `hold`: a person decides when nobody knows",
    "key": "Kindling, with a provider that removes repeats by our key",
}


def write(fires: list[Fire], commit: str, file: Path, readme: Path) -> None:
    told = _circumstances(fires, commit)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"# The fire\n\n{told}\n\n{_everything(fires)}")
    text = readme.read_text()
    inside = f"{told}\n\n{_table(fires)}"
    readme.write_text(
        re.sub(f"({BEGIN}).*({END})", lambda mark: mark[1] + inside + mark[2], text, flags=re.S)
    )


def commit() -> str:
    """Of the checkout, before a report changes it."""
    asked = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def _circumstances(fires: list[Fire], commit: str) -> str:
    first = fires[0].setting
    owed = sum(one.owed for one in fires if one.setting.ours)
    return (
        f"{owed:,} deliveries; commit {commit}, seed {first.seed}, {platform.system()} "
        f"{platform.machine()} with {os.cpu_count()} cores, Python {platform.python_version()}; on average "
        f"a blow every {first.fury} s."
    )


def _table(fires: list[Fire]) -> str:
    """One row a trial."""
    names = ("database", "policy", "owed", "silently lost", "extra copies", "ever uncertain", "kills")
    rows = [
        (
            one.setting.database,
            POLICIES[one.setting.policy],
            f"{one.owed:,}",
            f"**{one.lost}**",
            one.extra,
            one.uncertain if one.setting.ours else "–",
            one.blows.kills,
        )
        for one in fires
    ]
    return _lines([names, ("---",) * len(names), *rows])


def _everything(fires: list[Fire]) -> str:
    """One column a trial."""
    names = list(_counts(fires[0]))
    rows = [(name, *(_counts(one)[name] for one in fires)) for name in names]
    kept = ("promise", *(_promise(one) for one in fires))
    head = ("", *(one.setting.name for one in fires))
    return _lines([head, ("---",) * len(head), *rows, kept])


def _promise(fire: Fire) -> str:
    return "; ".join(fire.failures) or ("kept" if fire.setting.ours else "none was made")


def _lines(rows: list[tuple[object, ...]]) -> str:
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in rows)


def _counts(fire: Fire) -> dict[str, object]:
    told = {"people": fire.setting.people, "workers": fire.setting.workers}
    told |= {k: v for k, v in asdict(fire).items() if k not in ("setting", "blows", "broken")}
    if fire.setting.policy == "key":
        told["replies_dropped"] = "not counted"
    told |= {"rows against an invariant": sum(fire.broken.values())} | asdict(fire.blows)
    return {name.replace("_", " "): value for name, value in told.items()}
