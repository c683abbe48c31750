"""HSDS 3.1 JSON, and the invented services that come with the project."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from directory.listings.identity import content_hash, plain
from directory.listings.needs import taxonomy
from directory.listings.record import CapacityStatus, Code, ListingRecord, RequiredDocument
from importers.contract import Reading, Rejection, SourceFile
from importers.general._hsds_record import NO_ID, NO_NAME, NO_ORGANIZATION, NOT_AN_OBJECT, WRONG_STATUS
from importers.general.hsds import Hsds

SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "data" / "hsds" / "spec_3.1"


def service(**more: Any) -> dict[str, Any]:
    return {
        "id": "s-1",
        "name": "Sample service",
        "status": "active",
        "organization": {"id": "o-1", "name": "Sample organization", "description": "About it"},
    } | more


def place(key: str, **more: Any) -> dict[str, Any]:
    address = {"address_1": "1 Sample St", "city": "Media", "state_province": "PA", "postal_code": 19063}
    return {
        "id": f"sal-{key}",
        "location": {"id": key, "location_type": "physical", "addresses": [address | {"country": "us"}]}
        | more,
    }


def read(
    folder: Path, *services: Any, wrapped: bool = True
) -> tuple[Reading, list[ListingRecord], list[Rejection]]:
    path = folder / "services.json"
    path.write_text(json.dumps({"contents": services} if wrapped else list(services)))
    (reading,) = Hsds().read(SourceFile(path=path))
    rows = list(reading.rows)
    records = [row for row in rows if isinstance(row, ListingRecord)]
    return reading, records, [row for row in rows if isinstance(row, Rejection)]


def attribute(label: str, value: str) -> dict[str, str]:
    return {"id": "a", "label": label, "value": value}


def term(taxonomy_name: str, code: str) -> dict[str, Any]:
    return {
        "id": "t",
        "taxonomy_term": {"taxonomy": taxonomy_name, "code": code, "name": code, "description": ""},
    }


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_bare_service_is_a_listing(tmp_path: Path, wrapped: bool) -> None:
    _, (record,), rejected = read(tmp_path, service(), wrapped=wrapped)
    assert rejected == []
    assert (record.source_id, record.kind, record.is_example) == ("s-1", "community", False)
    assert record.organization.description == "About it"
    assert record.locations == ()


def test_a_service_at_two_places_is_two_listings_that_share_what_is_virtual(tmp_path: Path) -> None:
    virtual = {
        "id": "sal-v",
        "location": {"id": "v", "location_type": "virtual", "url": "https://sample.example/join"},
    }
    _, records, _ = read(tmp_path, service(service_at_locations=[place("l-1"), virtual, place("l-2")]))
    assert [record.source_id for record in records] == ["sal-l-1", "sal-l-2"]
    assert [record.place.key for record in records if record.place] == ["l-1", "l-2"]
    assert [record.virtual.url for record in records if record.virtual] == ["https://sample.example/join"] * 2
    assert records[0].place is not None
    assert records[0].place.address is not None
    assert (records[0].place.address.postal_code, records[0].place.address.country) == ("19063", "US")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("text", NOT_AN_OBJECT),
        (service(id=""), NO_ID),
        (service(name=None), NO_NAME),
        (service(organization=None), NO_ORGANIZATION),
        (service(organization={"id": "o"}), NO_ORGANIZATION),
        (service(status="open"), WRONG_STATUS),
        (service(status=None), WRONG_STATUS),
    ],
)
def test_a_service_without_what_hsds_requires_is_rejected(tmp_path: Path, given: Any, reason: str) -> None:
    _, records, rejected = read(tmp_path, given, service())
    assert [each.reason for each in rejected] == [reason]
    assert len(records) == 1


def test_details_are_read_in_the_types_of_a_record(tmp_path: Path) -> None:
    given = service(
        phones=[{"id": "p", "number": "215.555.0100", "extension": "x12"}, {"id": "q", "number": "N/A"}],
        languages=[{"id": "l", "name": "Spanish", "code": "es"}, {"id": "m", "code": "ase"}, {"id": "n"}],
        cost_options=[{"id": "c", "option": "Visit", "amount": 35, "currency": "usd"}, {"id": "d"}],
        required_documents=[{"id": "r", "document": "Any ID"}, "text"],
        service_areas=[
            {"id": "a", "name": "Philadelphia", "extent": "US-PA/Philadelphia", "extent_type": "text"}
        ],
        funding=[{"id": "f", "source": "County"}],
        minimum_age="18",
        maximum_age=25.0,
        url="sample.example",
        email="not an address",
        additional_urls=[{"id": "u", "url": "https://more.example"}, {"id": "v", "url": "javascript:x"}],
        last_modified="2023-03-15T10:30:45.123Z",
        assured_date="2026-01-02",
        program={"id": "g", "name": "Fresh Start"},
        description="<p>One</p><p>Two</p>",
    )
    _, (record,), _ = read(tmp_path, given)
    found = record.service
    assert [(each.number, each.extension) for each in found.phones] == [("(215) 555-0100", 12)]
    assert [(each.name, each.code) for each in found.languages] == [("Spanish", "spa"), ("ase", "ase")]
    assert [(each.option, each.amount, each.currency) for each in found.cost_options] == [
        ("Visit", 35.0, "USD")
    ]
    assert found.required_documents == (RequiredDocument(document="Any ID"),)
    assert [each.extent for each in found.service_areas] == ["US-PA/Philadelphia"]
    assert (found.minimum_age, found.maximum_age) == (18, 25)
    assert (found.url, found.email, found.additional_urls) == (
        "http://sample.example",
        None,
        ("https://more.example",),
    )
    assert found.last_modified == dt.datetime(2023, 3, 15, 10, 30, 45, 123000, tzinfo=dt.UTC)
    assert found.assured_date == dt.date(2026, 1, 2)
    assert (found.program, found.funding, found.description) == ("Fresh Start", ("County",), "One\nTwo")


def test_schedules_keep_their_zone_and_days_shut(tmp_path: Path) -> None:
    given = service(
        schedules=[
            {"id": "1", "freq": "WEEKLY", "byday": "MO, TU", "opens_at": "9:00", "closes_at": "17:00:00Z"}
            | {"attributes": [attribute("timezone", "America/New_York")]},
            {"id": "2", "freq": "MONTHLY", "byday": "2SA", "opens_at": "10:00", "closes_at": "12:00"},
            {
                "id": "3",
                "valid_from": "2026-12-25",
                "valid_to": "2026-12-25",
                "attributes": [attribute("closed", "true")],
            },
            {"id": "4"},
        ]
    )
    _, (record,), _ = read(tmp_path, given)
    weekly, monthly, shut = record.service.schedules
    assert (weekly.byday, weekly.opens_at, weekly.closes_at) == ("MO,TU", dt.time(9), dt.time(17))
    assert (weekly.timezone, monthly.timezone) == ("America/New_York", None)
    assert (monthly.freq, monthly.byday) == ("MONTHLY", "2SA")
    assert (shut.closed, shut.valid_from) == (True, dt.date(2026, 12, 25))


@pytest.mark.parametrize(
    ("available", "stated", "status"),
    [(2, None, "capacity"), (0, None, "no_capacity"), (None, None, "call"), (0, "waitlist", "waitlist")],
)
def test_capacity_says_when_it_was_said(
    tmp_path: Path, available: int | None, stated: str | None, status: CapacityStatus
) -> None:
    given: dict[str, Any] = {
        "id": "c",
        "unit": {"id": "u", "name": "bed"},
        "available": available,
        "updated": "2026-11-16T14:30:00-05:00",
    }
    given |= {"attributes": [attribute("status", stated)]} if stated else {}
    undated = {"id": "d", "unit": {"id": "u", "name": "bed"}, "available": 3}
    _, (record,), _ = read(tmp_path, service(capacities=[given, undated]))
    (capacity,) = record.service.capacities
    assert (capacity.unit, capacity.available, capacity.status) == ("bed", available, status)
    assert capacity.updated == dt.datetime(2026, 11, 16, 19, 30, tzinfo=dt.UTC)


def test_taxonomy_terms_are_codes_and_needs_tell_the_kind(tmp_path: Path) -> None:
    given = service(attributes=[term("need", "housing"), term("Open Eligibility", "1002"), term("", "x")])
    _, (record,), _ = read(tmp_path, given)
    assert record.codes == (Code("need", "housing"), Code("open_eligibility", "1002"))
    assert record.kind == "housing"


def test_our_profile_is_honoured(tmp_path: Path) -> None:
    labels = {"kind": "legal", "example": "true", "attendance": "online", "visible_to": "2027-01-31"}
    hidden = place("l-1", attributes=[attribute("visibility", "hidden")], latitude="39.9", longitude=-75.4)
    given = service(attributes=[attribute(*each) for each in labels.items()], service_at_locations=[hidden])
    _, (record,), _ = read(tmp_path, given)
    assert (record.kind, record.is_example, record.attendance) == ("legal", True, "online")
    assert record.visible_to == dt.date(2027, 1, 31)
    assert record.place is not None
    assert (record.place.visibility, record.place.latitude, record.place.precision) == (
        "hidden",
        39.9,
        "exact",
    )


def test_columns_that_hsds_does_not_have_are_kept_and_told(tmp_path: Path) -> None:
    reading, (record,), _ = read(tmp_path, service(taxi_rank="left", nested={"a": 1}, metadata=[]))
    assert record.extra == (("service", "taxi_rank", "left"),)
    assert sorted(reading.warnings) == ["Unknown field: nested (1)", "Unknown field: taxi_rank (1)"]


def bundled() -> list[ListingRecord]:
    (sample,) = Hsds().samples()
    (reading,) = Hsds().read(sample)
    rows = list(reading.rows)
    assert reading.warnings == []
    assert not any(isinstance(row, Rejection) for row in rows)
    return [row for row in rows if isinstance(row, ListingRecord)]


def test_the_bundled_services_are_all_marked_as_examples() -> None:
    records = bundled()
    assert len(records) >= 40
    assert all(record.is_example for record in records)
    assert {"housing", "employment", "legal", "telehealth", "community", "treatment"} <= {
        each.kind for each in records
    }
    assert len({record.source_id for record in records}) == len(records)


def test_the_bundled_services_use_codes_that_we_know() -> None:
    known = taxonomy()
    for record in bundled():
        for code in record.codes:
            assert code.scheme in ("need", "filter")
            assert code.value in (known.needs if code.scheme == "need" else known.facets)


def test_words_that_are_certain_become_filters(tmp_path: Path) -> None:
    place = {
        "id": "l",
        "location_type": "physical",
        "accessibility": [{"description": "Wheelchair accessible"}],
        "addresses": [{"address_1": "1 Main St", "city": "Reading", "state_province": "PA"}],
    }
    told = {
        "application_process": "Walk in. No referral needed.",
        "required_documents": [{"document": "No ID required"}],
        "service_at_locations": [{"id": "at", "location": place}],
    }
    _, (record,), _ = read(tmp_path, service(**told))
    filters = set(taxonomy().derive(record.codes).filters)
    assert filters == {"wheelchair", "no_id", "no_referral", "walk_in"}
    hidden = {**place, "attributes": [{"label": "visibility", "value": "hidden"}]}
    _, (record,), _ = read(tmp_path, service(service_at_locations=[{"id": "at", "location": hidden}]))
    assert record.codes == ()


def test_the_bundled_services_show_every_shape_of_hours_areas_and_capacity() -> None:
    records = bundled()
    schedules = [each for record in records for each in record.service.schedules]
    assert all(each.timezone == "America/New_York" for each in schedules)
    assert any(each.freq == "MONTHLY" for each in schedules)
    assert any(each.closed for each in schedules)
    assert any(each.opens_at and each.closes_at and each.closes_at < each.opens_at for each in schedules)
    assert any(each.closes_at == dt.time(23, 59) for each in schedules)
    extents = {area.extent for record in records for area in record.service.service_areas}
    assert {"US", "US-PA", "US-NJ", "US-PA/Philadelphia"} <= extents
    assert {each.status for record in records for each in record.service.capacities} >= {
        "capacity",
        "waitlist",
        "call",
    }
    assert {record.place.visibility for record in records if record.place} == {"full", "partial", "hidden"}


def test_only_invented_telephones_and_addresses_are_bundled() -> None:
    text = str([plain(record) for record in bundled()])
    assert ".org" not in text
    assert ".com" not in text
    for record in bundled():
        assert all("555-01" in phone.number or "555-02" in phone.number for phone in record.service.phones)


def test_a_second_read_of_the_bundled_services_is_the_same() -> None:
    assert list(map(content_hash, bundled())) == list(map(content_hash, bundled()))


def faults(value: Any, schema: dict[str, Any], at: str = "service") -> list[str]:
    """What a value breaks of a compiled HSDS schema: types, required fields, enumerations."""
    types = {"object": dict, "array": list, "string": str, "number": (int, float)}
    kind = types.get(schema.get("type", ""))
    if kind and not isinstance(value, kind):  # type: ignore[arg-type]
        return [f"{at} is no {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at} is {value}"]
    found: list[str] = []
    if isinstance(value, dict):
        found += [f"{at} lacks {name}" for name in schema.get("required", []) if name not in value]
        properties = schema.get("properties", {})
        found += [f"{at} has {name}" for name in value if properties and name not in properties]
        for name, inner in value.items():
            found += faults(inner, properties.get(name, {}), f"{at}.{name}")
    elif isinstance(value, list):
        for inner in value:
            found += faults(inner, schema.get("items", {}), f"{at}[]")
    return found


@pytest.mark.shared
def test_the_bundled_services_follow_the_published_schema() -> None:
    (sample,) = Hsds().samples()
    schema = json.loads((SCHEMA / "compiled" / "service.json").read_text())
    for given in json.loads(sample.path.read_text())["contents"]:
        assert faults(given, schema) == []


@pytest.mark.shared
def test_the_published_example_is_read(tmp_path: Path) -> None:
    given = json.loads((SCHEMA / "examples" / "service_full.json").read_text())
    _, (record,), rejected = read(tmp_path, given)
    assert rejected == []
    assert record.service.name == "Community Counselling"
    assert record.service.schedules[0].byday == "TH,FR"
    assert record.service.capacities[0].maximum == 10
    assert record.service.fees_description is not None
