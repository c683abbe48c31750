"""What of a listing is compared when duplicates are looked for, out of its public document. Pure.

Only public facts are compared: a listing whose address is withheld has no street, ZIP or coordinates here,
and `is_comparable` is False for it (PRODUCT L3: no pair may ever tell where a confidential place is).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from directory.intake.fold_names import Door, fold_name, fold_street
from directory.intake.likeness import PEOPLE
from directory.listings.record import AddressVisibility, Kind

SIBLINGS = frozenset({"samhsa_substance", "samhsa_mental"})
"""Code schemes of one publisher's two directories. A place in both has two services of one organization at
one location: siblings, which are joined by their keys and never merged into one listing."""
_SHARED_HOSTS_TEXT = """
    facebook.com instagram.com linkedin.com twitter.com x.com youtube.com linktr.ee google.com
    sites.google.com wordpress.com blogspot.com wixsite.com weebly.com eventbrite.com meetup.com
    zoom.us va.gov findhelp.org findtreatment.gov samhsa.gov aa.org na.org
"""
SHARED_HOSTS = frozenset(_SHARED_HOSTS_TEXT.split())
"""Websites that many bodies share: they tell nothing."""
_UNIT_IN_NAME = re.compile(r"\b(?:unit|suite|building|bldg)s? \d+[a-z]?\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Site:
    """One listing as it is compared. Coordinates in degrees; `phones` ten digits each; `times` are a
    meeting's starts, as "MO 19:00". `source` is importer and feed: two feeds of one importer are two sources.
    """

    id: str
    source: str
    kind: Kind
    organization: str
    service: str
    alternate: str = ""
    street: str = ""
    unit: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    phones: frozenset[str] = frozenset()
    website: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_exact: bool = False
    visibility: AddressVisibility | None = None
    """None: the listing has no place (it is given by phone or video)."""
    schemes: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    is_example: bool = False

    @property
    def is_comparable(self) -> bool:
        """False for invented examples and for every place whose address is not wholly public."""
        return not self.is_example and self.visibility in (None, "full")

    @cached_property
    def door(self) -> Door:
        """The street address, folded; a unit may also stand in the name ("Evergreen – Unit 1")."""
        named = _UNIT_IN_NAME.search(self.service)
        return fold_street(self.street, f"{self.unit}, {named[0]}" if named else self.unit)

    @cached_property
    def organization_words(self) -> tuple[str, ...]:
        """The telling words of the body's name."""
        return fold_name(self.organization)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The telling words of all its names, each once."""
        found = (*self.organization_words, *fold_name(self.service), *fold_name(self.alternate))
        return tuple(dict.fromkeys(found))

    @cached_property
    def programme_words(self) -> tuple[str, ...]:
        """What its service's name adds to the body's."""
        return tuple(each for each in fold_name(self.service) if each not in self.organization_words)

    @cached_property
    def people(self) -> frozenset[str]:
        """Whom its names say that it is for."""
        return frozenset(PEOPLE[each] for each in self.words if each in PEOPLE)

    @cached_property
    def town_words(self) -> tuple[str, ...]:
        """The telling words of its town's name."""
        return fold_name(self.city)

    @cached_property
    def point(self) -> tuple[float, float] | None:
        """Where its door is; None when it is only known to a ZIP code or town."""
        if self.latitude is None or self.longitude is None or not self.is_exact:
            return None
        return self.latitude, self.longitude


def site_of(document: Mapping[str, Any]) -> Site:
    """The site of a listing document (`visibility.public_view`)."""
    address = document["address"] or {}
    source = document["source"]
    return Site(
        id=document["id"],
        source=f"{source['importer']}/{source['feed']}",
        kind=document["kind"],
        organization=document["organization"],
        service=document["name"],
        alternate=document["alternate_name"] or "",
        street=address.get("address_1") or "",
        unit=address.get("address_2") or "",
        city=address.get("city") or "",
        state=address.get("state_province") or document["state"] or "",
        postal_code=(address.get("postal_code") or "")[:5],
        phones=frozenset(filter(None, (_digits(each["number"]) for each in document["phones"]))),
        website=host_of(document["website"]),
        latitude=document["latitude"],
        longitude=document["longitude"],
        is_exact=document["location_precision"] == "exact",
        visibility=_visibility(document, address),
        schemes=SIBLINGS.intersection(document["codes"]),
        times=_times(document) if document["kind"] == "peer_group" else frozenset(),
        is_example=document["is_example"],
    )


def _visibility(document: Mapping[str, Any], address: Mapping[str, Any]) -> AddressVisibility | None:
    """As far as the document tells: a place without a street may be a withheld one, and is taken for it."""
    if document["location_precision"] == "hidden":
        return "hidden"
    if address.get("address_1"):
        return "full"
    return None if not address and document["location_precision"] is None else "partial"


def _digits(number: str) -> str | None:
    digits = re.sub(r"\D", "", number)
    digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    return digits if len(digits) == 10 else None


def host_of(url: str | None) -> str | None:
    """The host of a website without "www."; None for hosts that many bodies share."""
    try:
        host = (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        return None
    host = host.removeprefix("www.").removeprefix("m.")
    return None if not host or host in SHARED_HOSTS else host


def _times(document: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        f"{day} {each['opens_at'][:5]}"
        for each in document["schedules"]
        if each.get("byday") and each.get("opens_at")
        for day in each["byday"].split(",")
    )
