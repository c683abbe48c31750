"""Several listings that are one place: which of them stands for all, and what it takes from the others. Pure.

A person merges one listing into another. Merges make trees; the root of a tree, or the first of the others
when the root is not offered any more, leads: it alone is found, and fills what it lacks from the others. What
leads follows from the merges and from what is offered, so that taking a merge back restores all as it was.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from directory.listings.edits import EDIT_OF, texts_that_name_the_street
from directory.listings.links import web_link
from directory.listings.record import (
    AddressVisibility,
    Code,
    Language,
    ListingRecord,
    Location,
    Phone,
    Schedule,
)

RESTRICTION: Mapping[AddressVisibility, int] = {"full": 0, "partial": 1, "hidden": 2}
"""How little is shown."""
OWN_PLACE = "\x1fmerged\x1f"
"""In the key of a place that a merge made other than its source's: it is shared with no other listing."""


# --- trees of merges --------------------------------------------------------------------------------


class Merge(NamedTuple):
    """A person's decision that two listings are one."""

    kept: str
    merged: str


def trees(merges: Iterable[Merge]) -> list[tuple[str, ...]]:
    """The listings of each tree: its root first, then level by level, in the order of the merges."""
    below: dict[str, list[str]] = defaultdict(list)
    above: dict[str, str] = {}
    for merge in merges:
        below[merge.kept].append(merge.merged)
        above[merge.merged] = merge.kept
    found = []
    for root in [each for each in below if each not in above]:
        tree = [root]
        for each in tree:  # grows while it is walked
            tree += below.get(each, ())
        found.append(tuple(tree))
    return found


def leader(tree: Iterable[str], offered: Collection[str]) -> str | None:
    """Which listing of a tree stands for all; None when none of them is offered."""
    return next((each for each in tree if each in offered), None)


# --- what one listing takes from the others -----------------------------------------------------------

_WORDS = (
    *("description", "application_process", "fees_description", "wait_time", "accreditations"),
    *("eligibility_description", "interpretation_services", "licenses"),
)
"""Texts in free words: from a source that shows the address, they may tell where a place is."""
_LISTS = ("cost_options", "required_documents", "service_areas", "contacts", "funding", "additional_urls")
_PLACE_FACTS = ("transportation", "accessibility")
_CAN_GO = frozenset(f"service.{each}" for each in (*_WORDS, "alert", "alternate_name", "program"))


def unite(
    kept: ListingRecord, others: Sequence[ListingRecord], decided: Collection[str] = ()
) -> ListingRecord:
    """The kept record with what it lacks filled from the others, first come, and the codes of all.

    `decided` names fields that a person set on the kept listing: they stay. The most restrictive visibility
    of all places wins. Where that hides the kept one's place, its texts that name the street go, and no free
    words are taken from sources that show the address (PRODUCT L3).
    """
    if not others:
        return kept
    shown = strictest((kept, *others))
    hidden = RESTRICTION[shown] > 0
    for other in others:
        source = _guarded(other, shown, kept.service.name) if hidden else other
        kept = _filled(kept, source, decided)
        if not hidden:
            kept = _place_filled(kept, other, decided)
    if "codes" not in decided:
        kept = replace(kept, codes=_united(kept.codes, *(each.codes for each in others)))
    return restricted(kept, shown)


def strictest(records: Iterable[ListingRecord]) -> AddressVisibility:
    """The most restrictive visibility of their places."""
    shown = [each.place.visibility for each in records if each.place]
    return max(shown, key=RESTRICTION.__getitem__, default="full")


def restricted(record: ListingRecord, shown: AddressVisibility) -> ListingRecord:
    """The record with no physical place shown more than `shown`; texts that name its street go.

    A place that changes is the record's own from then on.
    """
    if all(RESTRICTION[each.visibility] >= RESTRICTION[shown] for each in _physical(record)):
        return record
    return replace(
        _without_street(record),
        locations=tuple(
            _own(record, replace(each, visibility=shown))
            if each.location_type == "physical" and RESTRICTION[each.visibility] < RESTRICTION[shown]
            else each
            for each in record.locations
        ),
    )


def _without_street(record: ListingRecord) -> ListingRecord:
    named = texts_that_name_the_street(record)
    bare: dict[str, Any] = {each.removeprefix("service."): None for each in named if each in _CAN_GO}
    if "organization.description" in named and not (record.service.description and "description" not in bare):
        bare["description"] = record.service.name  # else the body's own would be shown
    service = replace(record.service, schedules=_without_words(record.service.schedules))
    return replace(record, service=replace(service, **bare))


def _physical(record: ListingRecord) -> list[Location]:
    return [each for each in record.locations if each.location_type == "physical"]


def _own(record: ListingRecord, place: Location) -> Location:
    key = place.key if OWN_PLACE in place.key else f"{place.key}{OWN_PLACE}{record.source_id}"
    return replace(place, key=key)


def _guarded(other: ListingRecord, shown: AddressVisibility, name: str) -> ListingRecord:
    """What may be taken of a record for a place that is not wholly shown; its name becomes `name`."""
    place = other.place
    if place is None or RESTRICTION[place.visibility] >= RESTRICTION[shown]:
        return other
    silent: dict[str, Any] = dict.fromkeys((*_WORDS, "alternate_name"))
    silent |= {"name": name, "contacts": (), "service_areas": ()}
    service = replace(other.service, **silent)
    return replace(
        other,
        service=replace(service, schedules=_without_words(service.schedules)),
        organization=replace(other.organization, description=""),
        locations=tuple(replace(each, schedules=_without_words(each.schedules)) for each in other.locations),
    )


def _without_words(schedules: tuple[Schedule, ...]) -> tuple[Schedule, ...]:
    return tuple(replace(each, description=None, notes=None, schedule_link=None) for each in schedules)


def _filled(kept: ListingRecord, other: ListingRecord, decided: Collection[str]) -> ListingRecord:
    own, given = kept.service, other.service
    taken: dict[str, Any] = {each: getattr(given, each) for each in _WORDS if not getattr(own, each)}
    taken |= {field: getattr(given, field) for field in _LISTS if not getattr(own, field)}
    if own.minimum_age is None and own.maximum_age is None:
        taken |= {"minimum_age": given.minimum_age, "maximum_age": given.maximum_age}
    if _description(kept):
        taken.pop("description", None)
    elif "description" in taken:
        taken["description"] = _description(other)
    if not own.alternate_name:
        taken["alternate_name"] = given.name if given.name != own.name else given.alternate_name
    taken |= _reach(kept, other)
    if not own.capacities:  # what is dated by its source's file would get the date of another
        taken["capacities"] = tuple(each for each in given.capacities if each.updated)
    service = replace(own, **{each: value for each, value in taken.items() if EDIT_OF[each] not in decided})
    attendance = kept.attendance or ("attendance" not in decided and other.attendance) or None
    return replace(kept, service=service, attendance=attendance)


def _reach(kept: ListingRecord, other: ListingRecord) -> dict[str, Any]:
    """Telephone, website, e-mail, hours and languages, wherever a record keeps them."""
    taken: dict[str, Any] = {}
    if not _phones(kept):
        taken["phones"] = _phones(other)
    if not _website(kept):
        taken["url"] = _website(other)
    if not _email(kept):
        taken["email"] = _email(other)
    if not _schedules(kept):
        taken["schedules"] = _schedules(other)
    if not _languages(kept):
        taken["languages"] = _languages(other)
    return taken


def _description(record: ListingRecord) -> str | None:
    return record.service.description or record.organization.description or None


def _phones(record: ListingRecord) -> tuple[Phone, ...]:
    own = (*record.service.phones, *(record.place.phones if record.place else ()))
    return own or record.organization.phones


def _website(record: ListingRecord) -> str | None:
    return web_link(record.service.url) or web_link(record.organization.website)


def _email(record: ListingRecord) -> str | None:
    return record.service.email or record.organization.email


def _schedules(record: ListingRecord) -> tuple[Schedule, ...]:
    places = (record.service, record.place, record.virtual)
    return next((each.schedules for each in places if each and each.schedules), ())


def _languages(record: ListingRecord) -> tuple[Language, ...]:
    return (*record.service.languages, *(record.place.languages if record.place else ()))


def _place_filled(kept: ListingRecord, other: ListingRecord, decided: Collection[str]) -> ListingRecord:
    """With the door's coordinates where only the middle of a ZIP code or town was known, and with how to get
    there. Both places are wholly shown."""
    place, given = kept.place, other.place
    if place is None or given is None:
        return kept
    taken: dict[str, Any] = {
        each: getattr(given, each)
        for each in _PLACE_FACTS
        if not getattr(place, each) and getattr(given, each) and f"location.{each}" not in decided
    }
    is_exact = (place.precision in (None, "exact")) and place.latitude is not None
    if not is_exact and given.precision == "exact" and not any("address" in each for each in decided):
        taken |= {"latitude": given.latitude, "longitude": given.longitude, "precision": "exact"}
    if not taken:
        return kept
    own = _own(kept, replace(place, **taken))
    return replace(kept, locations=tuple(own if each is place else each for each in kept.locations))


def _united(*lists: tuple[Code, ...]) -> tuple[Code, ...]:
    """Each code once, those of a scheme together."""
    by_scheme: dict[str, dict[Code, None]] = {}
    for code in (each for codes in lists for each in codes):
        by_scheme.setdefault(code.scheme, {})[code] = None
    return tuple(code for codes in by_scheme.values() for code in codes)
