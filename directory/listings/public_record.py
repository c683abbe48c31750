"""A record with everything private taken out: what may leave as rows, as `visibility.public_view` says what
may leave as a document. Pure.

The document is the rule; this is the same rule for exports that need more shape than a document has. On top
of what the document shows, a record that leaves keeps what its source publishes of a body that is no person's
affair: identifiers, funding, further web addresses, legal status. Never: tax numbers, the assurer's address,
passwords of meetings, what a place that is not shown whole is called, looks like or lies beside.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from directory.listings.areas import STATES
from directory.listings.freshness import day_start
from directory.listings.links import join_link, join_number, web_link
from directory.listings.record import Address, ListingRecord, Location, Phone, Schedule, ServiceArea


def public_record(record: ListingRecord, *, as_of: dt.date | None = None) -> ListingRecord:
    """The record without its private fields. Keys of the source stay: they only make ids.

    Where the place is not shown whole, further addresses are left out, and `extra` is empty. A hidden place
    has no address; the state it is in, which its document shows, becomes the service area where the source
    states none. `as_of` is the date of the source's file, which capacities without their own get; without
    any they are left out.
    """
    place = record.place
    is_full = place is None or place.visibility == "full"
    kept = [each for each in record.locations if is_full or each is place or each.location_type == "virtual"]
    service, body = record.service, record.organization
    areas = service.service_areas or (_own_state(place) if place and place.visibility == "hidden" else ())
    is_shown = not service.schedules and not (place and place.schedules)
    return replace(
        record,
        organization=replace(body, website=web_link(body.website), tax_id=None, tax_status=None),
        service=replace(
            service,
            url=web_link(service.url),
            additional_urls=_links(service.additional_urls),
            assurer_email=None,
            service_areas=areas,
            capacities=tuple(
                replace(each, updated=updated)
                for each in service.capacities
                if (updated := each.updated or day_start(as_of))
            ),
        ),
        locations=tuple(_location(each, is_shown=is_shown) for each in kept),
        extra=record.extra if all(each.visibility == "full" for each in record.locations) else (),
    )


def _location(location: Location, *, is_shown: bool) -> Location:
    """What may leave of a location. `is_shown`: a virtual one's hours are those that the document shows."""
    if location.location_type == "virtual":
        return _virtual(location, is_shown=is_shown)
    if location.location_type == "physical" and location.visibility == "full":
        is_exact = location.precision in (None, "exact")
        return replace(
            location,
            url=web_link(location.url),
            latitude=location.latitude if is_exact else None,
            longitude=location.longitude if is_exact else None,
            accessibility=tuple(replace(each, url=web_link(each.url)) for each in location.accessibility),
        )
    bare = Location(key=location.key, location_type=location.location_type, visibility=location.visibility)
    if location.visibility != "hidden" and location.address:
        bare = replace(bare, address=_town(location.address))
    if location.location_type == "postal":
        return bare
    return replace(
        bare,
        phones=location.phones,
        languages=location.languages,
        schedules=_without_words(location.schedules),
    )


def _virtual(location: Location, *, is_shown: bool) -> Location:
    """How to join, without passwords. Its texts and its address are nobody's but the meeting's."""
    numbers = ((each, join_number(each.number)) for each in location.phones)
    return Location(
        key=location.key,
        location_type="virtual",
        url=join_link(location.url),
        phones=tuple(Phone(number=number, type=each.type) for each, number in numbers if number),
        schedules=location.schedules if is_shown else _without_words(location.schedules),
    )


def _town(address: Address) -> Address:
    return Address(
        city=address.city,
        state_province=address.state_province,
        country=address.country,
        address_type=address.address_type,
    )


def _without_words(schedules: Iterable[Schedule]) -> tuple[Schedule, ...]:
    return tuple(replace(each, description=None, notes=None, schedule_link=None) for each in schedules)


def _own_state(place: Location) -> tuple[ServiceArea, ...]:
    state = place.address.state_province if place.address else None
    return (ServiceArea(name=state, extent=f"US-{state}"),) if state in STATES and state else ()


def _links(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(link for link in map(web_link, addresses) if link)
