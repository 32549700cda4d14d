"""Memory: the fake for tests. Keeps what it accepts and answers what it is told."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from urllib.parse import SplitResult

from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Stream

EXAMPLE = "memory://"

Answer = Callable[[Message], Meaning]


def open_mailer(parts: SplitResult) -> "Memory":
    return Memory()


def always(message: Message) -> Meaning:
    return Meaning.ACCEPTED


class Memory:
    """`answers` are given one by one, first come first served; after them `answer` is asked."""

    name = "memory"
    width = 1
    free = 1
    key_window: timedelta | None = None
    lease = 60.0
    smtputf8 = True

    def __init__(self, answers: Iterable[Meaning] = (), answer: Answer = always) -> None:
        self.answers = list(answers)
        self.answer = answer
        self.accepted: list[Message] = []

    def deliver(self, messages: Stream) -> Iterator[Outcome]:
        for message in filter(None, messages):
            meaning = self.answers.pop(0) if self.answers else self.answer(message)
            if meaning is Meaning.ACCEPTED:
                self.accepted.append(message)
            yield Outcome(message.id, meaning, f"told to say {meaning}", self.name)

    def close(self) -> None:
        """Nothing is held open."""
