"""Plain makers of test data: each gives one believable thing, changed as the test says."""

import datetime as dt
from dataclasses import replace
from typing import Any

from directory.listings.identity import listing_id, part_id
from directory.listings.needs import taxonomy
from directory.listings.record import (
    Address,
    Code,
    CostOption,
    Language,
    ListingRecord,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
)
from directory.listings.visibility import Identity, SourceNote, public_view

TODAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)

SOURCE = SourceNote(
    importer="county_list",
    feed="default",
    name="County list of recovery services",
    publisher="Maple County",
    licence="Public domain",
    url="https://maple.example/list.csv",
    as_of=dt.date(2026, 10, 1),
    fetched=TODAY,
)


def make_location(**changes: Any) -> Location:
    """A physical place in Philadelphia with coordinates and address."""
    location = Location(
        key="4040 market street",
        name="Market Street building",
        latitude=39.957,
        longitude=-75.204,
        precision="exact",
        address=Address(
            address_1="4040 Market Street",
            city="Philadelphia",
            region="Philadelphia",
            state_province="PA",
            postal_code="19104",
        ),
    )
    return replace(location, **changes)


def make_service(**changes: Any) -> Service:
    """Outpatient care with a telephone, hours, costs and languages."""
    service = Service(
        name="Outpatient recovery programme",
        description="Counseling and medication, without waiting.",
        url="https://river.example/outpatient",
        phones=(Phone(number="215-555-0100", type="voice", description="Main"),),
        schedules=(
            Schedule(
                freq="WEEKLY",
                byday="MO,TU,WE,TH,FR",
                opens_at=dt.time(9),
                closes_at=dt.time(17),
                timezone="America/New_York",
            ),
        ),
        cost_options=(CostOption(option="Medicaid"),),
        languages=(Language(name="Spanish", code="spa"),),
    )
    return replace(service, **changes)


def make_record(**changes: Any) -> ListingRecord:
    """A treatment listing in Philadelphia; keyword arguments replace fields of the record."""
    record = ListingRecord(
        source_id="facility-1",
        kind="treatment",
        organization=Organization(key="river", name="River Recovery", website="https://river.example/"),
        service=make_service(),
        locations=(make_location(),),
        codes=(Code("need", "outpatient"), Code("need", "buprenorphine")),
    )
    return replace(record, **changes)


def make_document(
    record: ListingRecord | None = None, *, source: SourceNote = SOURCE, **changes: Any
) -> dict[str, Any]:
    """The public view of a record (default: `make_record()`); keyword arguments replace its keys."""
    record = record or make_record()
    identity = Identity(
        id=str(listing_id(source.importer, source.feed, record.source_id)),
        organization_id=str(part_id(source.importer, source.feed, "organization", record.organization.key)),
        service_id=str(part_id(source.importer, source.feed, "service", record.source_id)),
        location_ids=tuple(
            str(part_id(source.importer, source.feed, "location", each.key)) for each in record.locations
        ),
    )
    county = "PA/Philadelphia" if record.place else None
    view = public_view(record, identity=identity, source=source, taxonomy=taxonomy(), county=county)
    return view | changes
