"""SMART Recovery meetings in the shape of the file that a partner supplies (formats 6.3); there is no feed.

A row has days ("tuesdays"), times ("7:30 pm", also "7:30 pm (EST)"), an address as text, coordinates and a
long text, `details`. Of that text only what follows fixed labels is read: the program, for whom it is, the
languages, and whether its notes say that the meeting moved online, with the address to join. Facilitators'
names, e-mails and telephones, and passwords, are in the same text and are never read into a record.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from directory.listings.identity import derived_id
from directory.listings.record import Code, Kind, ListingRecord, Organization
from importers.cleaning import clean_text
from importers.contract import Reading, Rejection, SourceFile
from importers.json_rows import Outline, open_json
from importers.keys import Survey
from importers.languages import language_named
from importers.opening_words import ZONES
from importers.peer_groups._meeting_record import meeting_record, meeting_schedule
from importers.peer_groups._meeting_rows import Meeting
from importers.peer_groups._meeting_text import read_days
from importers.postal import PostalAddress, read_address
from importers.tally import Tally
from importers.times import read_time

ARRAYS = ("meetings", "rows", "records")
BODY = "SMART Recovery"
PROGRAMS: dict[str, tuple[str, str]] = {
    "4-point": ("smart", "SMART Recovery 4-Point meeting"),
    "family and friends": ("smart_family", "SMART Recovery Family & Friends meeting"),
    "successful life skills": ("smart", "SMART Recovery Successful Life Skills meeting"),
}
"""Code of the fellowship, and name, by the program."""
OTHER_PROGRAM = ("smart", "SMART Recovery meeting")
AUDIENCES: dict[str, str] = {
    "women": "W",
    "men": "M",
    "lgbtqia+": "LGBTQ",
    "lgbtq+": "LGBTQ",
    "teens and youth": "Y",
    "young adults": "Y",
}
"""For whom a meeting is, as Meeting Guide's types."""
KNOWN = frozenset({"days", "times", "address", "latitude", "longitude", "details"})

NOT_AN_OBJECT = "The item is not a meeting."
WRONG_DAY = "The meeting's day cannot be read."
WRONG_TIME = "The meeting's time cannot be read."
UNEVEN = "The meeting has days and times that do not pair."

_TIME = re.compile(r"([^(]*)(?:\(([A-Za-z ]+)\))?\s*")
_ONLINE = re.compile(
    r"\b(?:moved? (?:to an )?online|online (?:only|platform|until)|temporarily moved)\b", re.IGNORECASE
)
_LINK = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*(?:zoom\.us/(?:j|my|s|w)|meet\.google\.com)/[A-Za-z0-9./?=_-]+",
    re.IGNORECASE,
)
_NO_STREET = re.compile(r"\b(?:e-?mail|contact|call|facilitator)\b", re.IGNORECASE)
"""What stands in place of a street."""
_NUMBER = re.compile(r"\d{1,8}")


class SmartRecovery:
    """Reads one file: an array of meetings."""

    name: ClassVar[str] = "smart_recovery"
    kind: ClassVar[Kind] = "peer_group"
    title: ClassVar[str] = "SMART Recovery meetings, as a partner supplies them"
    publisher: ClassVar[str] = "SMART Recovery"
    licence: ClassVar[str] = "Agreed with the partner"
    formats: ClassVar[tuple[str, ...]] = ("json",)
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for a web page, for what is not JSON or is cut short."""
        outline, survey = open_json(source.path, arrays=ARRAYS), Survey()
        for row in outline.items():
            if isinstance(row, dict):
                survey.note(*_identity_and_others(row))
        warnings: list[str] = []
        rows = _read_rows(outline, source, survey, warnings)
        return [Reading(rows=rows, as_of=source.as_of, rows_expected=outline.count, warnings=warnings)]

    def samples(self) -> list[SourceFile]:
        """None: the meetings are SMART Recovery's."""
        return []


def _read_rows(
    outline: Outline, source: SourceFile, survey: Survey, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        for number, row in enumerate(outline.items(), start=1):
            yield _read_row(number, row, source, survey, tally)
    finally:
        tally.tell(warnings)


def _read_row(
    number: int, row: object, source: SourceFile, survey: Survey, tally: Tally
) -> ListingRecord | Rejection:
    if not isinstance(row, dict):
        return Rejection(row=number, reason=NOT_AN_OBJECT)
    days, times = _texts(row.get("days")), [_clock(text) for text in _texts(row.get("times"))]
    if reason := _refusal(days, times):
        shown = {"days": ", ".join(days)[:80], "times": ", ".join(_texts(row.get("times")))[:80]}
        return Rejection(row=number, reason=reason, values=shown)
    for name in row.keys() - KNOWN:
        tally.count("Unknown field", name)
    details = str(row.get("details") or "")
    code, title = PROGRAMS.get(_label(details, "Program").casefold(), OTHER_PROGRAM)
    types = _types(_label(details, "Specific audiences"))
    languages = map(language_named, _label(details, "Languages spoken").split(","))
    meeting, address = _as_meeting(row, title, details)
    meetings = [
        meeting | {"day": list(of), "time": at, "timezone": zone} for of, at, zone in _pairs(days, times)
    ]
    source_id = survey.source_id(_plain_id(row), *_identity_and_others(row))
    record = meeting_record(
        meetings[0],
        source_id=source_id,
        slug=source_id,
        address=address,
        organization=Organization(key="smart|", name=BODY),
        codes=(Code("fellowship", code), *(Code("meeting_guide", each) for each in types)),
        types=types,
        feed_zone=source.timezone,
        tally=tally,
        languages=tuple(each for each in languages if each),
    )
    schedules = record.service.schedules
    schedules += tuple(meeting_schedule(each, source.timezone, tally) for each in meetings[1:])
    return replace(record, service=replace(record.service, schedules=schedules))


def _refusal(days: list[str], times: list[tuple[str, str]]) -> str | None:
    if not days or not read_days(days):
        return WRONG_DAY
    if not times or any(read_time(at) is None for at, _ in times):
        return WRONG_TIME
    return None if len(times) in (1, len(days)) else UNEVEN


def _pairs(days: list[str], times: list[tuple[str, str]]) -> list[tuple[tuple[str, ...], str, str]]:
    """Days with their time and zone: one time for all, or each day its own; days of one time together."""
    given = times if len(times) == len(days) else times * len(days)
    found: dict[tuple[str, str], list[str]] = {}
    for day, at in zip(days, given, strict=True):
        found.setdefault(at, []).append(day)
    return [(tuple(of), at, zone) for (at, zone), of in found.items()]


def _texts(value: object) -> list[str]:
    given = value if isinstance(value, list) else [value]
    return [text for text in map(clean_text, given) if text]


def _clock(text: str) -> tuple[str, str]:
    """A time and the zone named beside it, as IANA has it; empty for none, or one that we do not know."""
    found = _TIME.fullmatch(text)
    if not found:
        return text, ""
    return found[1].strip(), ZONES.get((found[2] or "").strip().casefold(), "")


def _label(details: str, label: str) -> str:
    """What stands behind a label on its line."""
    found = re.search(rf"^{label}: *([^\r\n]*)", details, re.MULTILINE)
    return clean_text(found[1]) if found else ""


def _types(audiences: str) -> list[str]:
    """Meeting Guide's types of those a meeting is for; none where all are welcome."""
    named = [each.strip() for each in audiences.partition("(")[0].casefold().split(",")]
    if "all welcome" in named:
        return []
    return list(dict.fromkeys(AUDIENCES[each] for each in named if each in AUDIENCES))


def _plain_id(row: dict[str, Any]) -> str:
    number = _label(str(row.get("details") or ""), "Meeting #")
    if _NUMBER.fullmatch(number):
        return number
    return derived_id(*_texts(row.get("days")), *_texts(row.get("times")), clean_text(row.get("address")))


def _identity_and_others(row: dict[str, Any]) -> tuple[list[str], list[str]]:
    return [_plain_id(row)], [f"{name}={row[name]!r}" for name in sorted(row)]


def _as_meeting(row: dict[str, Any], title: str, details: str) -> tuple[Meeting, PostalAddress]:
    """The row in Meeting Guide's form, and its address with what stands before the street as a name."""
    whole = clean_text(row.get("address"))
    address = read_address(whole)
    first, _, rest = whole.partition(",")
    venue = ""
    if address.street[:1].isdigit() and first and not first[0].isdigit():
        venue, address = first.strip(), read_address(rest)
    if _NO_STREET.search(address.street):
        address = address._replace(street="", second="")
    notes = details.partition("Meeting #:")[2]
    link = _LINK.search(notes)
    url = link[0] if link and link[0].lower().startswith("http") else f"https://{link[0]}" if link else ""
    has_moved = bool(_ONLINE.search(notes)) or whole.casefold() == "online"
    meeting: Meeting = {
        "name": title,
        "location": venue,
        "latitude": row.get("latitude"),
        "longitude": row.get("longitude"),
        "conference_url": url,
        "attendance_option": _attendance(address, is_linked=bool(url), has_moved=has_moved),
    }
    return meeting, address


def _attendance(address: PostalAddress, *, is_linked: bool, has_moved: bool) -> str:
    """Online where the notes say so, or give a link and no street is known. One that moved without telling
    whereto cannot be joined for now; without a word it is where it was."""
    if has_moved:
        return "online" if is_linked else "inactive"
    if is_linked:
        return "hybrid" if address.street else "online"
    return "in_person"
