"""A real file of 14,034 rows, one in twenty broken: the others come in, and every broken one is told."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory.database import make_engine, session_factory
from directory.intake.batch import TOO_LONG
from directory.listings import store
from importers.cleaning import clean_text, clean_zip
from importers.treatment._locator_rows import NOT_AN_OBJECT
from importers.treatment._samhsa import EMPTY, NO_CITY, NO_NAME, NO_STATE
from importers.treatment.samhsa_locator import OTHER_TYPES, UNKNOWN_TYPE
from tests.commands.conftest import invoke

REAL = (
    Path(__file__).resolve().parents[3]
    / "shared/data/treatment/SAMHSA_Nationwide_Substance_Use_Treatment_Data.csv"
)
PAGE = 2_000
Row = dict[str, Any]

BREAKS: tuple[tuple[str, Callable[[Row], Any]], ...] = (
    (NOT_AN_OBJECT, lambda _row: None),
    (NOT_AN_OBJECT, lambda row: list(row.values())),
    (NOT_AN_OBJECT, lambda row: row["name1"]),
    (NOT_AN_OBJECT, lambda _row: 17),
    (EMPTY, lambda _row: {}),
    (EMPTY, dict.fromkeys),
    (NO_NAME, lambda row: {name: cell for name, cell in row.items() if name != "name1"}),
    (NO_NAME, lambda row: {**row, "name1": None}),
    (NO_NAME, lambda row: {**row, "name1": [row["name1"]]}),
    (NO_NAME, lambda row: {**row, "name1": {"text": row["name1"]}}),
    (NO_NAME, lambda row: {**row, "name1": "\0\ufeff N/A "}),
    (NO_STATE, lambda row: {**row, "state": "Ontario"}),
    (NO_STATE, lambda row: {**row, "state": 42}),
    (NO_STATE, lambda row: {**row, "state": [row["state"]]}),
    (NO_CITY, lambda row: {**row, "city": False}),
    (NO_CITY, lambda row: {**row, "city": {}}),
    (UNKNOWN_TYPE, lambda row: {**row, "typeFacility": "a" * 100_000}),
    (UNKNOWN_TYPE, lambda row: {**row, "typeFacility": {}}),
    (OTHER_TYPES["BUPREN"], lambda row: {**row, "typeFacility": "BUPREN"}),
    (NO_NAME, lambda row: {**row, "name1": "\udc00"}),
    (NO_CITY, lambda row: {**row, "city": "\ud83d"}),
)
"""The reason under which a row is to be found, and what is made of it."""
HUGE_ROW = 9_000
"""Its name has 2.4 million letters."""
ODD_POINTS: tuple[tuple[Any, Any], ...] = (
    (999, -999),
    ("north", "west"),
    (None, []),
    (0, 0),
    ({"deg": 40}, True),
    (float("1e300"), "-75"),
    ("", "-"),
)
"""Coordinates that say nothing: such a row is a good one, placed by its ZIP code or town."""


@pytest.fixture(scope="module")
def real_rows() -> list[Row]:
    """The real file as the locator's API would give it."""
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        return [{**row, "typeFacility": "SA", "services": []} for row in csv.DictReader(file)]


def place_of(row: Row) -> tuple[str, ...]:
    """What is shown of a row's place: where the street is withheld, only the town."""
    street, city, state = (clean_text(row[name]) for name in ("street1", "city", "state"))
    return street, city, state, clean_zip(row["zip"]) if street else ""


def broken_file(real_rows: list[Row]) -> tuple[list[Any], list[Row], dict[int, str]]:
    """All rows, the good ones among them, and the reasons of the others by row number."""
    rows: list[Any] = []
    good: list[Row] = []
    reasons: dict[int, str] = {}
    for number, row in enumerate(real_rows, start=1):
        if number == HUGE_ROW:
            reasons[number] = TOO_LONG
            rows.append({**row, "name1": "endless " * 300_000})
        elif number % 20 == 0:
            reasons[number], spoil = BREAKS[len(reasons) % len(BREAKS)]
            rows.append(spoil(row))
        else:
            odd = number // 20 % len(ODD_POINTS) if number % 20 == 7 else None
            point = {} if odd is None else dict(zip(("latitude", "longitude"), ODD_POINTS[odd], strict=True))
            good.append({**row, **point})
            rows.append(good[-1])
    return rows, good, reasons


@pytest.mark.shared
def test_the_good_rows_of_a_broken_file_come_in_and_every_broken_row_is_told(
    home: Path, tmp_path: Path, real_rows: list[Row]
) -> None:
    rows, good, reasons = broken_file(real_rows)
    pages = tmp_path / "pages"
    pages.mkdir()
    for start in range(0, len(rows), PAGE):
        page = {"page": start // PAGE + 1, "rows": rows[start : start + PAGE]}
        (pages / f"page-{page['page']:04}.json").write_text(json.dumps(page))

    result = invoke(home, "import", "samhsa_locator", str(pages), "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["read"], len(good), len(reasons)) == (14_034, 13_333, 701)
    assert report["rejected"] == len(reasons)
    copies = len(good) - len({json.dumps(row, sort_keys=True) for row in good})
    assert (report["inserted"], report["unchanged"]) == (len(good) - copies, copies)

    told = json.loads(invoke(home, "rejections", report["run"], "--json").stdout)["rejections"]
    assert {each["row"]: each["reason"] for each in told} == reasons
    assert len(told) == len(reasons)

    found = documents(home)
    assert Counter(found) == Counter(map(place_of, {json.dumps(row): row for row in good}.values()))


def documents(home: Path) -> list[tuple[str, ...]]:
    """The places of all listings that are found, as `place_of` tells those of rows."""
    engine = make_engine(f"sqlite:///{home / 'directory.sqlite'}")
    found = []
    with session_factory(engine, read_only=True)() as session:
        for document in store.iter_documents(session):
            address = document["address"]
            names = ("address_1", "city", "state_province", "postal_code")
            found.append(tuple(address[name] or "" for name in names))
            assert -90 <= document["latitude"] <= 90
            assert -180 <= document["longitude"] <= 180
    engine.dispose()
    return found
