"""Messages side by side, in threads: for providers that take one message a request."""

from collections.abc import Callable, Iterator, Mapping
from queue import Empty, SimpleQueue
from threading import Thread

from app.clock import Clock, boottime
from app.core.message import Message
from app.core.outcome import Meaning, Outcome
from app.mail.contract import Mailer, Stream

Send = Callable[[Message, float], Outcome]
"""Sends one message that was asked for at a moment of the clock. Raises nothing."""

A_MOMENT = 0.5
"""Seconds after which the stream is asked again, if a thread is free."""

_END = object()


def side_by_side(messages: Stream, send: Send, mailer: Mailer, clock: Clock = boottime) -> Iterator[Outcome]:
    """At most `mailer.width` at once, each in a thread; the next is taken only when a thread is free for it.

    It takes whatever it is fed, for an intent stands behind each: whoever feeds decides when to stop. An
    outcome that is missing when its lease ends is UNKNOWN. The threads are daemons: no process waits for one.
    """
    stream, outcomes = iter(messages), SimpleQueue[Outcome]()
    ends: dict[int, float] = {}
    taking = True
    while taking or ends:
        while taking and len(ends) < mailer.width:
            asked = clock()
            message = next(stream, _END)
            taking = message is not _END
            if not isinstance(message, Message):
                break
            work = (outcomes, send, message, asked, mailer.name)
            try:
                Thread(target=_send, args=work, daemon=True).start()
            except RuntimeError as fault:
                yield Outcome(message.id, Meaning.UNSENT, f"no thread for it: {fault}", mailer.name)
            else:
                ends[message.id] = asked + mailer.lease
        if not ends:
            return
        outcome = _soonest(outcomes, ends, mailer.name, clock)
        if outcome is not None and ends.pop(outcome.id, None) is not None:
            yield outcome


def _send(outcomes: SimpleQueue[Outcome], send: Send, message: Message, asked: float, name: str) -> None:
    try:
        outcomes.put(send(message, asked))
    except Exception as fault:
        outcomes.put(Outcome(message.id, Meaning.UNKNOWN, f"our own mistake: {fault!r}"[:500], name))


def _soonest(
    outcomes: SimpleQueue[Outcome], ends: Mapping[int, float], name: str, clock: Clock
) -> Outcome | None:
    """Nothing, if none comes in a moment and no lease ends."""
    late = min(ends, key=lambda one: ends[one])
    left = max(0.0, ends[late] - clock())
    try:
        return outcomes.get(timeout=min(left, A_MOMENT))
    except Empty:
        if left > A_MOMENT:
            return None
        return Outcome(late, Meaning.UNKNOWN, "no whole answer before the lease ended", name)
