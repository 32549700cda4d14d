from app.core.message import Message
from app.core.outcome import Meaning
from app.mail.providers.memory import Memory

from .letters import BEN, letter, letters


def test_it_keeps_what_it_accepts() -> None:
    mailer = Memory()
    outcomes = list(mailer.deliver(letters(2)))
    assert [one.meaning for one in outcomes] == [Meaning.ACCEPTED] * 2
    assert mailer.accepted == letters(2)


def test_it_answers_what_it_is_told_one_by_one() -> None:
    mailer = Memory([Meaning.DEFERRED, Meaning.UNKNOWN])
    assert [one.meaning.value for one in mailer.deliver(letters(3))] == ["deferred", "unknown", "accepted"]
    assert [one.id for one in mailer.accepted] == [3]


def test_it_can_be_asked_about_each() -> None:
    def no_ben(message: Message) -> Meaning:
        return Meaning.REJECTED if message.to.address == BEN else Meaning.ACCEPTED

    outcomes = Memory(answer=no_ben).deliver([letter(1, BEN), letter(2)])
    assert [one.meaning for one in outcomes] == [Meaning.REJECTED, Meaning.ACCEPTED]
