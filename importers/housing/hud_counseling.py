"""HUD's housing counseling agencies: the answer of `searchByLocation` (formats 3.1).

No key. A search around one point with `Distance=5000` is the whole country; one with `RowLimit` is cut
short, so nothing is withdrawn by it. Fax numbers and mailing addresses are left out: nobody goes there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from directory.listings.record import (
    Address,
    Code,
    Kind,
    Language,
    ListingRecord,
    Location,
    Organization,
    Service,
    ServiceArea,
)
from importers.capitals import calm_address, calm_capitals
from importers.cleaning import clean_coordinates, clean_email, clean_text, clean_website, clean_zip
from importers.contract import Reading, Rejection, SourceFile
from importers.fetch import Fetcher
from importers.housing._hud_words import LANGUAGES, METHODS, REMOTE, SERVICES
from importers.json_rows import Outline, open_json
from importers.keys import Survey
from importers.phones import phones_of
from importers.states import STATE_NAMES, state_code
from importers.tally import Tally

SCHEME = "hud_counseling"
PHONES = (("phone1", "Main"), ("phone2", "Other"))
_LANGUAGE_OF = {each: Language(name=name, code=code) for each, (name, code) in LANGUAGES.items()}
STATUSES = frozenset({"A", "P"})
"""Active, and participating under another agency."""
KNOWN = frozenset(
    {"agcid", "nme", "adr1", "adr2", "city", "statecd", "zipcd", "phone1", "phone2", "email", "weburl"}
    | {"agc_ADDR_LATITUDE", "agc_ADDR_LONGITUDE", "services", "languages", "counslg_METHOD", "agc_STATUS"}
    | {"parentid", "faithbased", "migrantwkrs_IND", "county_NME"}
)
IGNORED = frozenset(
    {"mailingadr1", "mailingadr2", "mailingcity", "mailingstatecd", "mailingzipcd", "fax", "agc_SRC_CD"}
    | {"state_NME", "state_FIPS_CODE", "colonias_IND"}
)
"""Left out on purpose."""
SHOWN = ("agcid", "nme", "adr1", "city", "statecd", "zipcd", "phone1")
"""What a steward sees of a rejected row."""

NOT_AN_OBJECT = "The item is not an agency."
NO_ID = "The agency has no id."
NO_NAME = "The agency has no name."
NO_STATE = "The agency's state is not a state or territory of the United States."

Agency = dict[str, Any]


@dataclass(slots=True)
class _Bodies:
    """Names and parents of all agencies of a file, by id."""

    names: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)

    def note(self, agency: Agency) -> None:
        number = clean_text(agency.get("agcid"))
        if number:
            self.names[number] = _name(agency)
            self.parents[number] = clean_text(agency.get("parentid"))

    def body(self, number: str) -> Organization:
        """The organization behind an agency: its parent, where the file has it and both are called alike.

        A parent may also be a state's housing office that only passes funds on to bodies of other names;
        branches of one name under one parent are one organization.
        """
        parent = self.parents[number]
        if parent != number and _alike(self.names[number], self.names.get(parent, "")):
            number, parent = parent, self.parents[parent]
        name = self.names[number]
        return Organization(key=f"{parent or number}|{name.casefold()}", name=name)


def _alike(branch: str, parent: str) -> bool:
    """Whether a branch carries its parent's name: the same first two words."""
    words = parent.casefold().split()[:2]
    return len(words) == 2 and branch.casefold().split()[:2] == words


class HudCounseling:
    """Reads the JSON of one search."""

    name: ClassVar[str] = "hud_counseling"
    kind: ClassVar[Kind] = "housing"
    title: ClassVar[str] = "HUD housing counseling agencies"
    publisher: ClassVar[str] = "U.S. Department of Housing and Urban Development (HUD)"
    licence: ClassVar[str] = "Public domain (United States government work)"
    formats: ClassVar[tuple[str, ...]] = ("json",)
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for a web page, for what is not JSON or is cut short."""
        outline = open_json(source.path)
        survey, bodies = Survey(), _Bodies()
        for item in outline.items():
            if isinstance(item, dict):
                survey.note(_identity(item), _others(item))
                bodies.note(item)
        warnings: list[str] = []
        reading = Reading(
            rows=_read_rows(outline, survey, bodies, warnings),
            as_of=source.as_of,
            rows_expected=survey.rows,
            is_whole="rowlimit=" not in (source.url or "").casefold(),
            warnings=warnings,
        )
        return [reading]

    def samples(self) -> list[SourceFile]:
        """None."""
        return []

    def fetch(self, url: str, folder: Path, fetcher: Fetcher) -> Path:
        """Saves the answer to one search, which is not paged."""
        return fetcher.save(url, folder / "agencies.json")


def _identity(agency: Agency) -> list[str]:
    return [clean_text(agency.get("agcid"))]


def _others(agency: Agency) -> list[str]:
    return [f"{name}={agency[name]!r}" for name in sorted(agency) if name in KNOWN and name != "agcid"]


def _read_rows(
    outline: Outline, survey: Survey, bodies: _Bodies, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        for number, item in enumerate(outline.items(), start=1):
            yield _read_row(number, item, survey, bodies, tally)
    finally:
        tally.tell(warnings)


def _read_row(
    number: int, item: Any, survey: Survey, bodies: _Bodies, tally: Tally
) -> ListingRecord | Rejection:
    if not isinstance(item, dict):
        return Rejection(row=number, reason=NOT_AN_OBJECT)
    reason = _refusal(item)
    if reason:
        shown = {each: clean_text(item.get(each)) for each in SHOWN}
        return Rejection(
            row=number, reason=reason, values={name: cell for name, cell in shown.items() if cell}
        )
    for name in item.keys() - KNOWN - IGNORED:
        tally.count("Unknown field", name)
    if clean_text(item.get("agc_STATUS")) not in STATUSES:
        tally.count("Unknown status", clean_text(item.get("agc_STATUS")))
    agency_id = clean_text(item["agcid"])
    services, languages, methods = (
        _split(item, each) for each in ("services", "languages", "counslg_METHOD")
    )
    for what, each in _unknown(services, languages):
        tally.count(what, each)
    state = state_code(clean_text(item["statecd"]))
    is_remote = any(each in REMOTE for each in methods)
    virtual = Location(key=f"virtual|{agency_id}", location_type="virtual")
    return ListingRecord(
        source_id=survey.source_id(agency_id, _identity(item), _others(item)),
        kind="housing",
        organization=bodies.body(agency_id),
        service=Service(
            name=_name(item),
            description=_description(item, services, methods),
            url=_website(item.get("weburl")),
            email=clean_email(item.get("email")),
            phones=phones_of(*((clean_text(item.get(each)), what) for each, what in PHONES)),
            languages=tuple(_LANGUAGE_OF[each] for each in languages if each in LANGUAGES),
            service_areas=(ServiceArea(name=STATE_NAMES[state], extent=f"US-{state}"),) if is_remote else (),
        ),
        locations=(_place(item, state, tally), virtual) if is_remote else (_place(item, state, tally),),
        codes=_codes(item, services, languages),
    )


def _refusal(agency: Agency) -> str | None:
    if not clean_text(agency.get("agcid")):
        return NO_ID
    if not _name(agency):
        return NO_NAME
    return None if state_code(clean_text(agency.get("statecd"))) else NO_STATE


def _name(agency: Agency) -> str:
    return calm_capitals(clean_text(agency.get("nme")))


def _split(agency: Agency, name: str) -> list[str]:
    """The entries of a cell that parts them with commas, each once."""
    found = (each.strip() for each in clean_text(agency.get(name)).split(","))
    return list(dict.fromkeys(each for each in found if each))


def _place(agency: Agency, state: str, tally: Tally) -> Location:
    street, city = clean_text(agency.get("adr1")), clean_text(agency.get("city"))
    found = clean_coordinates(agency.get("agc_ADDR_LATITUDE"), agency.get("agc_ADDR_LONGITUDE"))
    if found is None:
        tally.count("No coordinates", state)
    postal_code = clean_zip(clean_text(agency.get("zipcd")))
    return Location(
        key="|".join((street, clean_text(agency.get("adr2")), city, state, postal_code)).casefold(),
        latitude=found[0] if found else None,
        longitude=found[1] if found else None,
        precision="exact" if found else None,
        address=Address(
            address_1=street,
            address_2=clean_text(agency.get("adr2")) or None,
            city=calm_address(city),
            region=clean_text(agency.get("county_NME")) or None,
            state_province=state,
            postal_code=postal_code,
        ),
    )


def _unknown(services: list[str], languages: list[str]) -> Iterator[tuple[str, str]]:
    yield from (("Unknown service", each) for each in services if each not in SERVICES)
    yield from (("Unknown language", each) for each in languages if each not in LANGUAGES)


def _description(agency: Agency, services: list[str], methods: list[str]) -> str | None:
    offers = [SERVICES[each] for each in services if each in SERVICES]
    ways = [METHODS[each] for each in methods if each in METHODS]
    told = [f"Offers {'; '.join(offers)}."] if offers else []
    told += [f"Counseling is {', '.join(ways)}."] if ways else []
    told += ["Also serves migrant farm workers."] if _is_yes(agency.get("migrantwkrs_IND")) else []
    return "\n".join(told) or None


def _codes(agency: Agency, services: list[str], languages: list[str]) -> tuple[Code, ...]:
    found = [Code(SCHEME, each) for each in services]
    found += [Code(SCHEME, "faithbased")] if _is_yes(agency.get("faithbased")) else []
    found += [Code("language", code) for each in languages if (code := LANGUAGES.get(each, ("", None))[1])]
    return tuple(found or [Code("need", "housing_counseling")])


def _is_yes(cell: object) -> bool:
    return clean_text(cell).upper() == "Y"


def _website(cell: object) -> str | None:
    """The agency's site. HUD writes "notavailable" into addresses in several ways."""
    found = clean_website(cell)
    return None if found and "notavailable" in found.casefold() else found
