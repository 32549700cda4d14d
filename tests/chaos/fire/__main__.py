"""`python -m tests.chaos.fire --people 16667 --database postgresql --policy hold [--report FILE]`"""

import argparse
import sys
from pathlib import Path

from tests.chaos.fire.arena import ROOT
from tests.chaos.fire.burn import burn
from tests.chaos.fire.report import commit, write
from tests.chaos.fire.trial import Setting

CONTROL = 667
"""People, owed four thousand letters."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=60, help="each is owed six letters")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fury", type=float, default=1.0, help="mean seconds between two blows")
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--policy", nargs="+", default=["resend_once", "hold", "key"])
    parser.add_argument("--controls", action="store_true", help="first burn two ways that are not ours")
    parser.add_argument("--report", type=Path)
    asked = parser.parse_args()
    trials = [("postgresql", policy, CONTROL) for policy in ("cursor", "retry") if asked.controls]
    trials += [(database, policy, asked.people) for database in asked.database for policy in asked.policy]
    fires, burnt = [], commit()
    for database, policy, people in trials:
        fires.append(burn(Setting(database, policy, people, asked.seed, asked.fury)))
        if asked.report:
            write(fires, burnt, asked.report, ROOT / "README.md")
        print(f"{fires[-1].setting.name}: {', '.join(fires[-1].failures) or 'kept'}", fires[-1], flush=True)
    sys.exit(any(one.failures for one in fires))


if __name__ == "__main__":
    main()
