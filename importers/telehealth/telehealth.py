"""Providers who see people by phone or video only: a table that a steward or a partner keeps.

No public source says in which states a provider may see people (formats 2.4), so this list is made by hand;
the columns are ours and are described at the class.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import ClassVar
from zoneinfo import available_timezones

from directory.listings.identity import derived_id
from directory.listings.needs import taxonomy
from directory.listings.record import (
    Code,
    CostOption,
    Kind,
    Language,
    ListingRecord,
    Location,
    Organization,
    Schedule,
    Service,
    ServiceArea,
)
from importers.cleaning import clean_email, clean_prose, clean_text, clean_website
from importers.contract import Reading, Rejection, SourceFile
from importers.keys import Survey
from importers.opening_text import opening_schedules
from importers.phones import clean_phone, phones_of
from importers.rows import Row, Table, open_table
from importers.states import STATE_NAMES, state_code
from importers.tally import Tally
from importers.times import read_date

REQUIRED = ("provider", "states", "modality")
COLUMNS = (
    *REQUIRED,
    *(
        "id",
        "service",
        "description",
        "needs",
        "filters",
        "how_to_join",
        "join_url",
        "phone",
        "email",
        "website",
    ),
    *("hours", "timezone", "languages", "payment", "minimum_age", "maximum_age", "license", "accreditation"),
    *("checked_on", "example"),
)
IDENTITY = ("id", "provider", "service", "phone", "website")

MODALITIES: Mapping[str, str] = {
    "video": "video",
    "phone": "phone",
    "telephone": "phone",
    "audio": "phone",
    "chat": "chat",
    "text": "text message",
    "message": "text message",
    "app": "an app",
}
"""Word in the file to the word shown."""
EVERYWHERE = frozenset({"us", "usa", "all", "all states", "nationwide", "united states"})
NATION = ServiceArea(name="United States", extent="US")
BASE = (Code("need", "telehealth"), Code("attendance", "online"))
YES = frozenset({"yes", "true", "1", "x"})

NO_PROVIDER = "The row has no provider."
NO_STATES = "The row names no state in which the provider is licensed."
NO_MODALITY = "The row does not say whether people are seen by phone or video."
NO_WAY = "The row has no telephone, website or address to join."

_WASHINGTON_DC = re.compile(r"washington,?\s+d\.?c\b\.?", re.IGNORECASE)
_PARTS = re.compile(r"[;,|/\n]")


class Telehealth:
    """Reads a CSV file or workbook with one provider in a row and these columns, in any order.

    `provider` and `states` and `modality` must be there; the others may be left out or empty. Cells with
    several things part them by `;` or `,`.

    | column | holds |
    |---|---|
    | `provider` | the body: Harbor Video Recovery |
    | `states` | those where it is licensed: `PA; NJ`, `Pennsylvania`; `US` for all |
    | `modality` | `video`, `phone`, `chat`, `text`, `app` |
    | `id` | the keeper's own number, if rows have one that lasts |
    | `service` | the program's name, if it differs from the provider's |
    | `description` | what is offered, in a few sentences |
    | `needs` | codes of `needs.toml`: `video_counseling; buprenorphine` |
    | `filters` | codes of `facets.toml`: `medicaid; spanish` |
    | `how_to_join` | what to do first: `Call, or fill in the form` |
    | `join_url` | where a visit or the intake begins: http or https |
    | `phone`, `email`, `website` | of intake |
    | `hours` | `Mon-Fri 9am-8pm`: read where it is certain, else told as it is written |
    | `timezone` | IANA zone of the hours: `America/New_York` |
    | `languages` | names, or `Spanish (spa)` with the ISO 639-3 code |
    | `payment` | `Medicaid; Cash`: shown as written; for a filter use `filters` |
    | `minimum_age`, `maximum_age` | years |
    | `license`, `accreditation` | as the provider states them |
    | `checked_on` | the day when the keeper checked the row with the provider |
    | `example` | `yes` for an invented row |

    Every listing is a virtual location with one service area for each state.
    """

    name: ClassVar[str] = "telehealth"
    kind: ClassVar[Kind] = "telehealth"
    title: ClassVar[str] = "Telehealth-only providers by state"
    publisher: ClassVar[str] = "Whoever keeps the list"
    licence: ClassVar[str] = "Stated by whoever keeps the list"
    formats: ClassVar[tuple[str, ...]] = ("csv", "xlsx")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading, the whole list. Raises `SourceBroken` for what is no such table."""
        table = open_table(source.path, REQUIRED)
        survey = Survey()
        for row in table.rows():
            if isinstance(row, Row):
                survey.note(*_identity_and_others(row.values))
        warnings = [
            *table.warnings,
            *(f"Unknown column: {each}" for each in table.columns if each not in COLUMNS),
        ]
        return [
            Reading(
                rows=_rows(table, survey, source.timezone, warnings),
                as_of=source.as_of,
                rows_expected=survey.rows,
                warnings=warnings,
            )
        ]

    def samples(self) -> list[SourceFile]:
        """None: invented telehealth providers are among the examples of `hsds`."""
        return []


def _identity_and_others(values: Mapping[str, str]) -> tuple[list[str], list[str]]:
    identity = [values.get(name, "") for name in IDENTITY]
    if identity[0].strip():
        identity = identity[:1]
    return identity, [f"{name}={values.get(name, '')}" for name in COLUMNS]


def _rows(
    table: Table, survey: Survey, zone: str | None, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        for row in table.rows():
            yield row if isinstance(row, Rejection) else _read_row(row, survey, zone, tally)
    finally:
        tally.tell(warnings)


def _read_row(row: Row, survey: Survey, zone: str | None, tally: Tally) -> ListingRecord | Rejection:
    values = {name: clean_text(row.values.get(name)) for name in COLUMNS}
    areas, ways = _areas(values["states"], tally), _ways(values["modality"], tally)
    phone, website = clean_phone(values["phone"], "Intake"), clean_website(values["website"])
    join = clean_website(values["join_url"])
    refusals = (
        (not values["provider"], NO_PROVIDER),
        (not areas, NO_STATES),
        (not ways, NO_MODALITY),
        (not (phone or website or join), NO_WAY),
    )
    reason = next((reason for is_so, reason in refusals if is_so), None)
    if reason:
        shown = {
            name: row.values.get(name, "") for name in ("id", "provider", "service", "states", "modality")
        }
        return Rejection(
            row=row.number, reason=reason, values={name: each for name, each in shown.items() if each}
        )
    source_id = _source_id(row.values, survey)
    return ListingRecord(
        source_id=source_id,
        kind="telehealth",
        organization=Organization(key=values["provider"].casefold(), name=values["provider"]),
        service=Service(
            name=values["service"] or values["provider"],
            description=clean_prose(row.values.get("description")),
            url=website,
            email=clean_email(values["email"]),
            application_process=_first_step(ways, clean_prose(row.values.get("how_to_join"))),
            licenses=values["license"] or None,
            accreditations=values["accreditation"] or None,
            minimum_age=_age(values["minimum_age"]),
            maximum_age=_age(values["maximum_age"]),
            assured_date=read_date(values["checked_on"]),
            phones=phones_of((values["phone"], "Intake")),
            schedules=_schedules(row, zone, tally),
            service_areas=areas,
            cost_options=tuple(CostOption(option=each) for each in _parts(values["payment"])),
            languages=tuple(map(_language, _parts(values["languages"]))),
        ),
        locations=(Location(key=f"virtual|{source_id}", location_type="virtual", url=join),),
        codes=_codes(values, tally),
        is_example=values["example"].casefold() in YES,
    )


def _source_id(values: Mapping[str, str], survey: Survey) -> str:
    """The keeper's own number, else one from what names the provider and how it is reached."""
    identity, others = _identity_and_others(values)
    plain = clean_text(values.get("id")) or derived_id("telehealth", *identity)
    return survey.source_id(plain, identity, others)


def _parts(text: str) -> list[str]:
    """What a cell lists, each once, in order."""
    return list(dict.fromkeys(filter(None, map(clean_text, _PARTS.split(text)))))


def _areas(text: str, tally: Tally) -> tuple[ServiceArea, ...]:
    """One area for each state, in the order of their names; a word that is no state adds none."""
    named = _parts(_WASHINGTON_DC.sub("DC", text))
    if any(each.casefold() in EVERYWHERE for each in named):
        return (NATION,)
    for each in named:
        if not state_code(each):
            tally.count("Unknown state", each)
    codes = {state_code(each) for each in named} - {""}
    return tuple(ServiceArea(name=STATE_NAMES[code], extent=f"US-{code}") for code in sorted(codes))


def _ways(text: str, tally: Tally) -> list[str]:
    """How people are seen, as it is shown."""
    found: dict[str, None] = {}
    for each in _parts(re.sub(r"\band\b", ";", text, flags=re.IGNORECASE)):
        way = MODALITIES.get(each.casefold())
        if way:
            found[way] = None
        else:
            tally.count("Unknown modality", each)
    return list(found)


def _first_step(ways: list[str], how: str | None) -> str:
    told = f"{', '.join(ways[:-1])} or {ways[-1]}" if len(ways) > 1 else ways[0]
    return f"Visits are by {told}." + (f" {how}" if how else "")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _schedules(row: Row, zone: str | None, tally: Tally) -> tuple[Schedule, ...]:
    """The hours where their text is certain, else the text."""
    stated = clean_text(row.values.get("timezone"))
    if stated and stated not in _zones():
        tally.count("Unknown time zone", stated)
        stated = ""
    found = opening_schedules(row.values.get("hours"), stated or zone)
    if any(each.opens_at and not each.timezone for each in found):
        tally.count("No time zone", "give one in the row, or the list's")
    return found


_LANGUAGE = re.compile(r"(.+?)\s*\(([a-z]{3})\)")


def _language(text: str) -> Language:
    found = _LANGUAGE.fullmatch(text)
    return Language(name=found[1], code=found[2]) if found else Language(name=text)


def _age(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _codes(values: Mapping[str, str], tally: Tally) -> tuple[Code, ...]:
    """Telehealth, then the row's own needs and filters (of our lists), then its languages."""
    found = dict.fromkeys(BASE)
    known = taxonomy()
    for column, scheme in (("needs", "need"), ("filters", "filter")):
        for each in _parts(values[column]):
            code = Code(scheme, each.casefold().replace(" ", "_"))
            if known.knows(code):
                found[code] = None
            else:
                tally.count(f"Unknown code in {column}", each)
    found |= {
        Code("language", each.code): None for each in map(_language, _parts(values["languages"])) if each.code
    }
    return tuple(found)
