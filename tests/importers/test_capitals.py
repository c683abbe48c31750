"""Names and streets in capitals, as people write them."""

import pytest

from importers.capitals import INITIALS, SHORTENED, SMALL_WORDS, TWO_LETTERS, calm_address, calm_capitals


@pytest.mark.parametrize(
    ("name", "calm"),
    [
        ("EBBTIDE PROGRAM FOR WOMEN AND CHILDREN", "Ebbtide Program for Women and Children"),
        ("SAINT MARY'S CENTER", "Saint Mary's Center"),
        ("SAINT MARY’S CENTER", "Saint Mary’s Center"),
        ("LIFELONG MEDICAL CARE LLC", "Lifelong Medical Care LLC"),
        ("FAMILY SERVICES, INC.", "Family Services, Inc."),
        ("THE CENTER IN THE VALLEY", "The Center in the Valley"),
        ("COUNTY SERVICES - THE CENTER", "County Services - The Center"),
        ("NUEVA ESPERANZA DE LA FRONTERA", "Nueva Esperanza de la Frontera"),
        ("VALLEY HEALTH/BEHAVIORAL HEALTH", "Valley Health/Behavioral Health"),
        ("O'BRIEN FAMILY CLINIC OF SAINT D'ARCY", "O'Brien Family Clinic of Saint D'Arcy"),
        ("MCDONALD RECOVERY CENTER", "McDonald Recovery Center"),
        ("39TH STREET RECOVERY CENTER", "39th Street Recovery Center"),
    ],
)
def test_names_in_capitals_are_written_as_people_write_them(name: str, calm: str) -> None:
    assert calm_capitals(name) == calm


@pytest.mark.parametrize(
    ("name", "calm"),
    [
        ("NACA BEHAVIORAL HEALTH", "NACA Behavioral Health"),
        ("CENTRAL YMCA OF GREATER READING", "Central YMCA of Greater Reading"),
        ("VA MEDICAL CENTER PITTSBURGH", "VA Medical Center Pittsburgh"),
        ("PHOENIX HOUSE II RESIDENTIAL", "Phoenix House II Residential"),
        ("MERCY HOSPITAL OTP AND IOP", "Mercy Hospital OTP and IOP"),
        ("FAMILY HEALTH CENTER SBHC", "Family Health Center SBHC"),
        ("RECOVERY CENTER OF NC", "Recovery Center of NC"),
        ("WOMEN'S OB/GYN CENTER", "Women's OB/GYN Center"),
        ("CHC'S MOBILE CLINIC FOR FAMILIES", "CHC's Mobile Clinic for Families"),
        ("AT&T FAMILY CENTER PROGRAM", "AT&T Family Center Program"),
        ("U.S. VETERANS SERVICES", "U.S. Veterans Services"),
        # first letters of the name itself
        ("GREAT OAKS AREA RECOVERY (GOAR)", "Great Oaks Area Recovery (GOAR)"),
        ("HOUSE OF UNITED RECOVERY - HUR", "House of United Recovery - HUR"),
        ("COURAGE 2 CHANGE COUNSELING, PLLC", "Courage 2 Change Counseling, PLLC"),
        ("MIND 24/7 COUNSELING CENTER", "Mind 24/7 Counseling Center"),
    ],
)
def test_initials_stay(name: str, calm: str) -> None:
    assert calm_capitals(name) == calm


@pytest.mark.parametrize(
    ("name", "calm"),
    [
        ("ST JOHNS COMMUNITY HEALTH CTR", "St Johns Community Health Ctr"),
        ("ASPENRIDGE OF FORT COLLINS, LTD", "Aspenridge of Fort Collins, Ltd"),
        ("HELPING HANDS & CO", "Helping Hands & Co"),
        ("CASA DE VIDA RECOVERY HOUSE", "Casa de Vida Recovery House"),
        ("SANTA FE RECOVERY CENTER", "Santa Fe Recovery Center"),
        ("HOPE HOUSE RECOVERY HOMES", "Hope House Recovery Homes"),
    ],
)
def test_shortened_and_short_words_are_words(name: str, calm: str) -> None:
    assert calm_capitals(name) == calm


@pytest.mark.parametrize(
    "name",
    [
        "UMMS/PACT",
        "MIND 24/7",
        "IMPOWER",
        "PATH HOUSE",
        "Already Calm AA Group",
        "Recovery Center NACA",
        "Centro de Salud Ñandú",
        "",
    ],
)
def test_names_not_wholly_in_capitals_and_those_of_short_words_stay(name: str) -> None:
    assert calm_capitals(name) == name


def test_a_calm_name_stays_calm() -> None:
    calm = calm_capitals("NACA AND THE O'BRIEN RECOVERY CENTER OF NC, LLC")
    assert calm_capitals(calm) == calm == "NACA and the O'Brien Recovery Center of NC, LLC"


def test_no_word_is_told_to_be_two_things() -> None:
    tables = [INITIALS, SHORTENED, SMALL_WORDS, TWO_LETTERS]
    assert sum(map(len, tables)) == len(frozenset().union(*tables))


@pytest.mark.parametrize(
    ("capitals", "calm"),
    [
        ("3837 TELEGRAPH AVENUE", "3837 Telegraph Avenue"),
        ("12 39TH STREET NW", "12 39th Street NW"),
        ("7260 O'BYRNES FERRY ROAD", "7260 O'Byrnes Ferry Road"),
        ("ST. MARY'S SQUARE AND MAIN ST", "St. Mary's Square and Main St"),
        ("P.O. BOX 5", "P.O. Box 5"),
        ("PO BOX 5B", "PO Box 5B"),
        ("100 McKean Street", "100 McKean Street"),
        ("MCALLEN", "McAllen"),
        ("O'FALLON", "O'Fallon"),
        ("", ""),
    ],
)
def test_streets_in_capitals_are_calmed(capitals: str, calm: str) -> None:
    assert calm_address(capitals) == calm
