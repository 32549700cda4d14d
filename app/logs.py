"""Structured logs: events with ids, never addresses, names or links."""

import atexit
import logging
import os
import sys
from contextlib import suppress
from queue import Full, Queue
from threading import Event, Thread

import structlog

STANDARD_ERROR = 2
LINES = 10_000
FAREWELL = 1.0
"""Seconds that the last lines may take when the process ends."""


def configure() -> None:
    """Key=value lines on a terminal, JSON lines elsewhere, both on standard error."""
    on_terminal = sys.stderr.isatty()
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer()
    )
    log = Log(STANDARD_ERROR)
    atexit.register(log.end)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks if not on_terminal else structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(log),  # type: ignore[arg-type]
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=log)


class Log:
    """A file that holds nobody up: one thread writes; what it cannot take any more is lost, and only that."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: Queue[str] = Queue(LINES)
        self._done = Event()
        Thread(target=self._write, name="log", daemon=True).start()

    def write(self, line: str) -> None:
        with suppress(Full):
            self._lines.put_nowait(line)

    def flush(self) -> None:
        """Whoever writes does not wait."""

    def end(self) -> None:
        self.write("")
        self._done.wait(FAREWELL)

    def _write(self) -> None:
        while line := self._lines.get():
            with suppress(OSError):
                os.write(self._descriptor, line.encode(errors="replace"))
        self._done.set()
