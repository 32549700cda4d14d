"""Sentences that a person will read: in English here, in the person's own language at the door."""


def N_(text: str) -> str:  # the name that extractors of messages know
    """Marks a sentence for the catalogue of messages; `app.compose.words.say` translates it."""
    return text


class Refusal(ValueError):
    """What somebody typed cannot be taken. `sentence` is as in the catalogue; `values` fill its braces."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values
