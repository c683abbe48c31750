"""What differs between a listing as it is stored and as its source gives it now, in plain words. Pure.

Give it public records (`listings.public_record`): then a difference can hold nothing that is not shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from directory.intake.batch import storable
from directory.listings.identity import plain
from directory.listings.record import (
    Address,
    Code,
    ListingRecord,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceCapacity,
)

NEVER = frozenset({"key", "source_id", "precision", "latitude", "longitude", "last_modified", "extent_type"})
"""Fields that say nothing to a reader: keys of the source, and what is told in one field with others."""
WORDS: Mapping[str, str] = {
    "organization website": "website of the organization",
    "service url": "website",
    "service additional urls": "further web addresses",
    "service phones": "phone",
    "service schedules": "hours",
    "service languages": "languages",
    "service cost options": "costs",
    "service fees description": "fees",
    "service service areas": "area served",
    "service eligibility description": "who may come",
    "service required documents": "what to bring",
    "service application process": "how to apply",
    "service capacities": "capacity",
    "service interpretation services": "interpretation",
    "service assured date": "date it was confirmed",
    "service email": "email",
    "service alert": "alert",
    "location phones": "phone of the location",
    "location schedules": "hours of the location",
    "location languages": "languages of the location",
    "location description": "about the location",
    "location transportation": "how to get there",
    "online url": "link to join",
    "online phones": "phone to join",
    "online schedules": "hours online",
    "is example": "marked as an example",
    "attendance": "in person or online",
}
"""Plainer words for HSDS field names; the others are their own words."""
HIDDEN = "details that are not shown"
LONGEST = 300
"""Characters of a text that a difference holds."""
COMMON = 40
"""So much of what two long texts have in common is kept in front of where they part."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what it said and what it says. None: nothing."""

    field: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        if self.old is None and self.new is None:
            return self.field
        return f"{self.field}: {_quoted(self.old)} → {_quoted(self.new)}"


def differences(old: ListingRecord, new: ListingRecord) -> tuple[Difference, ...]:
    """What differs, field by field, in the order of the record. Of a list, only what went and what came."""
    before, after = dict(_values(old)), dict(_values(new))
    names = [*before, *(each for each in after if each not in before)]
    pairs = ((each, before.get(each), after.get(each)) for each in names)
    parted = ((name, *_parted(_said(a), _said(b))) for name, a, b in pairs if a != b)
    return tuple(Difference(WORDS.get(name, name), a, b) for name, a, b in parted if a != b)


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else f"“{text}”"


# --- what a record says, field by field ------------------------------------------------------------

Said = str | tuple[str, ...]


def _values(record: ListingRecord) -> Iterator[tuple[str, Any]]:
    """Its values by the words of their fields: compared before any is made into text."""
    yield from _of_part("organization", record.organization)
    yield from _of_part("service", record.service)
    place, online = record.place, record.virtual
    if place:
        yield from _of_part("location", place)
        yield "location coordinates", (place.latitude, place.longitude)
    if online:
        for name in ("url", "phones", "schedules"):  # all that is public of it
            yield f"online {name}", getattr(online, name)
    yield (
        "other locations",
        tuple(each for each in record.locations if each is not place and each is not online),
    )
    for name in OWN_FIELDS:
        yield name.replace("_", " "), getattr(record, name)


OWN_FIELDS = tuple(
    each.name
    for each in fields(ListingRecord)
    if each.name not in NEVER and each.name not in ("organization", "service", "locations")
)


def _of_part(prefix: str, part: Organization | Service | Location) -> Iterator[tuple[str, Any]]:
    for name, words in _words_of(prefix, type(part)):
        yield words, getattr(part, name)


_FIELDS: dict[tuple[str, type], list[tuple[str, str]]] = {}


def _words_of(prefix: str, kind: type[Organization | Service | Location]) -> list[tuple[str, str]]:
    """Fields of a part with their words."""
    if (prefix, kind) not in _FIELDS:
        names = [each.name for each in fields(kind) if each.name not in NEVER]
        _FIELDS[prefix, kind] = [(name, f"{prefix} {name.replace('_', ' ')}") for name in names]
    return _FIELDS[prefix, kind]


def _said(value: Any) -> Said:
    """Text of one value, or of each of several; empty for what is not there."""
    if value is None or value is False:
        return ""
    if isinstance(value, tuple) and not isinstance(value, Code):
        if value and isinstance(value[0], float):
            return ", ".join(f"{each:.5f}" for each in value)
        return tuple(_text(each) for each in value if each is not None)
    return _text(value)


def _text(value: Any) -> str:
    """One value or part in one line."""
    if isinstance(value, Schedule):
        return _schedule(value)
    if isinstance(value, Phone):
        number = f"{value.number} ext. {value.extension}" if value.extension else value.number
        return _joined([number, value.type, value.description])
    if isinstance(value, Address):
        town = f"{value.city}, {value.state_province} {value.postal_code}".strip(" ,")
        return _joined([value.address_1, value.address_2, town])
    if isinstance(value, ServiceCapacity):
        count = f"{value.available} of {value.maximum}" if value.maximum is not None else value.available
        told = [
            value.unit,
            value.status.replace("_", " "),
            count,
            value.description,
            f"{value.updated:%Y-%m-%d}" if value.updated else None,
        ]
        return _joined(told)
    return " ".join(_joined(_leaves(plain(value))).split())


def _schedule(schedule: Schedule) -> str:
    times = [f"{each:%H:%M}" if each else "?" for each in (schedule.opens_at, schedule.closes_at)]
    hours = "–".join(times) if schedule.opens_at or schedule.closes_at else None
    rest = {
        name: value
        for name, value in plain(schedule).items()
        if name not in ("byday", "opens_at", "closes_at", "freq", "closed")
        and not (name == "interval" and value == 1)
    }
    often = "monthly" if schedule.freq == "MONTHLY" else None
    return _joined(["closed" if schedule.closed else None, often, schedule.byday, hours, *_leaves(rest)])


def _leaves(value: Any) -> Iterator[str]:
    """The single values of what `plain` gives, in order; keys of the source left out."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name not in NEVER:
                yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield "yes" if value is True else str(value)


def _joined(values: Iterable[object]) -> str:
    return ", ".join(str(each) for each in values if each is not None and each != "")


# --- where two values part --------------------------------------------------------------------------


def _parted(old: Said, new: Said) -> tuple[str | None, str | None]:
    if isinstance(old, tuple) or isinstance(new, tuple):
        before, after = _items(old), _items(new)
        gone = [each for each in before if each not in after]
        came = [each for each in after if each not in before]
        if not gone and not came:  # only the order is another
            gone, came = before, after
        old, new = "; ".join(gone), "; ".join(came)
    return _clipped(old, new), _clipped(new, old)


def _items(said: Said) -> list[str]:
    return list(said) if isinstance(said, tuple) else [said] if said else []


def _clipped(text: str, other: str) -> str | None:
    """The text; where it is long, without most of what it has in common with the other at its beginning."""
    if len(text) > LONGEST:
        common = next((at for at, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), 0)
        start = max(common - COMMON, 0) if other else 0
        text = (
            ("…" if start else "")
            + text[start : start + LONGEST]
            + ("…" if start + LONGEST < len(text) else "")
        )
    return storable(text) or None
