"""What source codes are called, and that none is forgotten."""

import csv
from importlib.resources import files

import pytest

from directory.listings.codes import (
    CATEGORIES,
    LOCATOR_CATEGORIES,
    code_category,
    code_label,
    code_names,
    codes_by_category,
    codes_of_label,
    codes_of_scheme,
)
from directory.listings.needs import taxonomy
from directory.listings.record import Code


def rows() -> list[dict[str, str]]:
    text = (files("directory.listings") / "samhsa_codes.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_every_samhsa_code_is_mapped_or_deliberately_ignored() -> None:
    known = [Code(f"samhsa_{row['directory']}", row["code"]) for row in rows() if row["edition"] == "2024"]
    assert len(known) == 405
    assert [code for code in known if not taxonomy().knows(code)] == []


def test_no_crosswalk_maps_a_samhsa_code_that_does_not_exist() -> None:
    mapped = {code for code in taxonomy().effects if code.scheme in ("samhsa_substance", "samhsa_mental")}
    assert mapped == {code for code in code_names() if code.scheme in ("samhsa_substance", "samhsa_mental")}


def test_every_meeting_type_is_mapped_or_deliberately_ignored() -> None:
    types = codes_of_scheme("meeting_guide")
    assert {"O", "C", "X", "TC", "LGBTQ"} <= types
    assert [value for value in types if not taxonomy().knows(Code("meeting_guide", value))] == []


def test_labels_carry_no_lost_signs() -> None:
    assert code_label(Code("samhsa_substance", "ACM")) == "Acamprosate (Campral®)"
    assert not any("\ufffd" in row["label"] or "  " in row["label"] for row in rows())


def test_every_code_has_a_spanish_name() -> None:
    text = (files("directory.listings") / "samhsa_labels_es.csv").read_text(encoding="utf-8")
    spanish = {row["label"] for row in csv.DictReader(text.splitlines())}
    assert {row["label"] for row in rows() if row["edition"] == "2024"} == spanish
    assert code_label(Code("samhsa_mental", "HS"), "es") == "Servicios de vivienda"
    assert code_label(Code("meeting_guide", "X"), "es") == "Acceso en silla de ruedas"


def test_a_code_means_what_its_own_directory_says() -> None:
    assert code_category(Code("samhsa_mental", "MC")) == "Payment accepted"
    assert code_label(Code("samhsa_mental", "MHC")) == "Mental health clinic or mental health center"
    assert code_label(Code("samhsa_substance", "MHC")) is None
    assert code_category(Code("samhsa_substance", "Intensive")) is None


def test_every_category_has_words_and_a_place_on_the_page() -> None:
    assert {name.category for name in code_names().values()} == set(CATEGORIES)
    assert {each for categories in LOCATOR_CATEGORIES.values() for each in categories} <= set(CATEGORIES)


def test_a_page_lists_codes_by_category_each_label_once() -> None:
    codes = [Code("samhsa_substance", code) for code in ("MD", "SA", "SF", "SNR", "SE", "DT", "nonsense")]
    assert codes_by_category(codes) == [
        ("Type of care", ["Substance use treatment", "Detoxification"]),
        ("Special programs or groups", ["Seniors or older adults"]),
        ("Age groups accepted", ["Seniors"]),
        ("Payment accepted", ["Medicaid", "Cash or self-payment"]),
    ]
    assert codes_by_category([Code("samhsa_substance", "DT")], "es") == [
        ("Type of care", ["Desintoxicación"])
    ]


@pytest.mark.parametrize(
    "row", [each for each in rows() if each["edition"] == "2024"], ids=lambda row: row["code"]
)
def test_every_published_label_leads_back_to_its_code(row: dict[str, str]) -> None:
    f2 = [key for key, categories in LOCATOR_CATEGORIES.items() if row["category"] in categories]
    if row["category"] != "Discharge and aftercare" and row["label"].startswith(
        ("In-network", "No formal", "Other contr")
    ):
        f2 = ["AUT"] if row["code"].startswith("AU") else ["OM"]
    assert codes_of_label(row["directory"], row["label"], f2[0] if f2 else None) == (row["code"],)


@pytest.mark.parametrize(
    ("directory", "label", "category", "codes"),
    [
        ("substance", "Female and Male", "SN", ("FEM", "MALE")),
        ("substance", "Female", "SN", ("FEM",)),
        ("substance", "acamprosate (campral\ufffd)", "PHR", ("ACM",)),
        ("substance", "Cash\u00a0or self-payment", "PAY", ("SF",)),
        ("substance", "Sliding fee scale", "PYAS", ("SS",)),
        ("substance", "Short-term residential (30 days or less)", "SET", ("RS",)),
        ("mental", "Partial hospitalization/day treatment", "SET", ("PHDT",)),
        ("mental", "Partial hospitalization/day treatment", "FT", ("PH",)),
        ("mental", "Persons who have experienced trauma", "SG", ("TRMA",)),
        ("substance", "Something quite new", "TC", ()),
        ("substance", "", None, ()),
    ],
)
def test_locator_labels_become_the_codes_of_their_directory(
    directory: str, label: str, category: str | None, codes: tuple[str, ...]
) -> None:
    assert codes_of_label(directory, label, category) == codes
