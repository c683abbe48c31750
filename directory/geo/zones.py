"""When a listing is open: hours that name no time zone are meant in the zone of their place."""

from dataclasses import replace

from directory.geo.gazetteer import Gazetteer
from directory.listings.record import ListingRecord, Location, Schedule


def set_zones(record: ListingRecord, gazetteer: Gazetteer) -> ListingRecord:
    """The record with its schedules' zones filled in; the same object when nothing changes.

    Takes placed records (`locate.place_record`). A place without a public point, and hours by phone or video
    without a place, stay without a zone: their state is unknown.
    """
    if not any(_lacks_zone(each) for each in _all_schedules(record)):
        return record
    locations = tuple(
        replace(each, schedules=_in_zone(each.schedules, _zone_of(each, gazetteer)))
        for each in record.locations
    )
    zone = _zone_of(record.place, gazetteer) if record.place else None
    service = replace(record.service, schedules=_in_zone(record.service.schedules, zone))
    return replace(record, service=service, locations=locations)


def _all_schedules(record: ListingRecord) -> list[Schedule]:
    return [*record.service.schedules, *(each for place in record.locations for each in place.schedules)]


def _lacks_zone(schedule: Schedule) -> bool:
    return schedule.timezone is None and schedule.opens_at is not None


def _in_zone(schedules: tuple[Schedule, ...], zone: str | None) -> tuple[Schedule, ...]:
    if zone is None:
        return schedules
    return tuple(replace(each, timezone=zone) if _lacks_zone(each) else each for each in schedules)


def _zone_of(location: Location, gazetteer: Gazetteer) -> str | None:
    if location.latitude is None or location.longitude is None:
        return None
    return gazetteer.nearest_zip(location.latitude, location.longitude).timezone
