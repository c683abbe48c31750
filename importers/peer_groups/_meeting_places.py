"""Where and how a meeting takes place: the room, the way to join from elsewhere, and for whom that is."""

from directory.listings.record import Accessibility, Address, Attendance, Location, ServiceArea
from importers.capitals import calm_capitals
from importers.cleaning import clean_coordinates, clean_text
from importers.peer_groups._meeting_fields import ACCESS
from importers.peer_groups._meeting_rows import Meeting
from importers.peer_groups._meeting_text import dial_in, join_url, state_name, without_private
from importers.phones import clean_phone
from importers.postal import PostalAddress


def attendance_of(
    row: Meeting, types: list[str], address: PostalAddress, *, is_online: bool
) -> Attendance | None:
    """How one takes part; None when nobody can for now. A feed's own word counts, else tsml-ui's rule:
    in person unless the place is closed or only roughly known, online with an address or number to join."""
    stated = clean_text(row.get("attendance_option")).casefold()
    if stated == "inactive":
        return None
    is_there = stated in ("in_person", "hybrid") or (stated == "" and not is_approximate(row, address))
    is_there = is_there and "TC" not in types
    is_online = is_online or stated == "online"
    if is_there:
        return "hybrid" if is_online and stated != "in_person" else "in_person"
    return "online" if is_online else None


def is_approximate(row: Meeting, address: PostalAddress) -> bool:
    """True when only the town is known: the feed says so, or says nothing and gives no street."""
    stated = clean_text(row.get("approximate")).casefold()
    return stated == "yes" if stated in ("yes", "no") else not address.street


def virtual_place(row: Meeting, slug: str) -> Location | None:
    """How to join from elsewhere, by address or telephone; None when there is no way."""
    url, dial = join_url(row.get("conference_url")), dial_in(row.get("conference_phone"))
    phone = clean_phone(dial[0], f"Meeting ID {dial[1]}" if dial[1] else None) if dial else None
    if not url and not phone:
        return None
    return Location(
        key=f"virtual|{slug}",
        location_type="virtual",
        url=url,
        description=without_private(row.get("conference_url_notes")),
        phones=(phone,) if phone else (),
    )


def meeting_place(row: Meeting, address: PostalAddress, types: list[str]) -> Location:
    """The room. Of one known only roughly, the town alone is shown."""
    name = calm_capitals(clean_text(row.get("location")))
    found = clean_coordinates(row.get("latitude"), row.get("longitude"))
    is_rough = is_approximate(row, address)
    return Location(
        key="|".join((name, *address)).casefold(),
        name=name or None,
        description=without_private(row.get("location_notes")),
        transportation=without_private(row.get("transportation")),
        latitude=found[0] if found else None,
        longitude=found[1] if found else None,
        precision=None if not found else "city" if is_rough else "exact",
        visibility="partial" if is_rough else "full",
        address=Address(
            address_1=address.street,
            address_2=address.second or None,
            city=address.city,
            region=_county(row),
            state_province=address.state,
            postal_code=address.postal_code,
            country=address.country,
        ),
        accessibility=tuple(Accessibility(description=ACCESS[each]) for each in types if each in ACCESS),
    )


def _county(row: Meeting) -> str | None:
    regions = row.get("regions")
    given = [row.get("region"), *(regions if isinstance(regions, list) else [])]
    return next((text for text in map(clean_text, given) if text.endswith(" County")), None)


def areas_of(address: PostalAddress) -> tuple[ServiceArea, ...]:
    """Whom an online meeting is shown to: its own state, or the country where the feed names no state."""
    if address.country != "US":
        return ()
    name = state_name(address.state)
    if not name:
        return (ServiceArea(name="United States", extent="US"),)
    return (ServiceArea(name=name, extent=f"US-{address.state}"),)
