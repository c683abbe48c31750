"""Recovery residences as a certifying affiliate lists them: a table with a row per home (formats 3.4).

There is no national file. An affiliate sends its list, and its feed is named by state and affiliate
(`--feed ca-ccapp`). Columns, in any order, by any of these names; only a name and a city are needed:

    name          name, house_name, residence, home          gender    gender: Men Only, W, Coed, MC ...
    city          city, location                             serves    serves, population
    state         state (else that of the feed)              price     price, rent, monthly_rent, weekly_rent
    address       address, address1, street                  capacity  capacity, beds, total_beds
    zip           zip, zip_code, postal_code                 vacancies vacancies, open_beds, available_beds
    county        county                                     updated   last_updated, updated
    operator      operator, organization, provider           level     level, narr_level
    phone         phone                                      status    status, certification_status
    website       website, web_site, url                     expires   expires, certified_until
    email         email                                      affiliate affiliate, certified_by
    medication    accepts_medication, mat, moud              withheld  confidential, hide_address
    wheelchair    wheelchair, wheelchair_accessible, ada_accessible

Names and telephones of house managers are never read. A home is "on the affiliate's certified list", with
the list's date: nobody here has verified it. Where the list gives only a town, only the town is shown.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import ClassVar

from directory.errors import SourceBroken
from directory.listings.identity import derived_id
from directory.listings.record import Address, Code, Kind, ListingRecord, Location, Organization, Service
from importers.capitals import calm_address, calm_capitals
from importers.cleaning import clean_email, clean_text, clean_website, clean_zip
from importers.contract import Reading, Rejection, SourceFile
from importers.housing._residence_cells import capacity_of, costs_of, gender_of, groups_of, is_yes
from importers.keys import Survey
from importers.phones import phones_of
from importers.rows import Row, Table, missing_columns, open_table
from importers.states import state_code
from importers.tally import Tally
from importers.times import read_date

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "house_name", "residence", "home"),
    "city": ("city", "location"),
    "state": ("state",),
    "address": ("address", "address1", "street"),
    "zip": ("zip", "zip_code", "postal_code"),
    "county": ("county",),
    "operator": ("operator", "organization", "provider"),
    "phone": ("phone",),
    "website": ("website", "web_site", "url"),
    "email": ("email",),
    "gender": ("gender",),
    "serves": ("serves", "population"),
    "price": ("price", "rent"),
    "monthly_rent": ("monthly_rent",),
    "weekly_rent": ("weekly_rent",),
    "capacity": ("capacity", "beds", "total_beds"),
    "vacancies": ("vacancies", "open_beds", "available_beds"),
    "updated": ("last_updated", "updated"),
    "level": ("level", "narr_level"),
    "status": ("status", "certification_status"),
    "expires": ("expires", "certified_until"),
    "affiliate": ("affiliate", "certified_by"),
    "medication": ("accepts_medication", "mat", "moud"),
    "wheelchair": ("wheelchair", "wheelchair_accessible", "ada_accessible"),
    "withheld": ("confidential", "hide_address"),
}
"""What we read, by the names that lists use for it."""
IGNORED = frozenset(
    {"manager", "house_manager", "manager_name", "manager_phone", "manager_email", "contact", "contact_name"}
    | {"contact_person", "contact_phone", "contact_email", "owner", "meeting_time", "house_meeting"}
)
"""Persons, and what concerns only those who live there."""
_MANAGER_PHONES = ("manager_phone", "contact_phone")
IDENTITY = ("name", "address", "city", "state", "zip")
LASTING = ("operator", "phone", "website", "gender")
"""What else tells two homes apart; prices and vacancies change too often for that."""
NO_STREET = ("confidential", "undisclosed", "withheld", "not listed", "call for")
"""Beginnings of what stands in place of a street."""
NOT_CERTIFIED = frozenset({"expired", "revoked", "suspended", "inactive", "withdrawn", "denied", "pending"})

NO_NAME = "The row has no name of a residence."
NO_CITY = "The row has no city."
NO_STATE = "The row's state is not known: give it in a column or name the feed like ca-ccapp."
NOT_NOW = "The residence is not certified now."

Cells = dict[str, str]


class RecoveryResidences:
    """Reads one affiliate's list: CSV or a workbook."""

    name: ClassVar[str] = "recovery_residences"
    kind: ClassVar[Kind] = "housing"
    title: ClassVar[str] = "Certified recovery residences"
    publisher: ClassVar[str] = "The certifying affiliate that publishes the list"
    licence: ClassVar[str] = "Stated by each affiliate; ask for permission"
    formats: ClassVar[tuple[str, ...]] = ("csv", "xlsx")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for a file without names and cities."""
        table = _open(source.path)
        survey = Survey()
        for row in table.rows():
            if isinstance(row, Row):
                cells = _cells(row)
                survey.note(*_identity_and_others(cells))
        warnings = list(table.warnings)
        rows = _read_rows(table, source, survey, warnings)
        return [Reading(rows=rows, as_of=source.as_of, rows_expected=survey.rows, warnings=warnings)]

    def samples(self) -> list[SourceFile]:
        """None: a list belongs to its affiliate."""
        return []


def _open(path: Path) -> Table:
    wrong: SourceBroken | None = None
    for city in COLUMNS["city"]:
        try:
            table = open_table(path, (city,))
        except SourceBroken as problem:
            wrong = wrong or problem
            continue
        if not set(COLUMNS["name"]) & set(table.columns):
            raise missing_columns(path, ["name"])
        return table
    raise wrong or missing_columns(path, ["city"])


def _cells(row: Row) -> Cells:
    """What we read of a row, cleaned, by our own names; a number that is the manager's is nobody's."""
    found = {
        ours: next(filter(None, (clean_text(row.values.get(each)) for each in theirs)), "")
        for ours, theirs in COLUMNS.items()
    }
    private = {clean_text(row.values.get(each)) for each in _MANAGER_PHONES}
    if found["phone"] in private:
        found["phone"] = ""
    if is_yes(found["withheld"]) or found["address"].casefold().startswith(NO_STREET):
        found["address"] = ""
    return found


def _identity_and_others(cells: Cells) -> tuple[list[str], list[str]]:
    identity = [clean_zip(cells[each]) if each == "zip" else cells[each] for each in IDENTITY]
    return identity, [cells[each] for each in LASTING]


def _read_rows(
    table: Table, source: SourceFile, survey: Survey, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    known = set(chain.from_iterable(COLUMNS.values()))
    for name in table.columns:
        if name and name not in known and name not in IGNORED:
            tally.count("Unknown column", name)
    try:
        for row in table.rows():
            yield (
                _without_private(row) if isinstance(row, Rejection) else _read_row(row, source, survey, tally)
            )
    finally:
        tally.tell(warnings)


def _without_private(rejection: Rejection) -> Rejection:
    """A row whose cells do not fit the header may hold anything anywhere: none of it is kept."""
    return Rejection(row=rejection.row, reason=rejection.reason)


def _read_row(row: Row, source: SourceFile, survey: Survey, tally: Tally) -> ListingRecord | Rejection:
    cells = _cells(row)
    stated = clean_text(row.values.get("state"))
    state = state_code(stated) if stated else state_code(source.feed.partition("-")[0])
    reason = _refusal(cells, state, source.as_of)
    if reason:
        shown = {each: cells[each] for each in ("name", "city", "state", "status", "expires") if cells[each]}
        return Rejection(row=row.number, reason=reason, values=shown)
    name = calm_capitals(cells["name"])
    operator = calm_capitals(cells["operator"]) or name
    gender = gender_of(cells["gender"])
    if cells["gender"] and gender is None:
        tally.count("Unknown gender", cells["gender"])
    groups, who = groups_of(cells["serves"])
    told = [gender.sentence if gender else f"Gender: {cells['gender']}." if cells["gender"] else "", who]
    identity, others = _identity_and_others(cells)
    costs, fees = costs_of(cells)
    filters = [*(gender.filters if gender else ()), *groups]
    filters += ["accepts_medication"] if is_yes(cells["medication"]) else []
    filters += ["wheelchair"] if is_yes(cells["wheelchair"]) else []
    capacity = capacity_of(cells)
    return ListingRecord(
        source_id=survey.source_id(derived_id(*identity), identity, others),
        kind="housing",
        organization=Organization(key=f"{operator}|{state}".casefold(), name=operator),
        service=Service(
            name=name,
            url=clean_website(cells["website"]),
            email=clean_email(cells["email"]),
            phones=phones_of((cells["phone"], None)),
            accreditations=_certified(cells, source),
            eligibility_description=" ".join(filter(None, told)) or None,
            cost_options=costs,
            fees_description=fees,
            capacities=(capacity,) if capacity else (),
        ),
        locations=(_place(cells, state),),
        codes=(Code("need", "recovery_housing"), *(Code("filter", each) for each in dict.fromkeys(filters))),
    )


def _refusal(cells: Cells, state: str, as_of: dt.date | None) -> str | None:
    if not cells["name"]:
        return NO_NAME
    if not cells["city"]:
        return NO_CITY
    if not state:
        return NO_STATE
    expires = read_date(cells["expires"])
    is_over = expires is not None and as_of is not None and expires < as_of
    return NOT_NOW if is_over or cells["status"].casefold() in NOT_CERTIFIED else None


def _certified(cells: Cells, source: SourceFile) -> str:
    """ "On CCAPP's certified list, September 1, 2026 (level II)": what the list says, and no more."""
    named = cells["affiliate"] or source.feed.partition("-")[2].replace("-", " ").upper()
    told = f"On {named}'s certified list" if named else "On the certifying affiliate's list"
    told += f", {source.as_of:%B} {source.as_of.day}, {source.as_of.year}" if source.as_of else ""
    level = cells["level"]
    if level:
        told += f" ({level if level.casefold().startswith('level') else f'level {level}'})"
    return told


def _place(cells: Cells, state: str) -> Location:
    """The house, or only its town where the list has no street (or one that may not be told)."""
    street, postal_code = cells["address"], clean_zip(cells["zip"]) if cells["address"] else ""
    city = calm_address(cells["city"])
    return Location(
        key="|".join((cells["name"] if not street else "", street, city, state, postal_code)).casefold(),
        visibility="full" if street else "partial",
        address=Address(
            address_1=street,
            city=city,
            region=cells["county"] or None,
            state_province=state,
            postal_code=postal_code,
        ),
    )
