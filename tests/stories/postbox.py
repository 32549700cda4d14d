"""A real mail server on this machine that keeps everything it is given."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Self

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Arrival:
    """One mail with its envelope, and the time of day (UTC) at which it came."""

    at: datetime
    sender: str
    recipients: tuple[str, ...]
    mail: EmailMessage

    @property
    def kind(self) -> str:
        """Such as "lesson 1" or "welcome", out of `day:challenge:kind:sender`."""
        day, _, kind, _ = self.mail["Feedback-ID"].split(":")
        return f"{kind} {day}".strip()


class Postbox:
    """Listens while its block lasts; `now` tells the time of day."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.arrivals: list[Arrival] = []
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=default)
        self.arrivals.append(Arrival(self.now(), envelope.mail_from, tuple(envelope.rcpt_tos), mail))
        return "250 2.0.0 kept"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
