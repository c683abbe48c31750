"""The gazetteer against the real files."""

import csv
import statistics
from collections import Counter

import pytest

from directory.geo.distance import miles
from directory.geo.gazetteer import Gazetteer
from directory.geo.locate import place_location
from directory.listings.record import Address, Location
from tests.conftest import SHARED

pytestmark = pytest.mark.shared


def test_every_directory_row_is_placed_by_its_zip_code(gazetteer: Gazetteer) -> None:
    how: Counter[str | None] = Counter()
    with (SHARED / "treatment" / "samhsa_directory" / "facilities.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if len(row["state"]) == 2 and row["city"] and row["phone"] != "Residential/24-hour residential":
                where = Address(city=row["city"], state_province=row["state"], postal_code=row["zip"])
                how[place_location(Location(key="1", address=where), gazetteer).precision] += 1
    placed = how["postal_code"] + how["city"]
    assert placed > 20_500
    assert placed / how.total() > 0.998


def test_the_middle_of_a_zip_code_is_near_the_real_door(gazetteer: Gazetteer) -> None:
    gaps, kept = [], 0
    with (SHARED / "treatment" / "SAMHSA_Nationwide_Substance_Use_Treatment_Data.csv").open(
        encoding="utf-8"
    ) as file:
        for row in csv.DictReader(file):
            where = Address(city=row["city"], state_province=row["state"], postal_code=row["zip"])
            lat, lng = float(row["latitude"]), float(row["longitude"])
            placed = place_location(Location(key="1", address=where), gazetteer)
            assert placed.latitude is not None
            assert placed.longitude is not None
            gaps.append(miles(lat, lng, placed.latitude, placed.longitude))
            exact = place_location(Location(key="1", address=where, latitude=lat, longitude=lng), gazetteer)
            kept += (exact.latitude, exact.longitude, exact.precision) == (lat, lng, "exact")
    assert statistics.median(gaps) < 1.5
    assert sorted(gaps)[int(len(gaps) * 0.99)] < 12
    assert kept == len(gaps)
