"""The command line: `kindling …`, the same as `python -m app …`."""

import sys

import typer

from app import logs
from app.cli import course, deliveries, doctor, operate, serve
from app.errors import KindlingError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Thirty days, five minutes, two people.")
for family in (serve, course, operate, doctor, deliveries):
    family.add_to(app)


def run() -> None:
    """Exit codes: 0 done, 1 refused or failed (one sentence on standard error), 2 wrong usage."""
    logs.configure()
    try:
        app()
    except KindlingError as error:
        print(f"kindling: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
