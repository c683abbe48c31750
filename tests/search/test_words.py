"""Words meet when they are one word, and never when they are two."""

import pytest

from directory.search.words import fold, located, stems, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("houses", "housing"),
        ("counselling", "counseling"),
        ("meeting", "meetings"),
        ("families", "family"),
        ("churches", "church"),
        ("Women's", "women"),
        ("mujeres", "mujer"),
        ("reuniones", "reunión"),
        ("viviendas", "vivienda"),
        ("N.A.", "NA"),
        ("A.A", "aa"),
        ("12-step", "12 step"),
        ("driving", "drive"),
        ("CLINICS", "clínic"),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dental", "mental"),
        ("care", "car"),
        ("aids", "aid"),
        ("house", "horse"),
        ("living", "live"),
        ("suite", "suit"),
    ],
)
def test_different_words_have_different_stems(one: str, other: str) -> None:
    assert stems(one) != stems(other)


def test_stop_words_of_both_languages_are_left_out_and_no_is_kept() -> None:
    assert stems("a place for the women near me") == ["plac", "women"]
    assert stems("ayuda para la familia") == ["ayuda", "familia"]
    assert stems("no ID") == ["no", "id"]


def test_folding_drops_case_accents_apostrophes_and_blanks() -> None:
    assert fold("  Él’s\tCAFÉ  St. John's ") == "els cafe st. johns"


def test_hyphens_slashes_and_control_characters_part_words() -> None:
    assert tokens("co-occurring 24/7\x00drop_in") == ["co", "occurring", "24", "7", "drop", "in"]


def test_other_scripts_are_words_too() -> None:
    assert tokens("помощь 戒酒") == ["помощь", "戒酒"]


def test_located_words_stand_where_they_say() -> None:
    text = "Ride to court, N.A. tonight"
    folded = fold(text)
    assert [folded[each.start : each.end] for each in located(text)] == tokens(text)


def test_an_endless_word_is_cut() -> None:
    assert len(stems("x" * 10_000)[0]) <= 64
