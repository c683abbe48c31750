"""Records for exports: one that says something in every public field, and one full of secrets."""

import datetime as dt
from dataclasses import replace
from typing import Any

from directory.listings.record import (
    Accessibility,
    Address,
    Code,
    Contact,
    Language,
    ListingRecord,
    Organization,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    ServiceCapacity,
)
from tests.builders import NOW, TODAY, make_location, make_record, make_service

DAY = dt.timedelta(days=1)


def phone(number: str, **more: Any) -> Phone:
    return Phone(number=f"(215) 555-{number}", type="voice", **more)


def full_record(**changes: Any) -> ListingRecord:
    """A record that says something in every public field, as an importer would write it."""
    hours = Schedule(
        freq="MONTHLY",
        byday="2MO",
        opens_at=dt.time(18, 30),
        closes_at=dt.time(2),
        timezone="America/Chicago",
        description="Second Monday",
        notes="Ring twice",
        valid_from=dt.date(2026, 1, 1),
    )
    closed = Schedule(valid_from=dt.date(2026, 12, 25), valid_to=dt.date(2026, 12, 26), closed=True)
    service = make_service(
        name="Detox, “short” stay",
        description='First paragraph, with a comma.\n\nSecond "paragraph".',
        alternate_name="Short stay",
        additional_urls=("https://river.example/es",),
        email="desk@river.example",
        status="temporarily closed",
        interpretation_services="By phone",
        application_process="Call first",
        fees_description="Sliding",
        wait_time="2 days",
        accreditations="Joint board",
        eligibility_description="Adults",
        minimum_age=18,
        maximum_age=64,
        assured_date=dt.date(2026, 9, 1),
        licenses="PA 1234",
        alert="Closed for repairs",
        last_modified=NOW,
        program="Evening group",
        phones=(phone("0100", extension=12, description="Main"), phone("0103")),
        schedules=(hours, closed),
        service_areas=(
            ServiceArea(name="Philadelphia County", extent="US-PA/Philadelphia", description="All of it"),
            ServiceArea(name="A shape", extent='{"type":"Polygon","coordinates":[]}', extent_type="geojson"),
        ),
        cost_options=(replace(make_service().cost_options[0], amount=12.5, currency="USD"),),
        languages=(Language(name="Spanish", code="spa", note="All staff"),),
        required_documents=(RequiredDocument(document="Photo ID", uri="https://river.example/id"),),
        contacts=(Contact(name="Front desk", title="Intake", department="Care", phones=(phone("0101"),)),),
        funding=("County",),
        capacities=(
            ServiceCapacity(unit="beds", available=3, maximum=9, status="waitlist", updated=NOW),
            ServiceCapacity(unit="chairs", status="call", updated=NOW, description="Ask"),
        ),
    )
    place = make_location(
        alternate_name="Old mill",
        description="Behind the bakery",
        transportation="Bus 21",
        accessibility=(Accessibility(description="Ramp", details="At the back"),),
        phones=(phone("0102"),),
        languages=(Language(name="Spanish", code="spa"),),
        schedules=(closed,),
    )
    online = make_location(
        key="online",
        location_type="virtual",
        name=None,
        address=None,
        latitude=None,
        longitude=None,
        precision=None,
        url="https://meet.example/j/123",
        phones=(phone("0104"),),
    )
    body = Organization(
        key="river",
        name="River Recovery",
        alternate_name="River",
        email="hello@river.example",
        website="https://river.example/",
        year_incorporated=1984,
        legal_status="Non-profit",
        identifiers=(OrganizationIdentifier(identifier_type="NPI", identifier="1234567893"),),
        phones=(phone("0105"),),
    )
    record = make_record(
        organization=body,
        service=service,
        locations=(place, online),
        codes=(Code("samhsa_substance", "DT"), Code("fellowship", "na"), Code("need", "outpatient")),
        attendance="hybrid",
        visible_from=TODAY - DAY,
        visible_to=TODAY + DAY,
    )
    return replace(record, **changes)


def withheld(visibility: str, **changes: Any) -> ListingRecord:
    """A listing whose place is secret, with secrets in every field that is not public."""
    hours = replace(make_service().schedules[0], description="secret-hours", notes="secret-notes")
    place = make_location(
        key=f"secret-key {visibility}",
        visibility=visibility,
        name="secret-name",
        alternate_name="secret-alternate",
        description="secret-description",
        transportation="secret-bus",
        url="https://secret-url.example/",
        latitude=39.123456,
        longitude=-75.123456,
        address=Address(
            address_1="secret-street",
            address_2="secret-room",
            city="Media",
            region="secret-county",
            state_province="PA",
            postal_code="19063",
        ),
        accessibility=(Accessibility(description="secret-ramp"),),
        schedules=(hours,),
    )
    office = replace(place, key="secret-office", location_type="postal", visibility="full")
    second = replace(place, key="secret-second", visibility="full")
    online = make_location(
        key="secret-online",
        location_type="virtual",
        name="secret-meeting",
        description="secret-passcode",
        address=place.address,
        url="https://user:secret-user@meet.example/j/123?pwd=secret-word",
        phones=(Phone(number="(215) 555-0104,,55501*secret-pin#", description="secret-pin"),),
    )
    record = make_record(
        source_id=f"secret-source {visibility}",
        organization=Organization(
            key="secret-body", name="Quiet House", tax_id="secret-tax", tax_status="secret-status"
        ),
        service=make_service(
            name=f"Quiet {visibility}",
            phones=(phone("0100"),),
            schedules=(),
            assurer_email="secret@river.example",
        ),
        locations=(place, office, second, online),
        extra=(
            ("location", "secret_column", "secret-extra"),
            ("organization", "secret_column", "secret-extra"),
        ),
    )
    return replace(record, **changes)
