"""Every sentence that somebody may read is there in every language; what is missing stops the check."""

from pathlib import Path
from shutil import copytree

import pytest
from babel.messages.catalog import Catalog

from app.compose.catalogues import gaps, gathered, update
from app.compose.words import CATALOGUE, LOCALE

SETTINGS = 'msgid "Settings"\nmsgstr "Einstellungen"\n'


@pytest.fixture(scope="module")
def ours() -> Catalog:
    return gathered()


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """A copy of the catalogues to take apart."""
    return Path(copytree(LOCALE, tmp_path / "locale"))


def rewrite(locale: Path, old: str, new: str) -> None:
    file = locale / "de" / CATALOGUE
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def told(locale: Path, ours: Catalog) -> list[str]:
    return [gap.sentence for gap in gaps(locale, ours)]


def test_no_sentence_is_missing(ours: Catalog) -> None:
    assert gaps(LOCALE, ours) == []


def test_sentences_of_code_and_templates_are_gathered_with_their_plurals(ours: Catalog) -> None:
    assert {"Day {day}: {subject}", "Skip to the text", "Why today"} <= {one.id for one in ours}
    assert any(one.pluralizable for one in ours)


def test_a_missing_sentence_is_told(locale: Path, ours: Catalog) -> None:
    rewrite(locale, SETTINGS, "")
    assert told(locale, ours) == ["“Settings” is missing; run: make catalogues"]


def test_a_sentence_without_its_translation_is_told_with_its_line(locale: Path, ours: Catalog) -> None:
    rewrite(locale, SETTINGS, 'msgid "Settings"\nmsgstr ""\n')
    [gap] = gaps(locale, ours)
    assert gap.sentence == "“Settings” is not translated."
    assert gap.file.read_text().splitlines()[gap.line - 1] == 'msgid "Settings"'


def test_a_fuzzy_translation_is_told(locale: Path, ours: Catalog) -> None:
    rewrite(locale, SETTINGS, f"#, fuzzy\n{SETTINGS}")
    assert told(locale, ours) == ["“Settings” is marked fuzzy; read it once more and take the mark away."]


@pytest.mark.parametrize(
    ("old", "new"),
    [("Tag {day}: {subject}", "Tag {tag}: {subject}"), ("Für <bdi>%(owner)s</bdi>", "Für dich")],
)
def test_another_placeholder_or_tag_is_told(locale: Path, ours: Catalog, old: str, new: str) -> None:
    rewrite(locale, old, new)
    [sentence] = told(locale, ours)
    assert sentence.endswith("has other placeholders or tags than its translation.")


def test_a_sentence_that_nobody_says_any_more_is_told(locale: Path, ours: Catalog) -> None:
    rewrite(locale, SETTINGS, f'{SETTINGS}\nmsgid "Hurry up"\nmsgstr "Beeil dich"\n')
    assert told(locale, ours) == ["Nobody says “Hurry up” any more; run: make catalogues"]


def test_bringing_a_catalogue_up_to_date_adds_what_is_new_and_keeps_the_rest(
    locale: Path, ours: Catalog
) -> None:
    rewrite(locale, SETTINGS, "")
    update(locale)
    assert told(locale, ours) == ["“Settings” is not translated."]


def test_bringing_up_to_date_what_is_so_changes_nothing(locale: Path) -> None:
    update(locale)
    assert (locale / "de" / CATALOGUE).read_text() == (LOCALE / "de" / CATALOGUE).read_text()
