"""A meeting as a record, from a row in Meeting Guide's form, which other formats are brought to."""

from functools import cache
from zoneinfo import available_timezones

from directory.listings.record import (
    WEEKDAYS,
    Code,
    Language,
    ListingRecord,
    Organization,
    Schedule,
    Service,
)
from importers.capitals import calm_capitals
from importers.cleaning import clean_text, clean_website
from importers.peer_groups._meeting_places import areas_of, attendance_of, meeting_place, virtual_place
from importers.peer_groups._meeting_rows import Meeting
from importers.peer_groups._meeting_text import read_days, without_private
from importers.postal import PostalAddress
from importers.tally import Tally
from importers.times import read_moment, read_time


def meeting_record(
    row: Meeting,
    *,
    source_id: str,
    slug: str,
    address: PostalAddress,
    organization: Organization,
    codes: tuple[Code, ...],
    types: list[str],
    feed_zone: str | None,
    tally: Tally,
    languages: tuple[Language, ...] = (),
    program: str | None = None,
) -> ListingRecord:
    """The record of a meeting whose name, day and time were found readable.

    `types` are Meeting Guide's, for what they say about the place (TC, X, XB); `feed_zone` is the IANA zone
    of a row that names none.
    """
    virtual = virtual_place(row, slug)
    attendance = attendance_of(row, types, address, is_online=virtual is not None)
    there = (virtual,) if virtual and attendance != "in_person" else ()
    is_placed = attendance != "online" and bool(address.city or address.street)
    here = (meeting_place(row, address, types),) if is_placed else ()
    return ListingRecord(
        source_id=source_id,
        kind="peer_group",
        organization=organization,
        service=Service(
            name=calm_capitals(clean_text(row["name"])),
            description=_notes(row),
            url=clean_website(row.get("url")) or clean_website(row.get("website")),
            status="temporarily closed" if attendance is None else "active",
            last_modified=read_moment(row.get("updated")),
            program=program,
            schedules=(meeting_schedule(row, feed_zone, tally),),
            service_areas=areas_of(address) if there else (),
            languages=languages,
        ),
        locations=(*here, *there),
        codes=codes,
        attendance=attendance,
        is_example=row.get("example") is True,
    )


def _notes(row: Meeting) -> str | None:
    told = [without_private(row.get(each)) for each in ("notes", "group_notes")]
    return "\n".join(dict.fromkeys(each for each in told if each)) or None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def meeting_schedule(row: Meeting, feed_zone: str | None, tally: Tally) -> Schedule:
    """The weekly time of a meeting, in its own zone or the feed's; without a day it is by appointment."""
    days, starts, ends = read_days(row.get("day")), read_time(row.get("time")), read_time(row.get("end_time"))
    if not days:
        return Schedule(description="By appointment")
    zone = clean_text(row.get("timezone"))
    if zone and zone not in _zones():
        tally.count("Unknown time zone", zone)
        zone = ""
    zone = zone or feed_zone or ""
    if not zone:
        tally.count("No time zone", "give the feed's zone")
    return Schedule(
        freq="WEEKLY",
        byday=",".join(WEEKDAYS[each] for each in days),
        opens_at=starts,
        closes_at=ends if starts and ends != starts else None,
        timezone=zone or None,
    )
