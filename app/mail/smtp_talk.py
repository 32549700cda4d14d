"""What every conversation with an SMTP server shares. Pure: bytes in, bytes out, a verdict at the end."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from app.mail.replies import Phase, Reply
from app.mail.smtp_ear import Ear


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect; for a command or a piece of content; after the dot (§4.5.3.2.6); for QUIT.

    After a `lull`, when nobody has said anything, one more connection is tried.
    """

    connect: float = 10
    command: float = 60
    data_end: float = 600
    farewell: float = 2
    lull: float = 0.25

    @property
    def until_dot(self) -> float:
        """How old a message may be when its dot leaves: one new connection and everything before the dot."""
        return self.connect + 7 * self.command


class Awaited(NamedTuple):
    """A reply that is due: in which phase, within how many seconds, and what it leads to."""

    phase: Phase
    seconds: float
    then: Callable[[Reply], None]


class Talk:
    """`open` until one side gave up; `verdict` is the reply that decided; `steps` grow whenever it goes on.

    Whoever drives it writes `out()` and says how much of it was `wrote`, lets it `hear` what comes, and says
    that it is `lost` when the connection ends or `seconds` pass without a step.
    """

    def __init__(self) -> None:
        self.open = True
        self.verdict: Reply | None = None
        self.steps = 0
        self._ear = Ear()
        self._due: deque[Awaited] = deque()
        self._out = memoryview(b"")

    @property
    def seconds(self) -> float:
        """How long the next reply, or the server's taking of more, may take from the last step on."""
        return self._due[0].seconds if self._due else inf

    @property
    def speaking(self) -> bool:
        """Whether there is something left to write."""
        return self.open and bool(self._out)

    @property
    def uttering(self) -> bool:
        """Whether what is left to write is content, its dot included."""
        return False

    def out(self) -> memoryview:
        """What may be written now; nothing as long as an answer is waited for."""
        return self._out

    def wrote(self, count: int) -> None:
        """So many octets of `out()` were handed to the network."""
        self._out = self._out[count:]

    def hear(self, octets: bytes) -> None:
        self._ear.hear(octets)
        try:
            while self.open and self._due and (said := self._ear.reply()) is not None:
                self._answered(Reply(self._due[0].phase, *said))
        except ConnectionError as fault:
            self.lost(str(fault))
        if not self._due and not self._ear.quiet:
            self.lost("the server spoke out of turn")

    def lost(self, why: str) -> None:
        """Nothing more will be heard."""
        self._decide(Reply(self._due[0].phase if self._due else Phase.CONNECT, 0, f"no answer: {why}"))
        self.open = False

    def _ask(self, commands: bytes, *due: Awaited) -> None:
        self._out = memoryview(bytes(self._out) + commands if self._out else commands)
        self._due.extend(due)
        self.steps += 1

    def _answered(self, reply: Reply) -> None:
        then = self._due.popleft().then
        self.steps += 1
        if reply.code == 421:
            self._refused(reply)
        else:
            then(reply)

    def _refused(self, reply: Reply) -> None:
        """The reply decides, and the connection is of no more use."""
        self._decide(reply)
        self.open = False

    def _decide(self, reply: Reply) -> None:
        """The first to decide has decided."""
        if self.verdict is None:
            self.verdict = reply
