import pytest

from app.compose.names import in_html, in_text

FSI, PDI = "\u2068", "\u2069"


def test_the_five_forms_with_a_name() -> None:
    forms = in_text("Ada", "Ben", "en")
    assert forms["greeting"] == "Hello Ada,"
    assert (forms["partner"], forms["Partner"]) == ("Ben", "Ben")
    assert (forms["partners"], forms["Partners"]) == ("Ben’s", "Ben’s")
    assert forms["PARTNERS"] == "BEN’S"


def test_the_five_forms_without_a_name() -> None:
    forms = in_text("", "", "en")
    assert forms["greeting"] == "Hello,"
    assert (forms["partner"], forms["Partner"]) == ("your partner", "Your partner")
    assert (forms["partners"], forms["Partners"]) == ("your partner’s", "Your partner’s")


def test_german_needs_a_dative_and_no_possessive() -> None:
    forms, nameless = in_text("Ada", "Ben", "de"), in_text("", "", "de")
    assert {forms[key] for key in ("partner", "Partner", "partners", "Partners")} == {"Ben"}
    assert (nameless["partner"], nameless["partners"]) == ("dein Gegenüber", "deinem Gegenüber")
    assert (forms["greeting"], nameless["greeting"]) == ("Hallo Ada,", "Hallo,")


@pytest.mark.parametrize("name", ["<script>", "{{ config }}", "{{partner}}", "a" * 31, "R2D2", "💛", "a\nb"])
def test_a_name_no_sentence_can_carry_is_left_out(name: str) -> None:
    assert in_html(name, name, "en") == in_html("", "", "en")
    assert in_text(name, name, "en") == in_text("", "", "en")


@pytest.mark.parametrize("name", ["نور", "נועה"])
def test_a_name_from_right_to_left_keeps_to_itself(name: str) -> None:
    assert in_text("", name, "en")["partners"] == f"{FSI}{name}{PDI}’s"
    assert in_html("", name, "en")["partners"] == f"<bdi>{name}</bdi>’s"


def test_an_apostrophe_is_escaped_in_html_only() -> None:
    assert in_html("O'Neill", "", "en")["name"] == "O&#x27;Neill"
    assert in_text("O'Neill", "", "en")["name"] == "O'Neill"
