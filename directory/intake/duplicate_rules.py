"""What speaks for and against two listings being one place: a table of rules, one reason each. Pure.

The figures are points of a score from 0 to 1. They were set on the half "tune" of
`tests/samples/duplicates/labelled_pairs.csv`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from directory.intake.blocking import NEAR_METRES, metres_apart
from directory.intake.likeness import SAME_BODY, are_other_programmes, names_alike
from directory.intake.sites import Site
from directory.phrases import N_, Phrase

NAMES, DOOR, PHONE, SHARED_PHONE, WEBSITE, NEAR, SAME_ZIP = 0.45, 0.40, 0.25, 0.10, 0.15, 0.15, 0.05
OTHER_STREET, OTHER_TOWN, OTHER_UNIT, OTHER_PROGRAMME = -0.30, -0.35, -0.10, -0.60
LONE_AT_DOOR, LONE_PROGRAMME = 0.15, -0.25
OTHER_KIND, FAR_APART, OTHER_NUMBERS = -0.15, -0.20, -0.25
OTHER_PEOPLE, SOME_PEOPLE = -0.30, -0.15
ALIKE_FROM, ALIKE_TO = 0.35, 0.85
"""Names count from the first likeness on, and in full from the second."""
SAME_STREET = 80.0
"""rapidfuzz ratio from which two street names are one."""
FAR_METRES = 1000.0


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for (points above 0) or against a pair."""

    phrase: Phrase
    points: float


@dataclass(frozen=True, slots=True)
class Look:
    """Two sites beside each other, and what several rules ask about them."""

    one: Site
    other: Site
    shared_phones: Collection[str]
    are_lone: bool
    towns: frozenset[str]
    alike: float
    metres: float | None
    has_same_door: bool


def best_possible(one: Site, other: Site) -> float:
    """The most that a pair could score, at a glance: most share a ZIP and a word, and nothing more."""
    if not one.door.number or not other.door.number or one.door.number == other.door.number:
        return 1.0
    if "-" in one.door.number + other.door.number:
        return 1.0
    metres = metres_apart(one, other)
    return (
        NAMES
        + SAME_ZIP
        + OTHER_STREET
        + (PHONE if one.phones & other.phones else 0.0)
        + (WEBSITE if one.website and one.website == other.website else 0.0)
        + (NEAR if metres is not None and metres <= NEAR_METRES else 0.0)
        + 1e-9
    )


# --- one reason each ---


def _names(look: Look) -> Reason | None:
    share = min(1.0, max(0.0, (look.alike - ALIKE_FROM) / (ALIKE_TO - ALIKE_FROM)))
    percent = round(100 * look.alike)
    if share == 0.0:
        return Reason(Phrase(N_("The names are not alike (%(percent)d%%)."), {"percent": percent}), 0.0)
    return Reason(Phrase(N_("The names are alike (%(percent)d%%)."), {"percent": percent}), NAMES * share)


def _door(look: Look) -> Reason | None:
    told = {"address": f"{look.one.street}, {look.one.postal_code}"}
    if look.has_same_door:
        return Reason(Phrase(N_("Same street address and ZIP: %(address)s."), told), DOOR)
    if look.one.postal_code and look.one.postal_code == look.other.postal_code:
        told = {"zip": look.one.postal_code}
        return Reason(Phrase(N_("Same ZIP: %(zip)s."), told), SAME_ZIP)
    return None


def _other_street(look: Look) -> Reason | None:
    one, other = look.one.door.number, look.other.door.number
    if look.has_same_door or not one or not other or one == other:
        return None
    told = {"one": look.one.street, "other": look.other.street}
    return Reason(Phrase(N_("Different street addresses: %(one)s; %(other)s."), told), OTHER_STREET)


def _other_town(look: Look) -> Reason | None:
    one, other = look.one, look.other
    if not one.city or not other.city or one.postal_code == other.postal_code != "":
        return None
    if (
        one.state == other.state
        and fuzz.ratio("".join(one.town_words), "".join(other.town_words)) >= SAME_STREET
    ):
        return None
    told = {"one": f"{one.city}, {one.state}", "other": f"{other.city}, {other.state}"}
    return Reason(Phrase(N_("Different towns: %(one)s; %(other)s."), told), OTHER_TOWN)


def _distance(look: Look) -> Reason | None:
    if look.metres is None:
        return None
    told = {"metres": round(look.metres)}
    if look.metres <= NEAR_METRES and not look.has_same_door:
        return Reason(Phrase(N_("%(metres)d m apart."), told), NEAR)
    if look.metres > FAR_METRES and not look.has_same_door:
        return Reason(Phrase(N_("%(metres)d m apart."), told), FAR_APART)
    return None


def _phone(look: Look) -> Reason | None:
    both = sorted(look.one.phones & look.other.phones)
    own = [each for each in both if each not in look.shared_phones]
    if own:
        return Reason(Phrase(N_("Same telephone number: %(phone)s."), {"phone": _written(own[0])}), PHONE)
    if both:
        told = {"phone": _written(both[0])}
        message = N_("Same telephone number, which many listings share: %(phone)s.")
        return Reason(Phrase(message, told), SHARED_PHONE)
    return None


def _website(look: Look) -> Reason | None:
    if not look.one.website or look.one.website != look.other.website:
        return None
    return Reason(Phrase(N_("Same website: %(host)s."), {"host": look.one.website}), WEBSITE)


def _other_unit(look: Look) -> Reason | None:
    """Only where both name a unit (or both a building, or a floor) and none of them is the same."""
    if not look.has_same_door:
        return None
    for kind in ("unit", "building", "floor"):
        one = {which for its_kind, which in look.one.door.units if its_kind == kind}
        other = {which for its_kind, which in look.other.door.units if its_kind == kind}
        if one and other and not one & other:
            told = {"one": look.one.unit or look.one.street, "other": look.other.unit or look.other.street}
            return Reason(Phrase(N_("Different suites: %(one)s; %(other)s."), told), OTHER_UNIT)
    return None


def _other_programme(look: Look) -> Reason | None:
    """One body with several programmes under one roof lists each of them."""
    one, other = look.one, look.other
    if names_alike(one.organization_words, other.organization_words, look.towns) < SAME_BODY:
        return None
    ours = [each for each in one.programme_words if each not in other.organization_words]
    theirs = [each for each in other.programme_words if each not in one.organization_words]
    if not are_other_programmes(ours, theirs, look.towns):
        return None
    told = {"one": one.service, "other": other.service}
    points = LONE_PROGRAMME if look.are_lone and look.has_same_door else OTHER_PROGRAMME
    return Reason(Phrase(N_("Different programmes: %(one)s; %(other)s."), told), points)


def _lone_at_door(look: Look) -> Reason | None:
    """One door, one listing in each source: often one place under two names. Suites tell neighbours apart."""
    if not look.are_lone or not look.has_same_door:
        return None
    return Reason(Phrase(N_("Each source lists only this one at the address.")), LONE_AT_DOOR)


def _other_numbers(look: Look) -> Reason | None:
    """ "Unit 1" and "Unit 2"."""
    one = {each for each in look.one.words if each.isdigit()}
    other = {each for each in look.other.words if each.isdigit()}
    if not one or not other or one & other:
        return None
    told = {"one": look.one.service, "other": look.other.service}
    return Reason(Phrase(N_("Different numbers in the names: %(one)s; %(other)s."), told), OTHER_NUMBERS)


def _other_people(look: Look) -> Reason | None:
    """ "Adolescent Program" beside "Womens Program", or beside a name that says nothing of whom it is for."""
    one, other = look.one.people, look.other.people
    if one == other:
        return None
    if one and other:
        told = {"one": _people(one), "other": _people(other)}
        return Reason(Phrase(N_("For different people: %(one)s; %(other)s."), told), OTHER_PEOPLE)
    message = N_("Only one of the names says whom it is for: %(people)s.")
    return Reason(Phrase(message, {"people": _people(one or other)}), SOME_PEOPLE)


def _people(which: Collection[str]) -> Phrase:
    return PEOPLE_NAMES[min(which)] if len(which) == 1 else Phrase(N_("several groups"))


PEOPLE_NAMES: Mapping[str, Phrase] = {
    "young": Phrase(N_("young people")),
    "women": Phrase(N_("women")),
    "men": Phrase(N_("men")),
}


def _other_kind(look: Look) -> Reason | None:
    if look.one.kind == look.other.kind:
        return None
    return Reason(Phrase(N_("The kinds of listing differ.")), OTHER_KIND)


RULES: Sequence[Callable[[Look], Reason | None]] = (
    _names,
    _door,
    _lone_at_door,
    _other_street,
    _other_town,
    _distance,
    _phone,
    _website,
    _other_unit,
    _other_programme,
    _other_numbers,
    _other_people,
    _other_kind,
)


def have_same_door(one: Site, other: Site) -> bool:
    """Same street number, ZIP and street name; streets of the same name may be told apart by N and S."""
    ours, theirs = one.door, other.door
    if not one.postal_code or one.postal_code != other.postal_code:
        return False
    if not ours.number and not theirs.number:
        return " " in ours.street and ours.street == theirs.street
    if not ours.number or not _share_number(ours.number, theirs.number):
        return False
    if ours.directions and theirs.directions and not ours.directions & theirs.directions:
        return False
    return fuzz.ratio(ours.street, theirs.street) >= SAME_STREET


def _share_number(one: str, other: str) -> bool:
    """2369 lies in 2367-2369; 62 is not in 62-07 (Queens)."""
    if one == other:
        return True
    longer, shorter = (one, other) if "-" in one else (other, one)
    parts = longer.split("-")
    is_range = len(parts) == 2 and all(map(str.isdigit, parts)) and int(parts[0]) < int(parts[1])
    return is_range and shorter in parts and len(parts[0]) == len(parts[1])


def _written(digits: str) -> str:
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
