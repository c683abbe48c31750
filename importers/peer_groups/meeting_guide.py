"""Meeting Guide (TSML) feeds: peer meetings as intergroups and fellowships publish them.

Each feed is a source of its own, named with its fellowship first (`--feed aa-philadelphia`) and given its
time zone (`--timezone America/New_York`), because feeds state neither. Recovery Dharma and Refuge Recovery
are feeds of this kind (`--feed recovery_dharma`), read by the type map of their fellowship. Organizers'
names, telephones, e-mails, passwords, accounts for collections and edit links are never read into a record
(formats 6.1).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from directory.listings.record import Code, Kind, Language, ListingRecord, Organization
from importers.capitals import calm_capitals
from importers.cleaning import clean_text
from importers.contract import Reading, Rejection, SourceFile
from importers.keys import Survey
from importers.peer_groups._fellowships import fellowship_of
from importers.peer_groups._meeting_fields import IGNORED, KNOWN, LANGUAGES, read_types, type_code
from importers.peer_groups._meeting_record import meeting_record
from importers.peer_groups._meeting_rows import Meeting, MeetingFile, identity, open_meetings, others
from importers.peer_groups._meeting_text import given_address, read_days
from importers.tally import Tally
from importers.times import read_time

SAMPLES = Path(__file__).parent / "samples"

_LANGUAGE_OF = {each: Language(name=name, code=code) for each, (name, code) in LANGUAGES.items()}

NOT_AN_OBJECT = "The item is not a meeting."
NO_SLUG = "The meeting has no slug."
NO_NAME = "The meeting has no name."
WRONG_DAY = "The meeting's day is not 0 (Sunday) to 6 (Saturday)."
WRONG_TIME = "The meeting's time cannot be read."


class MeetingGuide:
    """Reads one feed: an array of meetings, a published Google Sheet's values, or a table."""

    name: ClassVar[str] = "meeting_guide"
    kind: ClassVar[Kind] = "peer_group"
    title: ClassVar[str] = "Meeting Guide feeds of peer support meetings"
    publisher: ClassVar[str] = "The intergroup or fellowship that publishes the feed"
    licence: ClassVar[str] = "Stated by each feed; most state none"
    formats: ClassVar[tuple[str, ...]] = ("json", "csv", "xlsx")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for a web page, for what is not JSON or is cut short."""
        found, survey = open_meetings(source.path), Survey()
        for _, row in found.rows():
            if isinstance(row, dict):
                survey.note([identity(row)], others(row))
        warnings = list(found.warnings)
        rows = _read_rows(found, source, survey, warnings)
        return [Reading(rows=rows, as_of=source.as_of, rows_expected=survey.rows, warnings=warnings)]

    def samples(self) -> list[SourceFile]:
        """Invented meetings around Philadelphia, each marked as an example."""
        path = SAMPLES / "philadelphia_example_meetings.json"
        return [SourceFile(path=path, feed="examples", timezone="America/New_York")]


def _read_rows(
    found: MeetingFile, source: SourceFile, survey: Survey, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        for number, row in found.rows():
            yield row if isinstance(row, Rejection) else _read_row(number, row, source, survey, tally)
    finally:
        tally.tell(warnings)


def _read_row(
    number: int, row: Meeting | None, source: SourceFile, survey: Survey, tally: Tally
) -> ListingRecord | Rejection:
    reason = _refusal(row)
    if row is None or reason:
        return Rejection(row=number, reason=reason or NOT_AN_OBJECT, values=_shown(row or {}))
    for name in row.keys() - KNOWN - IGNORED:
        tally.count("Unknown field", name)
    code, fellowship = fellowship_of(clean_text(row.get("entity")), source.fellowship or source.feed)
    types = read_types(row.get("types"), tally, code)
    slug = identity(row)
    return meeting_record(
        row,
        source_id=survey.source_id(slug, [slug], others(row)),
        slug=slug,
        address=given_address(row),
        organization=Organization(key=f"{code}|{clean_text(row.get('entity'))}", name=_body(row, fellowship)),
        codes=(Code("fellowship", code), *(type_code(each, code) for each in types)),
        types=types,
        feed_zone=source.timezone,
        tally=tally,
        languages=tuple(_LANGUAGE_OF[each] for each in types if each in _LANGUAGE_OF),
        program=_group(row, calm_capitals(clean_text(row["name"]))),
    )


def _refusal(row: Meeting | None) -> str | None:
    if row is None:
        return NOT_AN_OBJECT
    if not identity(row):
        return NO_SLUG
    if not clean_text(row.get("name")):
        return NO_NAME
    if read_days(row.get("day")) is None:
        return WRONG_DAY
    if clean_text(row.get("time")) and read_time(row["time"]) is None:
        return WRONG_TIME
    return None


def _shown(row: Meeting) -> dict[str, str]:
    """What a steward may see of a rejected row: nothing private."""
    public = ("slug", "name", "day", "time", "end_time", "location", "city", "state")
    return {each: str(row[each])[:200] for each in public if row.get(each) not in (None, "")}


def _body(row: Meeting, fellowship: str) -> str:
    return calm_capitals(clean_text(row.get("entity"))) or fellowship


_DISTRICT = re.compile(r"\bGSO\b|^D(?:istrict)?[ .]*\d+", re.IGNORECASE)


def _group(row: Meeting, name: str) -> str | None:
    """The group that holds the meeting, unless the feed keeps district numbers there."""
    group = calm_capitals(clean_text(row.get("group")))
    return group if group and group != name and not _DISTRICT.search(group) else None
