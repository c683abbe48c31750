"""Hypothesis makers of any listing record that an importer might yield."""

import datetime as dt
import string
from typing import Any

from hypothesis import strategies as st

from directory.listings.record import (
    KINDS,
    Accessibility,
    Address,
    Code,
    Contact,
    CostOption,
    Language,
    ListingRecord,
    Location,
    Organization,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceCapacity,
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
maybe_text = st.none() | texts
keys = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
dates = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
moments = st.builds(dt.datetime.combine, dates, st.times(), st.just(dt.UTC))
counts = st.integers(0, 2**31 - 1)
numbers = st.floats(allow_nan=False, allow_infinity=False)


def few(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3).map(tuple)


phones = st.builds(Phone, number=texts, extension=st.none() | counts, type=maybe_text, description=maybe_text)
languages = st.builds(Language, name=texts, code=maybe_text, note=maybe_text)
schedules = st.builds(
    Schedule,
    freq=st.sampled_from([None, "WEEKLY", "MONTHLY"]),
    byday=maybe_text,
    bymonthday=maybe_text,
    interval=st.integers(1, 50),
    dtstart=st.none() | dates,
    until=st.none() | dates,
    valid_from=st.none() | dates,
    valid_to=st.none() | dates,
    opens_at=st.none() | st.times(),
    closes_at=st.none() | st.times(),
    timezone=st.sampled_from([None, "America/New_York", "America/Phoenix"]),
    closed=st.booleans(),
    description=maybe_text,
    attending_type=maybe_text,
    schedule_link=maybe_text,
    notes=maybe_text,
)
addresses = st.builds(
    Address,
    address_1=texts,
    address_2=maybe_text,
    city=texts,
    region=maybe_text,
    state_province=st.sampled_from(["PA", "NJ", ""]),
    postal_code=texts,
    country=texts,
    address_type=st.sampled_from(["physical", "postal", "virtual"]),
)
locations = st.builds(
    Location,
    key=keys,
    location_type=st.sampled_from(["physical", "postal", "virtual"]),
    name=maybe_text,
    alternate_name=maybe_text,
    description=maybe_text,
    transportation=maybe_text,
    url=maybe_text,
    latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180),
    precision=st.sampled_from([None, "exact", "postal_code", "city", "hidden"]),
    visibility=st.sampled_from(["full", "partial", "hidden"]),
    address=st.none() | addresses,
    accessibility=few(st.builds(Accessibility, description=texts, details=maybe_text, url=maybe_text)),
    languages=few(languages),
    phones=few(phones),
    schedules=few(schedules),
)
organizations = st.builds(
    Organization,
    key=keys,
    name=texts,
    description=texts,
    alternate_name=maybe_text,
    email=maybe_text,
    website=maybe_text,
    tax_status=maybe_text,
    tax_id=maybe_text,
    year_incorporated=st.none() | st.integers(1700, 2100),
    legal_status=maybe_text,
    identifiers=few(
        st.builds(
            OrganizationIdentifier, identifier_scheme=maybe_text, identifier_type=texts, identifier=texts
        )
    ),
    phones=few(phones),
)
services = st.builds(
    Service,
    name=texts,
    description=maybe_text,
    alternate_name=maybe_text,
    url=maybe_text,
    additional_urls=few(texts),
    email=maybe_text,
    status=st.sampled_from(["active", "inactive", "defunct", "temporarily closed"]),
    interpretation_services=maybe_text,
    application_process=maybe_text,
    fees_description=maybe_text,
    wait_time=maybe_text,
    accreditations=maybe_text,
    eligibility_description=maybe_text,
    minimum_age=st.none() | counts,
    maximum_age=st.none() | counts,
    assured_date=st.none() | dates,
    assurer_email=maybe_text,
    licenses=maybe_text,
    alert=maybe_text,
    last_modified=st.none() | moments,
    program=maybe_text,
    phones=few(phones),
    schedules=few(schedules),
    service_areas=few(
        st.builds(
            ServiceArea,
            name=texts,
            extent=texts,
            extent_type=st.sampled_from(["text", "geojson"]),
            description=maybe_text,
            uri=maybe_text,
        )
    ),
    cost_options=few(
        st.builds(
            CostOption,
            option=texts,
            currency=maybe_text,
            amount=st.none() | numbers,
            amount_description=maybe_text,
        )
    ),
    languages=few(languages),
    required_documents=few(st.builds(RequiredDocument, document=texts, uri=maybe_text)),
    contacts=few(
        st.builds(
            Contact,
            name=maybe_text,
            title=maybe_text,
            department=maybe_text,
            email=maybe_text,
            phones=few(phones),
        )
    ),
    funding=few(texts),
    capacities=few(
        st.builds(
            ServiceCapacity,
            unit=texts,
            available=st.none() | counts,
            maximum=st.none() | counts,
            status=st.sampled_from(["capacity", "no_capacity", "waitlist", "call"]),
            description=maybe_text,
            updated=st.none() | moments,
        )
    ),
)
records = st.builds(
    ListingRecord,
    source_id=keys,
    kind=st.sampled_from(KINDS),
    organization=organizations,
    service=services,
    locations=st.lists(locations, max_size=3, unique_by=lambda each: each.key).map(tuple),
    codes=few(st.builds(Code, scheme=st.sampled_from(["a", "b"]), value=texts)),
    attendance=st.sampled_from([None, "in_person", "online", "hybrid"]),
    is_example=st.booleans(),
    visible_from=st.none() | dates,
    visible_to=st.none() | dates,
    extra=few(st.tuples(texts, texts, texts)),
)
