"""Services of HSDS tables, nested as the JSON of 3.1 is, for the one mapping that there is."""

from collections.abc import Iterator
from typing import Any

from importers.cleaning import clean_text
from importers.contract import Rejection
from importers.general._hsds_tables import Tables
from importers.general._hsds_versions import in_words
from importers.shifted import SHIFTED, is_shifted
from importers.tally import Tally

Made = dict[str, Any]

NO_BODY_ROW = "The service's organization is not in the organizations table."
LOST_SERVICE = "A row that puts a service at a location names a service that is not there."
LOST_LOCATION = "A row that puts a service at a location names a location that is not there."
LOST = (("service_id", "service", LOST_SERVICE), ("location_id", "location", LOST_LOCATION))
_SINGULAR = {
    "service_at_locations": "service_at_location",
    "schedules": "schedule",
    "capacities": "service_capacity",
}


class Join:
    """Nests one service after the other. `zone` is the IANA zone of hours that name none."""

    def __init__(self, tables: Tables, zone: str | None, tally: Tally):
        self._tables, self._zone, self._tally = tables, zone, tally

    def services(self) -> Iterator[tuple[int, Made | Rejection]]:
        """Each service of the table nested, or why it is none; then the rows that belong to no service."""
        for number, service in self._tables.entities("service"):
            yield number, self._service(number, service)
        for column, entity, reason in LOST:
            for number, lost in enumerate(self._tables.lost("service_at_locations", column, entity), start=1):
                if (
                    column == "location_id"
                    and self._tables.entity("service", clean_text(lost.get("service_id"))) is None
                ):
                    continue
                values = {name: clean_text(lost.get(name)) for name in ("id", "service_id", "location_id")}
                yield number, Rejection(row=number, reason=reason, values=values)

    def _service(self, number: int, service: Made) -> Made | Rejection:
        key = clean_text(service.get("id"))
        parts = self._parts("service", key)
        shown = {"id": key, "name": clean_text(service.get("name"))}
        places = [*parts.pop("service_at_locations", []), *_own_place(service)]
        at: list[Made] = []
        for each in places:
            location = self._location(clean_text(each.get("location_id")))
            if location is None:
                continue
            if any(_is_wrong(address) for address in location.get("addresses", [])):
                return Rejection(row=number, reason=SHIFTED, values=shown)
            own = self._parts("service_at_location", clean_text(each.get("id")))
            at.append({**each, **own, "location": location})
        body = self._organization(service, at)
        if body is None:
            return Rejection(row=number, reason=NO_BODY_ROW, values=shown)
        told = [clean_text(each.get("eligibility")) for each in parts.pop("eligibility", [])]
        made = {
            **service,
            **_lists_in_cells(service),
            **parts,
            "service_at_locations": at,
            "organization": body,
        }
        if any(told):
            made["eligibility_description"] = "; ".join(filter(None, told))
        made["status"] = clean_text(service.get("status")) or "active"
        if program := clean_text(service.get("program_id")):
            made["program"] = self._tables.entity("program", program)
        for name in ("location_id", "taxonomy_ids", "accepted_payments", "funding_sources", "keywords"):
            made.pop(name, None)
        made["attributes"] = [*made.get("attributes", []), *self._taxonomy_cell(service)]
        return made

    def _organization(self, service: Made, at: list[Made]) -> Made | None:
        """The service's organization; Ohana's services name it through their location."""
        key = clean_text(service.get("organization_id"))
        if not key and at:
            key = clean_text(at[0]["location"].get("organization_id"))
        found = self._tables.entity("organization", key) if key else None
        return {**found, **self._parts("organization", key)} if found else None

    def _location(self, key: str) -> Made | None:
        found = self._tables.entity("location", key) if key else None
        if found is None:
            return None
        made = {**found, **_lists_in_cells(found), **self._parts("location", key)}
        is_virtual = clean_text(found.get("virtual")).casefold() == "true"
        made.setdefault("location_type", "virtual" if is_virtual else "physical")
        return made

    def _parts(self, owner: str, key: str) -> dict[str, list[Made]]:
        """What belongs to an entity, each part with its own attributes, terms, phones and units."""
        found = self._tables.parts(owner, key)
        for kind, rows in found.items():
            singular = _SINGULAR.get(kind, kind.removesuffix("s"))
            for row in rows:
                if kind != "attributes" and self._tables.has("attributes", singular):
                    row["attributes"] = [*row.get("attributes", []), *self._attributes(singular, row)]
                if kind == "contacts":
                    row["phones"] = self._tables.parts("contact", clean_text(row.get("id"))).get("phones", [])
                if kind == "capacities":
                    row["unit"] = self._tables.entity("unit", clean_text(row.get("unit_id"))) or {}
                if kind == "cost_options":
                    row["amount"] = _number(row.get("amount"))
                if kind == "schedules":
                    self._add_zone(row)
        if "attributes" in found:
            found["attributes"] = [self._with_term(row) for row in found["attributes"]]
        return found

    def _attributes(self, owner: str, row: Made) -> list[Made]:
        return [
            self._with_term(each)
            for each in self._tables.parts(owner, clean_text(row.get("id"))).get("attributes", [])
        ]

    def _add_zone(self, row: Made) -> None:
        attributes = row.get("attributes", [])
        if self._zone and not any(each.get("label") == "timezone" for each in attributes):
            row["attributes"] = [*attributes, {"label": "timezone", "value": self._zone}]

    def _with_term(self, row: Made) -> Made:
        key = clean_text(row.get("taxonomy_term_id"))
        term = self._tables.entity("taxonomy_term", key) if key else None
        if term is None:
            if key:
                self._tally.count("Taxonomy term that is not there", key)
            return row
        taxonomy = clean_text(term.get("taxonomy"))
        if parent := self._tables.entity("taxonomy", clean_text(term.get("taxonomy_id"))):
            taxonomy = clean_text(parent.get("name")) or taxonomy
        return {**row, "taxonomy_term": {"code": term.get("code") or key, "taxonomy": taxonomy or "local"}}

    def _taxonomy_cell(self, service: Made) -> list[Made]:
        keys = [key.strip() for key in clean_text(service.get("taxonomy_ids")).split(",") if key.strip()]
        return [self._with_term({"taxonomy_term_id": key}) for key in keys]


def _own_place(service: Made) -> list[Made]:
    """Ohana's services name their one location themselves."""
    key = clean_text(service.get("location_id"))
    return [{"id": clean_text(service.get("id")), "location_id": key}] if key else []


def _lists_in_cells(row: Made) -> Made:
    """Lists that Ohana keeps in one cell, as 3.1's lists."""
    made: Made = {}
    cells = (
        ("languages", "name"),
        ("service_areas", "name"),
        ("required_documents", "document"),
        ("accessibility", "description"),
    )
    for name, column in cells:
        if isinstance(row.get(name), str):
            made[name] = [{column: text} for text in in_words(row[name])]
    if isinstance(row.get("accepted_payments"), str):
        made["cost_options"] = [{"option": text} for text in in_words(row["accepted_payments"])]
    return made


def _is_wrong(address: Made) -> bool:
    state, code = address.get("state_province"), address.get("postal_code")
    return is_shifted(city=address.get("city"), state=state, postal_code=code)


def _number(value: object) -> float | None:
    try:
        return float(clean_text(value))
    except ValueError:
        return None
