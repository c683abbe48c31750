"""Facts for search engines: the schema.org JSON-LD of a page, made of the public document alone.

A listing is a `Service`; a meeting that is still to come is an `Event`. What the document does not tell is
left out, so that a place that is kept private stays so.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from directory.listings import hours
from directory.listings.needs import Taxonomy
from directory.listings.record import Schedule
from directory.web.language import LANGUAGES, language
from directory.web.listing_page import ListingPage
from directory.web.wording import labels

CONTEXT = "https://schema.org"
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
ATTENDANCE = {
    "in_person": "OfflineEventAttendanceMode",
    "online": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
COUNTRY = "US"
ALL_DAY = (dt.time(0), dt.time(23, 59))
"""How a day that is open throughout is told (schema.org/OpeningHoursSpecification)."""

Facts = dict[str, Any]


def site_facts(name: str, address: str) -> Facts:
    """The site, and how it is searched."""
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{address}/search?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }
    found = _thing("WebSite", name=name, url=f"{address}/", inLanguage=list(LANGUAGES))
    return {"@context": CONTEXT, **found, "potentialAction": action}


def need_facts(taxonomy: Taxonomy, need: str, address: str) -> Facts:
    """The page of a need: what it is about, and where it stands in the tree."""
    found = taxonomy.needs[need]
    lang = language()
    way = [*reversed(taxonomy.ancestors(need)), need]
    crumbs = [
        _thing("ListItem", position=number, name=name, item=f"{address}/needs/{code}")
        for number, (code, name) in enumerate(zip(way, labels(taxonomy, way), strict=True), start=1)
    ]
    about = _thing("DefinedTerm", name=found.labels[lang], termCode=need)
    page = _thing(
        "CollectionPage",
        name=found.labels[lang],
        description=found.descriptions[lang],
        url=f"{address}/needs/{need}",
        inLanguage=lang,
        about=about,
        breadcrumb=_thing("BreadcrumbList", itemListElement=crumbs),
    )
    return {"@context": CONTEXT, **page}


def listing_facts(page: ListingPage, address: str) -> Facts | None:
    """A listing as search engines know things; None for one that is invented."""
    document = page.document
    if document["is_example"]:
        return None
    url = f"{address}/listings/{document['id']}"
    shared = {
        "name": document["name"],
        "alternateName": document["alternate_name"],
        "description": document["description"],
        "url": url,
    }
    meeting = hours.next_meeting(page.schedules, page.now) if page.is_meeting else None
    found = _event(page, meeting, shared) if meeting else _service(page, shared)
    return {"@context": CONTEXT, "@id": url, **found}


# --- services -------------------------------------------------------------------------------------


def _service(page: ListingPage, shared: Mapping[str, Any]) -> Facts:
    document = page.document
    channel = _thing(
        "ServiceChannel",
        servicePhone=[_thing("ContactPoint", telephone=each["number"]) for each in document["phones"]],
        serviceUrl=document["join_url"] or document["website"],
        serviceLocation=_place(document),
        availableLanguage=[each["name"] for each in document["languages"]],
    )
    areas = [_thing("AdministrativeArea", name=name) for name in page.areas]
    return _thing(
        "Service",
        **shared,
        serviceType=page.needs,
        provider=_organization(document),
        areaServed=areas,
        availableChannel=channel if len(channel) > 1 else None,
        hoursAvailable=list(_opening(page.schedules, page.now.date())),
    )


def _organization(document: Mapping[str, Any]) -> Facts | None:
    name = document["organization"]
    return _thing("Organization", name=name, url=document["website"]) if name else None


def _place(document: Mapping[str, Any]) -> Facts | None:
    """As far as it is public. A point that stands for a ZIP code or a town is not the door: left out."""
    address = document["address"]
    if not address:
        return None
    street = [address[part] for part in ("address_1", "address_2") if address.get(part)]
    postal = _thing(
        "PostalAddress",
        streetAddress=", ".join(street),
        addressLocality=address["city"],
        addressRegion=address["state_province"],
        postalCode=address["postal_code"],
        addressCountry=address["country"] or COUNTRY,
    )
    is_door = document["location_precision"] == "exact" and document["latitude"] is not None
    point = (
        _thing("GeoCoordinates", latitude=document["latitude"], longitude=document["longitude"])
        if is_door
        else None
    )
    return _thing("Place", name=document["location_name"] or document["name"], address=postal, geo=point)


def _opening(schedules: Sequence[Schedule], today: dt.date) -> Iterable[Facts]:
    for row in hours.week_table(schedules, today=today):
        for opens, closes in row.intervals:
            if closes is None:
                continue
            begins, ends = ALL_DAY if opens == closes else (opens, closes)
            yield _thing(
                "OpeningHoursSpecification",
                dayOfWeek=f"{CONTEXT}/{DAYS[row.weekday]}",
                opens=f"{begins:%H:%M}",
                closes=f"{ends:%H:%M}",
            )


# --- meetings -------------------------------------------------------------------------------------


def _event(page: ListingPage, meeting: hours.Occurrence, shared: Mapping[str, Any]) -> Facts:
    document = page.document
    mode = ATTENDANCE.get(document["attendance"] or "")
    online = document["join_url"] and _thing("VirtualLocation", url=document["join_url"])
    return _thing(
        "Event",
        **shared,
        startDate=meeting.starts.isoformat(),
        endDate=meeting.ends.isoformat() if meeting.ends else None,
        eventStatus=f"{CONTEXT}/EventScheduled",
        eventAttendanceMode=f"{CONTEXT}/{mode}" if mode else None,
        eventSchedule=list(_repeats(page.schedules, page.now.date())),
        location=[each for each in (_place(document), online) if each],
        organizer=_organization(document),
        about=page.needs,
        inLanguage=[each["code"] for each in document["languages"] if each["code"]],
    )


def _repeats(schedules: Sequence[Schedule], today: dt.date) -> Iterable[Facts]:
    """The same time on several days is one schedule."""
    zone = next((each.timezone for each in schedules if each.timezone), None)
    days: dict[tuple[dt.time, dt.time | None], list[str]] = {}
    for row in hours.week_table(schedules, today=today):
        for interval in row.intervals:
            days.setdefault(interval, []).append(f"{CONTEXT}/{DAYS[row.weekday]}")
    for (begins, ends), weekdays in days.items():
        yield _thing(
            "Schedule",
            byDay=weekdays,
            startTime=f"{begins:%H:%M:%S}",
            endTime=f"{ends:%H:%M:%S}" if ends else None,
            repeatFrequency="P1W",
            scheduleTimezone=zone,
        )


def _thing(kind: str, **told: Any) -> Facts:
    """A thing of that type; what is unknown or empty is left out."""
    return {"@type": kind, **{name: value for name, value in told.items() if value not in (None, "", [])}}
