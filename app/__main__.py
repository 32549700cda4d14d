"""`python -m app` is `kindling`."""

from app.cli import run

run()
