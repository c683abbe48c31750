"""What lists of recovery residences write into cells: gender, groups, prices and vacancies."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from directory.listings.record import CapacityStatus, CostOption, ServiceCapacity
from importers.times import read_moment


class Gender(NamedTuple):
    """Who may live there: one sentence, and the filters that hold."""

    sentence: str
    filters: tuple[str, ...]


_MEN = Gender("Men only.", ("men", "men_only"))
_WOMEN = Gender("Women only.", ("women", "women_only"))
_BOTH = Gender("Men and women.", ("men", "women"))
_MOTHERS = Gender("Women only, also with children.", ("women", "women_only", "with_children"))
_FATHERS = Gender("Men only, also with children.", ("men", "men_only", "with_children"))
GENDERS: Mapping[str, Gender] = {
    **dict.fromkeys(("m", "men", "men only", "male", "males"), _MEN),
    **dict.fromkeys(("w", "f", "women", "women only", "female", "females"), _WOMEN),
    **dict.fromkeys(("coed", "co-ed", "co ed", "all", "any", "both", "men and women", "men & women"), _BOTH),
    **dict.fromkeys(
        ("wc", "women with children", "women (w/ children option)", "women and children"), _MOTHERS
    ),
    **dict.fromkeys(("mc", "men with children", "men (w/ children option)"), _FATHERS),
}
"""Oxford House's letters (M, W, MC, WC) and the words of affiliates' lists, in lower case."""

GROUPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), code)
    for pattern, code in (
        (r"\bveterans?\b", "veterans"),
        (r"\blgbt", "lgbtq"),
        (r"\b(?:parole|probation|reentry|re-entry|justice)", "justice_involved"),
        (r"\bchildren\b", "with_children"),
        (r"\byoung adults?\b", "young_adults"),
        (r"\bpregnant\b", "pregnant"),
    )
)
"""Words of the `serves` column that are filters of ours."""
_PLAIN_GROUPS = frozenset({"men", "women", "men and women", "men & women", "all", "adults"})

_AMOUNT = re.compile(
    r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d\d)?\s*(?:(?:/|per|a)?\s*(mo\.?|month|monthly|wk\.?|week|weekly))?",
    re.IGNORECASE,
)
_VACANCY_WORDS: Mapping[str, CapacityStatus] = {
    **dict.fromkeys(("yes", "y", "open", "available"), "capacity"),
    **dict.fromkeys(("no", "n", "full"), "no_capacity"),
    **dict.fromkeys(("waitlist", "wait list", "waiting list"), "waitlist"),
}


def is_yes(cell: str) -> bool:
    """Whether a cell says yes."""
    return cell.casefold() in ("y", "yes", "true", "1", "x")


def gender_of(cell: str) -> Gender | None:
    """Who may live there; None for words that we do not know."""
    return GENDERS.get(cell.casefold())


def groups_of(cell: str) -> tuple[list[str], str]:
    """Filters named in "Serves", and a sentence when it says more than a gender."""
    found = [code for pattern, code in GROUPS if pattern.search(cell)]
    return found, "" if cell.casefold() in _PLAIN_GROUPS or not cell else f"Serves: {cell}."


def costs_of(cells: Mapping[str, str]) -> tuple[tuple[CostOption, ...], str | None]:
    """Prices that are plain amounts, and the words of one that is not ("Varies")."""
    costs: list[CostOption] = []
    words: list[str] = []
    for name, option in (("price", "Rent"), ("monthly_rent", "Monthly rent"), ("weekly_rent", "Weekly rent")):
        if not cells[name]:
            continue
        found = _AMOUNT.fullmatch(cells[name])
        amount = float(found[1].replace(",", "") + (found[2] or "")) if found else 0.0
        if found and amount:
            stated = (found[3] or "").casefold()[:1]
            period = {"m": "Monthly rent", "w": "Weekly rent"}.get(stated, option)
            costs.append(CostOption(option=period, amount=amount, currency="USD"))
        else:
            words.append(f"{option}: {cells[name]}")
    return tuple(costs), "; ".join(words) or None


def capacity_of(cells: Mapping[str, str]) -> ServiceCapacity | None:
    """Free beds, where they are told, with the day that the row gives; without, the file's day counts."""
    said = cells["vacancies"].casefold()
    available = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else None
    status = _VACANCY_WORDS.get(said)
    if available is not None:
        status = "capacity" if available else "no_capacity"
    if status is None:
        return None
    beds = cells["capacity"]
    maximum = int(beds) if beds.isascii() and beds.isdigit() and len(beds) < 4 else None
    return ServiceCapacity(
        unit="beds",
        available=available,
        maximum=maximum,
        status=status,
        updated=read_moment(cells["updated"]),
    )
