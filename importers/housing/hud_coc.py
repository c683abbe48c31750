"""HUD's Continuums of Care: whom to call for help without a home, from HUD's Resource Locator (formats 3.2).

A Continuum of Care plans help for people without a home in its area and says where to ask for a bed. The
map layer has its area as a polygon and its contacts, a row for each kind of contact. Names of persons are
never read, and no shelter's address: the inventory that has these is not for publishing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import httpx

from directory.errors import SourceBroken
from directory.listings.record import (
    Code,
    Kind,
    ListingRecord,
    Location,
    Organization,
    OrganizationIdentifier,
    Phone,
    Service,
    ServiceArea,
)
from directory.phrases import N_, Phrase
from importers.cleaning import clean_email, clean_text
from importers.contract import Reading, Rejection, SourceFile
from importers.fetch import MOST_PAGES, Fetcher
from importers.housing._esri import geojson_of
from importers.json_rows import Outline, open_json
from importers.phones import phones_of
from importers.states import STATE_NAMES, state_code
from importers.tally import Tally

LAYER = "https://egis.hud.gov/arcgis/rest/services/hrl/HudResourceLocator/MapServer/8/query"
"""Layer 8: Continuums of Care (384 rows in 2026). Answers without a key."""
QUERY = {"where": "1=1", "outFields": "COCNUM,COCNAME,CONTACT_TYPE,PRIMARY_PHONE,EMAIL_ADDRESS"}
QUERY |= {"outSR": "4326", "f": "json", "orderByFields": "OBJECTID", "returnGeometry": "true"}
QUERY |= {"maxAllowableOffset": "0.001", "geometryPrecision": "5"}
"""What every request says: our fields only, in degrees, outlines no finer than we keep."""
PAGE_SIZE = 100
MINIMUM = 300
"""The least Continuums of Care of a plausible file of the whole country (about 384)."""
FIRST_CONTACT = "primary contact"
"""The kind of contact whose telephone and e-mail count, where there are several."""

NOT_AN_OBJECT = "The item is not a Continuum of Care."
NO_NUMBER = "The row has no Continuum of Care number such as PA-500."
NO_NAME = "The Continuum of Care has no name."
ALSO = "It covers a part of the state: call to ask whether yours belongs to it."

Attributes = Mapping[str, Any]


@dataclass(slots=True)
class _Continuum:
    """What all rows of one Continuum of Care say together, whatever their order."""

    contacts: list[tuple[bool, str, str, str]]
    """(not the first contact, name, telephone, e-mail), to be sorted."""
    polygon: str = ""


class HudCoc:
    """Reads pages of the layer's answers in a folder, or one answer in a file."""

    name: ClassVar[str] = "hud_coc"
    kind: ClassVar[Kind] = "housing"
    title: ClassVar[str] = "HUD Continuums of Care (help for people without a home)"
    publisher: ClassVar[str] = "U.S. Department of Housing and Urban Development (HUD)"
    licence: ClassVar[str] = "Public domain (United States government work)"
    formats: ClassVar[tuple[str, ...]] = ("json",)
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for what is no answer of an ArcGIS layer, or is cut short."""
        is_folder = source.path.is_dir()
        paths = sorted(source.path.glob("page-*.json")) if is_folder else [source.path]
        if not paths:
            raise SourceBroken(Phrase(N_("There are no pages in %(name)s."), {"name": str(source.path)}))
        pages = [_open_page(each) for each in paths]
        warnings: list[str] = []
        reading = Reading(
            rows=_read_rows(pages, warnings),
            as_of=source.as_of,
            rows_expected=sum(page.count for page in pages),
            minimum=MINIMUM,
            is_whole=not _has_more(pages[-1]),
            warnings=warnings,
        )
        return [reading]

    def samples(self) -> list[SourceFile]:
        """None."""
        return []

    def fetch(self, url: str, folder: Path, fetcher: Fetcher) -> Path:
        """Saves every page of a layer's query (`LAYER`) into `folder` and answers it."""
        for old in folder.glob("page-*.json"):
            old.unlink()
        offset = 0
        for number in range(1, MOST_PAGES + 1):
            asked = {**QUERY, "resultOffset": str(offset), "resultRecordCount": str(PAGE_SIZE)}
            address = httpx.URL(url).copy_merge_params(asked)
            page = _open_page(fetcher.save(str(address), folder / f"page-{number:04d}.json"))
            offset += page.count
            if not _has_more(page) or not page.count:
                return folder
        raise SourceBroken(Phrase(N_("%(name)s has more pages than plausible."), {"name": LAYER}))


def _open_page(path: Path) -> Outline:
    page = open_json(path, arrays=("features",))
    if page.prefix != "features.item":
        message = N_("%(name)s is not an answer of a map layer (it has no features).")
        raise SourceBroken(Phrase(message, {"name": path.name}))
    return page


def _has_more(page: Outline) -> bool:
    """ArcGIS's own mark that the answer stops before the end."""
    return any(envelope.get("exceededTransferLimit") is True for envelope in page.envelopes)


def _read_rows(pages: list[Outline], warnings: list[str]) -> Iterator[ListingRecord | Rejection]:
    """One record or rejection per row. Rows of one Continuum of Care give the same record: copies."""
    tally = Tally()
    continuums: dict[str, _Continuum] = {}
    for item in _items(pages):
        attributes = _attributes(item)
        if not _refusal(attributes):
            _gather(continuums, attributes, item.get("geometry"))
    try:
        for row, item in enumerate(_items(pages), start=1):
            attributes = _attributes(item)
            reason = _refusal(attributes)
            if reason:
                shown = {"COCNUM": _text(attributes, "COCNUM"), "COCNAME": _text(attributes, "COCNAME")}
                yield Rejection(
                    row=row, reason=reason, values={key: text for key, text in shown.items() if text}
                )
            else:
                number = _text(attributes, "COCNUM").upper()
                yield _record(number, continuums[number], tally)
    finally:
        tally.tell(warnings)


def _items(pages: list[Outline]) -> Iterator[Any]:
    for page in pages:
        yield from page.items()


def _attributes(item: Any) -> Attributes | None:
    found = item.get("attributes") if isinstance(item, dict) else None
    return found if isinstance(found, dict) else None


def _text(attributes: Attributes | None, name: str) -> str:
    return clean_text(attributes.get(name)) if attributes else ""


def _refusal(attributes: Attributes | None) -> str | None:
    if attributes is None:
        return NOT_AN_OBJECT
    state, dash, number = _text(attributes, "COCNUM").partition("-")
    if not dash or not number.isdigit() or len(state) != 2 or not state_code(state):
        return NO_NUMBER
    return None if _text(attributes, "COCNAME") else NO_NAME


def _gather(continuums: dict[str, _Continuum], attributes: Attributes | None, geometry: Any) -> None:
    number = _text(attributes, "COCNUM").upper()
    found = continuums.setdefault(number, _Continuum(contacts=[]))
    is_later = _text(attributes, "CONTACT_TYPE").casefold() != FIRST_CONTACT
    telephone, email = _text(attributes, "PRIMARY_PHONE"), _text(attributes, "EMAIL_ADDRESS")
    found.contacts.append((is_later, _text(attributes, "COCNAME"), telephone, email))
    polygon = geojson_of(geometry.get("rings")) if isinstance(geometry, dict) else None
    found.polygon = max(found.polygon, polygon or "", key=lambda text: (len(text), text))


def _record(number: str, found: _Continuum, tally: Tally) -> ListingRecord:
    contacts = sorted(found.contacts)
    name, state = contacts[0][1], number[:2]
    if not found.polygon:
        tally.count("No area", number)
    return ListingRecord(
        source_id=number,
        kind="housing",
        organization=Organization(
            key=number,
            name=name,
            identifiers=(
                OrganizationIdentifier(identifier_type="Continuum of Care number", identifier=number),
            ),
        ),
        service=Service(
            name=f"Help for people without a home – {name}",
            description=(
                "The Continuum of Care for this area. It plans help for people without a home and can say "
                "where to ask for shelter and housing. For a bed tonight you can also call 211."
            ),
            email=next(filter(None, (clean_email(email) for *_, email in contacts)), None),
            phones=_phones(contacts),
            service_areas=(_area(name, state, found.polygon),),
        ),
        locations=(Location(key=f"virtual|{number}", location_type="virtual"),),
        codes=(Code("hud_coc", "Continuum of Care"),),
    )


def _phones(contacts: list[tuple[bool, str, str, str]]) -> tuple[Phone, ...]:
    """The number of the first contact who has one: others are those of persons with other tasks."""
    return phones_of(*((telephone, None) for _, _, telephone, _ in contacts))[:1]


def _area(name: str, state: str, polygon: str) -> ServiceArea:
    """The area as drawn; the state, with a warning to call, where no outline is given."""
    if polygon:
        return ServiceArea(name=name, extent=polygon, extent_type="geojson")
    return ServiceArea(name=STATE_NAMES[state], extent=f"US-{state}", description=ALSO)
