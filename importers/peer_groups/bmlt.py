"""BMLT servers: meetings of Narcotics Anonymous and others, by the semantic JSON API (formats 6.2).

A file is an array of meetings or `{"meetings": [...], "formats": [...]}`; a folder may also hold the answers
to GetFormats and GetServiceBodies. Weekdays count from 1, Sunday. Each server is a feed, given the zone of
its meetings that name none (`--timezone`); a feed of another fellowship is named with it first (`--feed
ma-world`). What contacts and hosts wrote for themselves (`contact_*`, e-mails, and
`virtual_meeting_additional_info`, which holds passwords) is never read into a record.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import httpx

from directory.listings.record import Code, Kind, ListingRecord, Organization
from importers.cleaning import clean_coordinates, clean_prose, clean_text, clean_website
from importers.contract import Reading, Rejection, SourceFile
from importers.fetch import Fetcher
from importers.keys import Survey
from importers.peer_groups._bmlt_files import BmltFiles, Row, open_bmlt
from importers.peer_groups._fellowships import UNKNOWN, fellowship_of
from importers.peer_groups._meeting_record import meeting_record
from importers.peer_groups._meeting_rows import Meeting
from importers.peer_groups._meeting_text import given_address
from importers.phones import phones_of
from importers.tally import Tally
from importers.times import read_time

DEFAULT_FELLOWSHIP = "Narcotics Anonymous"
VENUES: Mapping[str, str] = {"1": "in_person", "2": "online", "3": "hybrid"}
TYPE_OF_FORMAT: Mapping[str, str] = {"TC": "TC", "WCHR": "X"}
"""World ids that say something about the place, as Meeting Guide's types."""
KNOWN = frozenset(
    {"id_bigint", "weekday_tinyint", "venue_type", "start_time", "duration_time", "time_zone", "formats"}
    | {"format_shared_id_list", "latitude", "longitude", "location_text", "location_info", "location_street"}
    | {"location_city_subsection", "location_neighborhood", "location_municipality"}
    | {"location_sub_province", "location_province", "location_postal_code_1", "location_nation"}
    | {"virtual_meeting_link", "phone_meeting_number", "comments", "bus_lines", "train_lines"}
    | {"meeting_name", "service_body_bigint", "root_server_id", "root_server_uri", "published"}
)
IGNORED = frozenset(
    {"worldid_mixed", "shared_group_id_bigint", "lang_enum", "distance_in_km", "distance_in_miles", "zone"}
    # private, or a host's own notes: dropped on purpose
    | {"virtual_meeting_additional_info", "email_contact", "email"}
    | {f"contact_{what}_{number}" for number in (1, 2) for what in ("name", "phone", "email")}
)
SHOWN = ("id_bigint", "meeting_name", "weekday_tinyint", "start_time", "location_municipality")

NOT_AN_OBJECT = "The item is not a meeting."
NO_ID = "The meeting has no id."
NO_NAME = "The meeting has no name."
WRONG_DAY = "The meeting's weekday is not 1 (Sunday) to 7 (Saturday)."
WRONG_TIME = "The meeting's start cannot be read."
NOT_PUBLISHED = "The meeting is not published."


class Bmlt:
    """Reads one server's answers; fetches them when given its address."""

    name: ClassVar[str] = "bmlt"
    kind: ClassVar[Kind] = "peer_group"
    title: ClassVar[str] = "BMLT servers (Narcotics Anonymous meetings)"
    publisher: ClassVar[str] = "The service body that runs the server"
    licence: ClassVar[str] = "Stated by each server; most state none"
    formats: ClassVar[tuple[str, ...]] = ("json",)
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading; an empty answer has no rows. Raises `SourceBroken` as `open_bmlt` does."""
        found, survey = open_bmlt(source.path), Survey()
        for _, row in found.rows():
            if isinstance(row, dict):
                survey.note([_source_id(row)], _others(row))
        warnings: list[str] = []
        rows = _read_rows(found, source, survey, warnings)
        return [Reading(rows=rows, as_of=source.as_of, rows_expected=survey.rows, warnings=warnings)]

    def samples(self) -> list[SourceFile]:
        """None: servers' meetings belong to their service bodies."""
        return []

    def fetch(self, url: str, folder: Path, fetcher: Fetcher) -> Path:
        """Saves a server's meetings with their formats, and its service bodies, into `folder`; answers it.

        `url` is the server's (`https://host/main_server/`) or a GetSearchResults query of it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.json"):
            old.unlink()
        asked = httpx.URL(url)
        if "client_interface" not in asked.path:
            asked = asked.join(asked.path.rstrip("/") + "/client_interface/json/")
        search = {"switcher": "GetSearchResults", "get_used_formats": "1"}
        bodies = asked.copy_with(params={"switcher": "GetServiceBodies"})
        fetcher.save(str(asked.copy_merge_params(search)), folder / "meetings.json")
        fetcher.save(str(bodies), folder / "service_bodies.json")
        return folder


def _read_rows(
    found: BmltFiles, source: SourceFile, survey: Survey, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        for number, row in found.rows():
            yield _read_row(number, row, found, source, survey=survey, tally=tally)
    finally:
        tally.tell(warnings)


def _read_row(
    number: int, row: object, found: BmltFiles, source: SourceFile, *, survey: Survey, tally: Tally
) -> ListingRecord | Rejection:
    if not isinstance(row, dict):
        return Rejection(row=number, reason=NOT_AN_OBJECT)
    if reason := _refusal(row):
        shown = {name: clean_text(row.get(name))[:200] for name in SHOWN}
        return Rejection(
            row=number, reason=reason, values={name: text for name, text in shown.items() if text}
        )
    for name in row.keys() - KNOWN - IGNORED:
        tally.count("Unknown field", name)
    codes, languages = found.formats.of(row, tally)
    fellowship, body = _organization(row, found, source.fellowship or source.feed)
    meeting = _as_meeting(row, codes)
    source_id = _source_id(row)
    return meeting_record(
        meeting,
        source_id=survey.source_id(source_id, [source_id], _others(row)),
        slug=source_id,
        address=given_address(meeting),
        organization=body,
        codes=(Code("fellowship", fellowship), *(Code("bmlt", each) for each in codes)),
        types=[TYPE_OF_FORMAT[each] for each in codes if each in TYPE_OF_FORMAT],
        feed_zone=source.timezone,
        tally=tally,
        languages=tuple(languages),
    )


def _refusal(row: Row) -> str | None:
    if not clean_text(row.get("id_bigint")):
        return NO_ID
    if clean_text(row.get("published")) == "0":
        return NOT_PUBLISHED
    if not clean_text(row.get("meeting_name")):
        return NO_NAME
    if clean_text(row.get("weekday_tinyint")) not in tuple("1234567"):
        return WRONG_DAY
    return None if read_time(row.get("start_time")) else WRONG_TIME


def _source_id(row: Row) -> str:
    """A meeting's id, unique per root server only: an aggregator's carry the server's id."""
    root, number = clean_text(row.get("root_server_id")), clean_text(row.get("id_bigint"))
    return f"{root}-{number}" if root else number


def _others(row: Row) -> list[str]:
    """The rest of a row in a fixed order, without what depends on the question asked."""
    varying = ("id_bigint", "root_server_id", "distance_in_km", "distance_in_miles")
    return [f"{name}={row[name]!r}" for name in sorted(row) if name not in varying]


def _organization(row: Row, found: BmltFiles, feed: str) -> tuple[str, Organization]:
    """The fellowship's code, and the service body; the fellowship itself where the body is not known."""
    named = fellowship_of("", feed)
    code, fellowship = named if named != UNKNOWN else fellowship_of(DEFAULT_FELLOWSHIP, feed)
    number = clean_text(row.get("service_body_bigint"))
    body = found.bodies.get(number, {})
    name = clean_text(body.get("name"))
    if not name:
        return code, Organization(key=f"{code}|", name=fellowship)
    key = f"{code}|{clean_text(row.get('root_server_id'))}|{number}"
    return code, Organization(
        key=key,
        name=name,
        description=clean_prose(body.get("description")) or "",
        website=clean_website(body.get("url")),
        phones=phones_of((clean_text(body.get("helpline")), "Helpline")),
    )


def _as_meeting(row: Row, codes: list[str]) -> Meeting:
    """The row in Meeting Guide's form, days from 0, without private fields."""
    county = clean_text(row.get("location_sub_province"))
    towns = ("location_municipality", "location_city_subsection", "location_neighborhood")
    lines = [clean_text(row.get(name)) for name in ("bus_lines", "train_lines")]
    meeting: dict[str, Any] = {
        "name": row["meeting_name"],
        "day": int(clean_text(row["weekday_tinyint"])) - 1,
        "time": row["start_time"],
        "end_time": _end_time(row),
        "timezone": row.get("time_zone"),
        "location": row.get("location_text"),
        "location_notes": row.get("location_info"),
        "transportation": "\n".join(filter(None, lines)),
        "address": row.get("location_street"),
        "city": next(filter(None, (clean_text(row.get(name)) for name in towns)), ""),
        "state": row.get("location_province"),
        "postal_code": row.get("location_postal_code_1"),
        "country": row.get("location_nation"),
        "region": county if county.endswith(" County") or not county else f"{county} County",
        "latitude": row.get("latitude"),
        "longitude": row.get("longitude"),
        "approximate": "no" if clean_text(row.get("location_text")) else "",
        "conference_url": row.get("virtual_meeting_link"),
        "conference_phone": row.get("phone_meeting_number"),
        "notes": row.get("comments"),
    }
    return meeting | {"attendance_option": _attendance(row, codes, meeting)}


def _attendance(row: Row, codes: list[str], meeting: Meeting) -> str:
    """How one takes part: as the server says; older ones say it by formats, or only by what they give."""
    stated = VENUES.get(clean_text(row.get("venue_type")))
    if stated:
        return stated
    if "HY" in codes:
        return "hybrid"
    if "VM" in codes:
        return "online"
    is_virtual = clean_website(meeting["conference_url"]) or clean_text(meeting["conference_phone"])
    has_room = clean_text(meeting["address"]) or clean_coordinates(meeting["latitude"], meeting["longitude"])
    if is_virtual:
        return "hybrid" if has_room else "online"
    return "in_person"


def _end_time(row: Row) -> str:
    """Start and duration added up; empty where there is none, or where it lasts a day."""
    hours, _, rest = clean_text(row.get("duration_time")).partition(":")
    minutes = rest.partition(":")[0]
    starts = read_time(row["start_time"])
    if starts is None or not (hours + minutes).isascii() or not hours.isdigit() or not minutes.isdigit():
        return ""
    length = int(hours[:3]) * 60 + int(minutes[:3])
    if not 0 < length < 24 * 60:
        return ""
    ends = (starts.hour * 60 + starts.minute + length) % (24 * 60)
    return dt.time(ends // 60, ends % 60).isoformat("minutes")
