"""Attributes and taxonomies of an HSDS package, generated from what listings hold. Pure.

A source's codes become attributes with terms of the taxonomy named as their scheme (`samhsa_substance`,
`need`). What follows from them, the needs that people search by, is given beside them in a taxonomy of its
own, so that whoever does not know the codes can use it. What HSDS has no column for is a labelled attribute
with a term of our profile. Our importer reads codes and labels back, and derives the needs anew.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from directory.listings.codes import code_label
from directory.listings.identity import id_text
from directory.listings.needs import Taxonomy
from directory.listings.record import Code, ListingRecord

PROFILE = "directory_profile"
DERIVED = "derived_needs"
GENERATED = frozenset({PROFILE, DERIVED})
"""Taxonomies whose terms are no codes of a source."""

LABELS: Mapping[str, str] = {
    "kind": "What kind of listing the service is.",
    "example": "The service is invented, for demonstration.",
    "attendance": "How one takes part: in person, online, or both.",
    "visible_from": "The first day on which the service is to be shown.",
    "visible_to": "The last day on which the service is to be shown.",
    "timezone": "IANA time zone of the hours.",
    "closed": "The days are days on which the place is shut.",
    "visibility": "How much of the place may be shown: partial is its town, hidden is nothing.",
    "status": "HL7 status of the capacity.",
    "generated": "The named column was written by this export, not by the source.",
}
"""Terms of our profile."""

_TAXONOMIES: Mapping[str, str] = {
    PROFILE: "Labels for what HSDS has no column for.",
    DERIVED: "Needs that follow from a service's codes. Link type also: for its own clients only.",
    "need": "Needs as this directory names them.",
    "filter": "Filters as this directory names them.",
    "samhsa_substance": "Service codes of the substance use part of SAMHSA's directory.",
    "samhsa_mental": "Service codes of the mental health part of SAMHSA's directory.",
    "meeting_guide": "Meeting types of the Meeting Guide format.",
}


class Attribute(NamedTuple):
    """One HSDS `attribute`."""

    link_id: str
    link_entity: str
    term: Code
    value: str = ""
    label: str = ""
    link_type: str = ""


def service_attributes(record: ListingRecord, key: str, taxonomy: Taxonomy) -> Iterator[Attribute]:
    """All that is said of the service with that id: codes in their order, needs, labels."""
    for code in dict.fromkeys(record.codes):
        yield Attribute(key, "service", code)
    meaning = taxonomy.derive(record.codes)
    for link_type, needs in (("main", meaning.needs), ("also", meaning.also)):
        for need in needs:
            yield Attribute(key, "service", Code(DERIVED, need), link_type=link_type)
    told = {
        "kind": record.kind,
        "example": "true" if record.is_example else None,
        "attendance": record.attendance,
        "visible_from": record.visible_from.isoformat() if record.visible_from else None,
        "visible_to": record.visible_to.isoformat() if record.visible_to else None,
    }
    yield from (labelled(key, "service", label, value) for label, value in told.items() if value)


def row_attributes(table: str, row: Mapping[str, Any]) -> Iterator[Attribute]:
    """Labels that belong to a row of another table."""
    told: dict[str, str | None] = {}
    if table == "schedule":
        told = {"timezone": row["iana_timezone"], "closed": "true" if row["closed"] else None}
    elif table == "location" and row["visibility"] != "full":
        told = {"visibility": row["visibility"]}
    elif table == "service_capacity":
        told = {"status": row["status"]}
    elif table in ("organization", "program") and not row["description"]:
        told = {"generated": "description"}
    yield from (labelled(row["id"], table, label, value) for label, value in told.items() if value)


def labelled(key: str, entity: str, label: str, value: str) -> Attribute:
    """A labelled attribute of our profile."""
    return Attribute(key, entity, Code(PROFILE, label), value, label)


def attribute_id(key: str, term: Code) -> str:
    """The id of the attribute that says a term of the row with that id."""
    return id_text(key, "attribute", *term)


# --- terms and their taxonomies -------------------------------------------------------------------


def term_id(term: Code) -> str:
    """The id of a term."""
    return id_text("taxonomy_term", *term)


def taxonomy_id(scheme: str) -> str:
    """The id of the taxonomy named as a scheme."""
    return id_text("taxonomy", scheme)


def parent_term(term: Code, taxonomy: Taxonomy) -> Code | None:
    """The term above one of our needs; None for all others."""
    if term.scheme not in ("need", DERIVED) or term.value not in taxonomy.needs:
        return None
    above = taxonomy.needs[term.value].parent
    return Code(term.scheme, above) if above else None


def taxonomy_row(scheme: str) -> dict[str, str]:
    """A row of table `taxonomy`. Its name is the scheme."""
    text = _TAXONOMIES.get(scheme, f"Codes named {scheme} by their source.")
    return {"id": taxonomy_id(scheme), "name": scheme, "description": text}


def term_row(term: Code, taxonomy: Taxonomy) -> dict[str, str | None]:
    """A row of table `taxonomy_term`."""
    parent = parent_term(term, taxonomy)
    name = _term_name(term, taxonomy)
    return {
        "id": term_id(term),
        "code": term.value,
        "name": name,
        "description": LABELS.get(term.value, name) if term.scheme == PROFILE else name,
        "parent_id": term_id(parent) if parent else None,
        "taxonomy": term.scheme,
        "language": "eng",
        "taxonomy_id": taxonomy_id(term.scheme),
    }


def _term_name(term: Code, taxonomy: Taxonomy) -> str:
    is_ours = term.scheme in ("need", "filter", DERIVED)
    if is_ours and (term.value in taxonomy.needs or term.value in taxonomy.facets):
        return taxonomy.label(term.value, "en")
    return code_label(term) or term.value


class Terms:
    """Terms as attributes use them, and in the end the rows of the taxonomies that they belong to."""

    def __init__(self, taxonomy: Taxonomy):
        self.taxonomy = taxonomy
        self._ids: dict[Code, str] = {}

    def attribute_cells(self, attribute: Attribute) -> tuple[str, ...]:
        """The cells of a row of table `attribute`, in the order of its columns (a facility has seventy)."""
        key, entity, term, value, label, link_type = attribute
        return attribute_id(key, term), key, self._id(term), link_type, entity, value, label

    def _id(self, term: Code) -> str:
        found = self._ids.get(term)
        if found is None:
            found = self._ids[term] = term_id(term)
            if parent := parent_term(term, self.taxonomy):
                self._id(parent)
        return found

    def taxonomy_rows(self) -> Iterator[dict[str, str]]:
        """The rows of table `taxonomy`, one per scheme that was used."""
        yield from map(taxonomy_row, sorted({each.scheme for each in self._ids}))

    def term_rows(self) -> Iterator[dict[str, str | None]]:
        """The rows of table `taxonomy_term`."""
        for term in sorted(self._ids):
            yield term_row(term, self.taxonomy)
