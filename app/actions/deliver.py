"""Deliver what is due: claim, compose, intent, send, record (docs/guarantee.md).

No session is open while a message is composed or on the wire.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched  # type: ignore[attr-defined,unused-ignore]
