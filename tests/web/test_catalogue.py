"""Every fixed sentence is translated, and the committed catalogues are those of the program as it is."""

import io

import pytest

from directory.web import catalogue
from directory.web.language import LANGUAGES, LOCALE_FOLDER

TRANSLATED = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_missing_or_untranslated(language: str) -> None:
    assert catalogue.missing(catalogue.read(language), catalogue.extracted()) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_kept_that_nobody_says(language: str) -> None:
    said = catalogue.extracted()
    assert [str(each.id) for each in catalogue.read(language) if each.id and each.id not in said] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_text(language: str) -> None:
    compiled = (LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.mo").read_bytes()
    assert compiled == catalogue.compiled(catalogue.read(language))


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_values_of_their_sentence(language: str) -> None:
    for message in catalogue.read(language):
        assert [str(problem) for problem in message.check()] == []


def found_in(code: str) -> list[str | tuple[str, ...]]:
    return [text for _, _, text, _ in catalogue.extract_python(io.BytesIO(code.encode()), (), (), {})]


def test_extraction_finds_marked_sentences_and_countable_pairs() -> None:
    assert found_in('N_("a"); _("b"); gettext("c", x=1); ngettext("d", "e", n)') == [
        "a",
        "b",
        "c",
        ("d", "e"),
    ]
    assert found_in('Phrase(N_("%(num)s a"), {"num": 1}, plural=N_("%(num)s b"))') == [
        ("%(num)s a", "%(num)s b")
    ]
    assert found_in('ROWS = [(N_("%(num)s a"), N_("%(num)s b")), (N_("c"), N_("d"))]') == [
        ("%(num)s a", "%(num)s b"),
        "c",
        "d",
    ]


def test_extraction_passes_over_what_is_no_fixed_text() -> None:
    assert found_in('_(name); gettext(f"{a}"); other("x"); N_()') == []
