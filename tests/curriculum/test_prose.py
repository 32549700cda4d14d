from app.curriculum.prose import find, plain, sentences, words


def test_markdown_is_read_without_its_marks() -> None:
    assert plain("1. **Ask** {{partner}}: [a quiet *minute*]({{link:pause}})") == "Ask Sam: a quiet minute"


def test_a_possessive_placeholder_is_a_possessive_name() -> None:
    assert plain("{{Partners}} turn") == "Sam's turn"


def test_words_with_apostrophes_and_hyphens_are_one() -> None:
    assert words("Don't say “good-night” at 8.") == ["Don't", "say", "good-night", "at", "8"]


def test_a_sentence_ends_before_a_capital_letter() -> None:
    text = 'Say "Oh?" Then wait. It may be ... a while.\n\nGo.'
    assert sentences(text) == [(0, 'Say "Oh?'), (0, "Then wait."), (0, "It may be ... a while."), (2, "Go.")]


def test_steps_are_sentences_of_their_own_lines() -> None:
    assert sentences("1. Put it\n   down.\n2. Go") == [(0, "Put it down."), (2, "Go")]


def test_phrases_are_found_as_whole_words_over_line_ends() -> None:
    assert list(find(("catch up", "fail*"), "Ketchup.\nFailing? Catch\nup.")) == [
        (1, "Failing"),
        (1, "Catch up"),
    ]


def test_german_quotes_are_quotes() -> None:
    assert plain("„Wenn du ‚Hallo‘ sagst, dann ...“") == "\"Wenn du 'Hallo' sagst, dann ...\""
