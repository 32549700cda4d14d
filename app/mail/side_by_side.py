"""Messages side by side, in threads: for providers that take one message a request."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from queue import Empty, SimpleQueue
from threading import Thread

from app.clock import Clock, boottime
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Mailer

Send = Callable[[Message, float], Outcome]
"""Sends one message that was asked for at a moment of the clock. Raises nothing."""


def side_by_side(
    messages: Iterable[Message], send: Send, mailer: Mailer, clock: Clock = boottime
) -> Iterator[Outcome]:
    """At most `mailer.width` at once, each in a thread; the next is taken only when a thread is free for it.

    It takes whatever it is fed, for an intent stands behind each: whoever feeds decides when to stop. An
    outcome that is missing when its lease ends is UNKNOWN. The threads are daemons: no process waits for one.
    """
    stream, outcomes = iter(messages), SimpleQueue[Outcome]()
    ends: dict[int, float] = {}
    taking = True
    while True:
        while taking and len(ends) < mailer.width:
            asked = clock()
            message = next(stream, None)
            taking = message is not None
            if message is not None:
                ends[message.id] = asked + mailer.lease
                work = (outcomes, send, message, asked, mailer.name)
                Thread(target=_send, args=work, daemon=True).start()
        if not ends:
            return
        outcome = _soonest(outcomes, ends, mailer.name, clock)
        if ends.pop(outcome.id, None) is not None:
            yield outcome


def _send(outcomes: SimpleQueue[Outcome], send: Send, message: Message, asked: float, name: str) -> None:
    try:
        outcomes.put(send(message, asked))
    except Exception as fault:
        outcomes.put(Outcome(message.id, Meaning.UNKNOWN, f"our own mistake: {fault!r}"[:500], name))


def _soonest(outcomes: SimpleQueue[Outcome], ends: Mapping[int, float], name: str, clock: Clock) -> Outcome:
    late = min(ends, key=lambda one: ends[one])
    try:
        return outcomes.get(timeout=max(0.0, ends[late] - clock()))
    except Empty:
        return Outcome(late, Meaning.UNKNOWN, "no whole answer before the lease ended", name)
