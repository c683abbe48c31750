"""Listing facts in words, in the language of the answer: shared by result cards and listing pages."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from directory.geo.states import is_code, state
from directory.listings.freshness import Capacity
from directory.listings.needs import Taxonomy
from directory.phrases import N_
from directory.search.query import KM_PER_MILE
from directory.web.language import date_text, gettext, language, money_text, number_text

KIND_NAMES = {
    "treatment": N_("Treatment"),
    "telehealth": N_("Care by phone or video"),
    "housing": N_("Housing"),
    "employment": N_("Work"),
    "legal": N_("Legal help"),
    "peer_group": N_("Peer group"),
    "community": N_("Community help"),
}
PLACED = {
    "postal_code": N_("Distance is to the middle of its ZIP code."),
    "city": N_("Distance is to the middle of its town."),
}
"""What is said of coordinates that are not the door's own (`location_precision`)."""
ATTENDANCE = {
    "in_person": N_("In person"),
    "online": N_("Online"),
    "hybrid": N_("In person and online"),
}
CAPACITY = {
    "capacity": N_("has room"),
    "no_capacity": N_("full"),
    "waitlist": N_("waiting list"),
    "call": N_("call to ask"),
    "unknown": N_("not known now, call to ask"),
}
UNITS = {"beds": N_("beds"), "bed": N_("beds"), "places": N_("places"), "place": N_("places")}
"""Units that sources count in, in lower case; others are told in the source's own word."""
Document = Mapping[str, Any]


def labels(taxonomy: Taxonomy, codes: Iterable[str]) -> list[str]:
    """Names of needs and filters; a code that the taxonomy no longer has is left out."""
    return [
        taxonomy.label(code, language())
        for code in codes
        if code in taxonomy.needs or code in taxonomy.facets
    ]


def most_exact(taxonomy: Taxonomy, codes: Sequence[str], first: Iterable[str] = ()) -> list[str]:
    """Needs without those that another one in the list implies; those among `first` come first."""
    known = [code for code in codes if code in taxonomy.needs]
    implied = {above for code in known for above in taxonomy.ancestors(code)}
    wanted = set(first)
    kept = [code for code in known if code not in implied or code in wanted]
    return sorted(kept, key=lambda code: code not in wanted)


def in_short(
    taxonomy: Taxonomy, codes: Sequence[str], first: Collection[str] = (), *, known: Collection[str] = ()
) -> list[str]:
    """What a listing is, in few needs: those asked for (`first`), then of each other top need the one need
    below it that the listing has, or the top need itself where it has several. A top need that is `known`
    already is not told again."""
    exact = most_exact(taxonomy, codes, first)
    found = [code for code in exact if code in first]
    told = {_top(taxonomy, code) for code in found}
    below: dict[str, list[str]] = {}
    for code in exact:
        below.setdefault(_top(taxonomy, code), []).append(code)
    for top in taxonomy.top:
        own = below.get(top.code, [])
        if own and top.code not in told and not (len(own) > 1 and top.code in known):
            found.append(own[0] if len(own) == 1 else top.code)
    return found


def _top(taxonomy: Taxonomy, code: str) -> str:
    return (code, *taxonomy.ancestors(code))[-1]


def address_lines(address: Mapping[str, Any] | None) -> list[str]:
    """A postal address as it is written on a letter."""
    if not address:
        return []
    street = [address[part] for part in ("address_1", "address_2") if address.get(part)]
    region = " ".join(address[part] for part in ("state_province", "postal_code") if address.get(part))
    town = ", ".join(part for part in (address.get("city"), region) if part)
    return [*street, *([town] if town else [])]


def address_line(address: Mapping[str, Any] | None) -> str:
    """The same in one line."""
    return ", ".join(address_lines(address))


def site_name(address: str | None) -> str:
    """The host of a website, for people: `example.org`."""
    host = urlsplit(address).hostname if address else None
    return (host or "").removeprefix("www.")


def maps(document: Document) -> list[tuple[str, str]]:
    """(name, address) of maps that show the way; nothing is asked of them until one is chosen."""
    address = document["address"]
    if not address or not address.get("address_1"):
        return []
    text = address_line({**address, "address_2": None})
    return [
        (gettext("Map app on this phone"), f"geo:0,0?{urlencode({'q': text})}"),
        ("OpenStreetMap", f"https://www.openstreetmap.org/search?{urlencode({'query': text})}"),
        ("Google Maps", f"https://www.google.com/maps/dir/?{urlencode({'api': 1, 'destination': text})}"),
        ("Apple Maps", f"https://maps.apple.com/?{urlencode({'daddr': text})}"),
    ]


def ages_text(minimum: int | None, maximum: int | None) -> str:
    """Who is of the right age, in words; empty when the source says nothing."""
    if minimum and maximum:
        return gettext("%(minimum)s to %(maximum)s years", minimum=minimum, maximum=maximum)
    if minimum:
        return gettext("%(minimum)s years and older", minimum=minimum)
    return gettext("Up to %(maximum)s years", maximum=maximum) if maximum else ""


def cost_text(cost: Mapping[str, Any]) -> str:
    """One way to pay: its name, amount and what the amount means."""
    amount = cost.get("amount")
    parts = [
        cost.get("option"),
        money_text(amount, cost.get("currency")) if amount is not None else None,
        cost.get("amount_description"),
    ]
    return " · ".join(part for part in parts if part)


def capacity_text(capacity: Capacity) -> tuple[str, str]:
    """How much room there is, and when that was said: never one without the other."""
    unit = gettext(UNITS[capacity.unit.casefold()]) if capacity.unit.casefold() in UNITS else capacity.unit
    date = date_text(capacity.updated.date())
    is_old = capacity.state == "unknown"
    said = gettext("last said %(date)s", date=date) if is_old else gettext("as of %(date)s", date=date)
    return f"{unit[:1].upper()}{unit[1:]}: {_room(capacity)}", said


def _room(capacity: Capacity) -> str:
    free, whole = capacity.available, capacity.maximum
    if capacity.state == "capacity" and free and whole and whole >= free:
        return gettext("%(free)s of %(all)s open", free=number_text(free), all=number_text(whole))
    if capacity.state == "capacity" and free:
        return gettext("%(number)s open", number=number_text(free))
    if capacity.state == "call" and whole:
        return gettext("%(number)s in all, call to ask for one", number=number_text(whole))
    return gettext(CAPACITY[capacity.state])


def miles_text(miles: float, unit: str, *, is_exact: bool) -> str:
    """A distance as people say it: one decimal up to ten, none above; whole and "about" to a place that is
    known by its ZIP code or town only."""
    length = miles * KM_PER_MILE if unit == "km" else miles
    if not is_exact:
        return gettext("about %(distance)s", distance=_length_text(max(1.0, round(length)), unit))
    if length < 0.1:
        return gettext("less than 0.1 km") if unit == "km" else gettext("less than 0.1 mi")
    return _length_text(length, unit)


def _length_text(length: float, unit: str) -> str:
    number = number_text(length, 1 if length < 10 else 0)
    if unit == "km":
        return gettext("%(number)s km", number=number)
    return gettext("%(number)s mi", number=number)


def source_text(source: Mapping[str, Any]) -> str:
    """Where a listing comes from, how old the word is, and whether a person checked it."""
    parts = [str(source["name"])]
    if source.get("as_of"):
        parts.append(gettext("as of %(date)s", date=date_text(source["as_of"])))
    verified = source.get("verified")
    parts.append(
        gettext("checked by a person on %(date)s", date=date_text(verified))
        if verified
        else gettext("not checked by a person")
    )
    return " · ".join(parts)


def area_names(extents: Iterable[str]) -> list[str]:
    """Service areas in words: `US-PA` Pennsylvania, `US-PA/Philadelphia` Philadelphia (PA)."""
    return [_area_name(extent) for extent in extents]


def _area_name(extent: str) -> str:
    if extent == "US":
        return gettext("the whole United States")
    code, _, part = extent.removeprefix("US-").partition("/")
    if not is_code(code):
        return extent
    return f"{part} ({code})" if part else state(code).name
