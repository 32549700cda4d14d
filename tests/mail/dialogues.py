"""A dialogue without a socket: what it says after what it heard."""

from app.mail.mime import Envelope
from app.mail.smtp_dialogue import Dialogue, Parcel
from app.mail.smtp_offers import Offers
from app.mail.smtp_talk import Timeouts

from .letters import ADA

MAIL, RCPT, DATA = b"MAIL FROM:<hello@harbour.example>\r\n", b"RCPT TO:<ada@example.org>\r\n", b"DATA\r\n"
FINE, GO_ON = b"250 fine\r\n", b"354 go on\r\n"
CONTENT = b"Subject: x\r\n\r\n.dot\r\n"
TIMES = Timeouts()


def begun(*, pipelining: bool = True, content: bytes = CONTENT, fresh: list[bool] | None = None) -> Dialogue:
    """A dialogue that was just handed a letter to Ada; `fresh` is what it hears when it asks, then yes."""
    answers = iter(fresh or [])
    dialogue = Dialogue(Offers(pipelining=pipelining), TIMES)
    between = Envelope("hello@harbour.example", ADA, smtputf8=False)
    dialogue.begin(Parcel(1, between, content, lambda: next(answers, True)))
    return dialogue


def said(dialogue: Dialogue) -> bytes:
    """Everything it has to say for now."""
    octets = b""
    while dialogue.speaking and (piece := bytes(dialogue.out())):
        dialogue.wrote(len(piece))
        octets += piece
    return octets


def after(dialogue: Dialogue, *heard: bytes) -> bytes:
    """What it says when all it said before was taken and this is heard."""
    said(dialogue)
    for octets in heard:
        dialogue.hear(octets)
    return said(dialogue)
