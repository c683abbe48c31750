"""Organizations of the NPI registry: which are listed, and how one becomes a listing for each of its places.

Which ones: those with health care taxonomy codes (NUCC) of places and agencies in `CHOSEN`; what each code
means for a search is in `crosswalks.toml`, scheme `nucc`. Organizations choose their own codes and nobody
checks them, so the crosswalk takes from a code only what its name says. Codes of professions (a counselor's,
a doctor's) are left out: an organization under one is often a single person, at home.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from directory.listings.identity import derived_id
from directory.listings.record import Code, ListingRecord, Organization, OrganizationIdentifier, Service
from importers.capitals import calm_address, calm_capitals
from importers.cleaning import clean_text, clean_zip
from importers.contract import Rejection
from importers.phones import phones_of
from importers.states import state_code
from importers.tally import Tally
from importers.times import read_moment
from importers.treatment._samhsa import NO_NAME
from importers.treatment._sites import site

SCHEME = "nucc"

CHOSEN: Mapping[str, str] = {
    "261QM2800X": "Methadone clinic",
    "261QR0405X": "Substance use disorder rehabilitation clinic",
    "324500000X": "Substance use disorder rehabilitation facility",
    "3245S0500X": "Substance use disorder treatment for children",
    "276400000X": "Substance use disorder rehabilitation unit of a hospital",
    "261QM0801X": "Mental health clinic",
    "261QM0850X": "Adult mental health clinic",
    "261QM0855X": "Mental health clinic for children and teens",
    "251S00000X": "Community and behavioral health agency",
    "283Q00000X": "Psychiatric hospital",
    "273R00000X": "Psychiatric unit of a hospital",
    "320800000X": "Residential treatment of mental illness",
    "323P00000X": "Psychiatric residential treatment facility",
    "322D00000X": "Residential treatment of children's mental illness",
}
"""Code to our name for it: the listing's description, as the registry has no other."""

NOT_AN_OBJECT = "The item is not an organization."
A_PERSON = "The row is a single person, whom we do not list."
NO_NUMBER = "The row has no NPI of ten digits."
NOT_ACTIVE = "The organization's number is not active."
NOT_CHOSEN = "None of the organization's codes is one that we list."
NO_PLACE = "The organization has no place in the United States where it sees people."
ELSEWHERE = "The organization's own place is in another state than was asked for."
TRADE_NAME = "doing business as"

Object = Mapping[str, Any]


def read_item(number: int, item: object, asked: str, tally: Tally) -> Iterator[ListingRecord | Rejection]:
    """The listings of one organization, its own place first, or the one reason why it has none."""
    reason = _refusal(item, asked)
    if not isinstance(item, dict) or reason:
        yield Rejection(row=number, reason=reason or NOT_AN_OBJECT, values=_shown(item, reason))
        return
    npi = _npi(item)
    own = next(each for each in _places(item.get("addresses")) if _is_own(each))
    seen = {_place_key(own)}
    yield _record(item, own, npi)
    for place in _places(item.get("practiceLocations")):
        key = _place_key(place)
        if not clean_text(place.get("city")) or not state_code(clean_text(place.get("state"))):
            tally.count("Practice place without a town or state", npi)
        elif key not in seen:
            seen.add(key)
            yield _record(item, place, f"{npi}-{key}")


def _refusal(item: object, asked: str) -> str | None:
    if not isinstance(item, dict):
        return NOT_AN_OBJECT
    basic = _object(item.get("basic"))
    own = next((each for each in _places(item.get("addresses")) if _is_own(each)), None)
    state = state_code(clean_text(own.get("state"))) if own else ""
    refusals = (
        (clean_text(item.get("enumeration_type")) != "NPI-2", A_PERSON),
        (not _npi(item), NO_NUMBER),
        (clean_text(basic.get("status")) not in ("", "A"), NOT_ACTIVE),
        (not _taxonomies(item), NOT_CHOSEN),
        (not clean_text(basic.get("organization_name")), NO_NAME),
        (not own or not state or not clean_text(own.get("city")), NO_PLACE),
        (asked not in ("", state), ELSEWHERE),
    )
    return next((reason for is_so, reason in refusals if is_so), None)


def _shown(item: object, reason: str | None) -> dict[str, str]:
    """What a steward may see of a rejected row: nothing at all of a person."""
    if not isinstance(item, dict) or reason == A_PERSON:
        return {}
    name = clean_text(_object(item.get("basic")).get("organization_name"))
    shown = {"number": clean_text(item.get("number")), "organization_name": name}
    return {key: text[:200] for key, text in shown.items() if text}


def _object(value: object) -> Object:
    return value if isinstance(value, dict) else {}


def _places(value: object) -> list[Object]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_own(place: Object) -> bool:
    """True for the address where an organization sees people; the other one is where its mail goes."""
    country = clean_text(place.get("country_code")) or "US"
    return clean_text(place.get("address_purpose")).upper() == "LOCATION" and country == "US"


def _npi(item: Object) -> str:
    """The number as text; the API gave it as a number once."""
    text = clean_text(item.get("number")).removesuffix(".0")
    return text if len(text) == 10 and text.isascii() and text.isdigit() else ""


def _place_key(place: Object) -> str:
    cells = (clean_text(place.get(name)) for name in ("address_1", "address_2", "city", "state"))
    return derived_id(*cells, clean_zip(clean_text(place.get("postal_code"))))


def _taxonomies(item: Object) -> list[Object]:
    """The chosen ones, the primary one first."""
    chosen = [each for each in _places(item.get("taxonomies")) if clean_text(each.get("code")) in CHOSEN]
    return sorted(chosen, key=lambda each: each.get("primary") is not True)


def _record(item: Object, place: Object, source_id: str) -> ListingRecord:
    npi, basic, taxonomies = _npi(item), _object(item.get("basic")), _taxonomies(item)
    codes = list(dict.fromkeys(clean_text(each.get("code")) for each in taxonomies))
    name = calm_capitals(clean_text(basic.get("organization_name")))
    identifier = OrganizationIdentifier(identifier_scheme="CMS", identifier_type="NPI", identifier=npi)
    return ListingRecord(
        source_id=source_id,
        kind="treatment",
        organization=Organization(key=npi, name=name, identifiers=(identifier,)),
        service=Service(
            name=_trade_name(item) or name,
            description="; ".join(CHOSEN[code] for code in codes),
            phones=phones_of((clean_text(place.get("telephone_number")), "Main")),
            licenses="; ".join(filter(None, map(_license, taxonomies))) or None,
            last_modified=read_moment(basic.get("last_updated")),
        ),
        locations=(
            site(
                key=f"{npi}|{_place_key(place)}",
                street=calm_address(clean_text(place.get("address_1"))),
                street2=calm_address(clean_text(place.get("address_2"))),
                city=calm_address(clean_text(place.get("city"))),
                state=state_code(clean_text(place.get("state"))),
                postal_code=clean_zip(clean_text(place.get("postal_code"))),
            ),
        ),
        codes=tuple(Code(SCHEME, code) for code in codes),
    )


def _trade_name(item: Object) -> str:
    """The name over the door, where the registry has one; former names are not read."""
    names = (
        clean_text(each.get("organization_name"))
        for each in _places(item.get("other_names"))
        if clean_text(each.get("type")).casefold() == TRADE_NAME
    )
    return calm_capitals(next(filter(None, names), ""))


def _license(taxonomy: Object) -> str:
    """`License 12345 (PA)`"""
    number, state = clean_text(taxonomy.get("license")), state_code(clean_text(taxonomy.get("state")))
    return f"License {number} ({state})" if number and state else f"License {number}" if number else ""
