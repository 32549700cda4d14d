"""Kindling: thirty days, five minutes, two people."""

import zoneinfo

zoneinfo.reset_tzpath(to=())  # zone data from the pinned wheel: a system's copy may be years old
