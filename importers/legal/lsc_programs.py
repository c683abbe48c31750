"""Legal aid programs that the Legal Services Corporation funds: `Programs.json` of its site (formats 5).

A row per service area, none of them with an address: a program is found by the states that it works in. Rows
of one program, which has one name, give one listing with all its areas. Area numbers begin with the state:
`LA-15`; `NAZ-5` serves Native people and `MFL` migrant farm workers in that state.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from directory.listings.identity import derived_id
from directory.listings.record import Code, Kind, ListingRecord, Location, Organization, Service, ServiceArea
from importers.capitals import calm_capitals
from importers.cleaning import clean_text, clean_website
from importers.contract import Reading, Rejection, SourceFile
from importers.json_rows import Outline, open_json
from importers.phones import phones_of
from importers.states import STATE_NAMES
from importers.tally import Tally

NAME, AREA, WEBSITE, PHONE, TOLL_FREE = "r_legalname", "serv_area_id", "web_url", "phone", "local_800"
IGNORED = frozenset({"fax"})
MINIMUM = 100
"""The least programs of a plausible file (129 in 2026)."""
DESCRIPTION = (
    "Free legal help in civil cases for people with low income. It serves a part of each state named here, "
    "or all of it: call to ask about your county."
)
GROUPS: Mapping[str, str] = {
    "N": "Has a program for Native people.",
    "M": "Has a program for migrant farm workers.",
}
"""What a letter before the state says."""

NOT_AN_OBJECT = "The item is not a program."
NO_NAME = "The row has no name of a program."
TEST = "The row is a test entry."
NO_STATE = "The row's service area does not begin with a state."

Row = dict[str, str]


@dataclass(slots=True)
class _Program:
    """What all rows of one program say together, whatever their order."""

    names: Counter[str] = field(default_factory=Counter)
    websites: Counter[str] = field(default_factory=Counter)
    phones: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(telephone, its description)"""
    states: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)


class LscPrograms:
    """Reads the list that the site's own search for legal aid loads."""

    name: ClassVar[str] = "lsc_programs"
    kind: ClassVar[Kind] = "legal"
    title: ClassVar[str] = "Legal Services Corporation programs"
    publisher: ClassVar[str] = "Legal Services Corporation (LSC)"
    licence: ClassVar[str] = "None stated"
    formats: ClassVar[tuple[str, ...]] = ("json",)
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for a web page, for what is not JSON or is cut short."""
        outline = open_json(source.path)
        warnings: list[str] = []
        reading = Reading(
            rows=_read_rows(outline, warnings),
            as_of=source.as_of,
            rows_expected=outline.count,
            minimum=MINIMUM,
            warnings=warnings,
        )
        return [reading]

    def samples(self) -> list[SourceFile]:
        """None: the list states no licence."""
        return []


def _read_rows(outline: Outline, warnings: list[str]) -> Iterator[ListingRecord | Rejection]:
    """One record or rejection per row. Rows of one program give the same record: copies."""
    tally = Tally()
    programs: dict[str, _Program] = {}
    for item in outline.items():
        row = _row(item)
        if row is not None and not _refusal(row):
            _gather(programs.setdefault(_key(row), _Program()), row)
    try:
        for number, item in enumerate(outline.items(), start=1):
            row = _row(item)
            reason = NOT_AN_OBJECT if row is None else _refusal(row)
            if row is None or reason:
                shown = {each: row[each] for each in (NAME, AREA) if row[each]} if row else {}
                yield Rejection(row=number, reason=reason or NOT_AN_OBJECT, values=shown)
                continue
            for name in row.keys() - {NAME, AREA, WEBSITE, PHONE, TOLL_FREE} - IGNORED:
                tally.count("Unknown field", name)
            yield _record(_key(row), programs[_key(row)])
    finally:
        tally.tell(warnings)


def _row(item: Any) -> Row | None:
    if not isinstance(item, dict):
        return None
    given = {str(name).casefold(): clean_text(value) for name, value in item.items()}
    return dict.fromkeys((NAME, AREA, WEBSITE, PHONE, TOLL_FREE), "") | given


def _refusal(row: Row) -> str | None:
    if not row[NAME]:
        return NO_NAME
    if "test" in row[NAME].casefold().split():
        return TEST
    return None if _state_and_group(row[AREA])[0] else NO_STATE


def _state_and_group(area: str) -> tuple[str, str]:
    """`("AZ", "N")` of `NAZ-5`; an empty state for what does not name one."""
    prefix = area.upper().partition("-")[0].strip()
    group = prefix[0] if len(prefix) == 3 and prefix[0] in GROUPS else ""
    state = prefix.removeprefix(group)
    return (state, group) if state in STATE_NAMES else ("", "")


def _key(row: Row) -> str:
    return " ".join(row[NAME].casefold().replace(",", " ").replace(".", " ").split())


def _gather(program: _Program, row: Row) -> None:
    state, group = _state_and_group(row[AREA])
    program.states.add(state)
    if group:
        program.groups.add(group)
    program.names[calm_capitals(row[NAME])] += 1
    website = clean_website(row[WEBSITE])
    if website:
        program.websites[website] += 1
    for each, what in ((PHONE, "Main"), (TOLL_FREE, "Toll-free")):
        if row[each]:
            program.phones[row[each], what] += 1


def _record(key: str, program: _Program) -> ListingRecord:
    name = _usual(program.names)[0]
    states = sorted(program.states)
    told = [DESCRIPTION, *(GROUPS[each] for each in sorted(program.groups))]
    return ListingRecord(
        source_id=derived_id(key),
        kind="legal",
        organization=Organization(key=key, name=name),
        service=Service(
            name=name,
            description="\n".join(told),
            url=next(iter(_usual(program.websites)), None),
            phones=phones_of(*_usual(program.phones)),
            service_areas=tuple(ServiceArea(name=STATE_NAMES[each], extent=f"US-{each}") for each in states),
        ),
        locations=(Location(key=f"virtual|{key}", location_type="virtual"),),
        codes=(
            Code("need", "legal_aid"),
            Code("filter", "no_payment"),
            *([Code("filter", "tribal")] if "N" in program.groups else []),
        ),
    )


def _usual(counts: Counter[Any]) -> list[Any]:
    """What was said, most often first, then by the alphabet: the same in any order of rows."""
    return sorted(counts, key=lambda each: (-counts[each], each))
