"""A search as a person asks it: parsed, checked, and written back as one canonical URL.

The parameters are those of `GET /search` (INTERFACES). `PARAMETERS` is the one table of them: how each is
read, how it is written, and in which order they stand in a URL.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal
from urllib.parse import urlencode

from directory.errors import QueryInvalid
from directory.listings.needs import Taxonomy
from directory.listings.record import Attendance, Kind
from directory.phrases import N_, Phrase
from directory.search.engine import SortOrder
from directory.search.parameters import PARAMETERS, shown_number

Unit = Literal["mi", "km"]

KM_PER_MILE = 1.609344
DEFAULT_RADIUS = {"mi": 25.0, "km": 40.0}
LARGEST_RADIUS = {"mi": 500.0, "km": 800.0}
LARGEST_WINDOW = 10_000
"""No page may end beyond this result: nobody reads that far, and robots that do cost others their answer."""
ALWAYS_SHOWN = ("q", "need", "near", "radius", "sort", "page")
"""What the JSON `query` always tells, asked or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """The parameters of `GET /search` (INTERFACES), typed. Defaults mean "not asked"."""

    q: str = ""
    need: tuple[str, ...] = ()
    near: str = ""
    ll: tuple[float, float] | None = None
    literal: bool = False
    radius: float | None = None
    unit: Unit = "mi"
    filter: tuple[str, ...] = ()
    open: dt.datetime | Literal["now"] | None = None
    """A naive local time is meant in the zone of the place."""
    day: int | None = None
    time_from: dt.time | None = None
    time_to: dt.time | None = None
    attend: Attendance | None = None
    kind: tuple[Kind, ...] = ()
    sort: SortOrder = "best"
    page: int = 1
    per_page: int = 20
    lang: str | None = None

    @classmethod
    def parse(cls, parameters: Mapping[str, Sequence[str]], taxonomy: Taxonomy) -> "SearchQuery":
        """Reads what a URL or form gave: parameter name to its values, as typed.

        Names that are not ours are passed over (links collect tracking parameters on their way); empty
        values count as not given. Raises `QueryInvalid` with one sentence per wrong parameter in `fields`.
        """
        found: dict[str, Any] = {}
        problems: dict[str, list[Phrase | str]] = {}
        for each in PARAMETERS:
            given = [value for value in parameters.get(each.name, ()) if value.strip()]
            if not given:
                continue
            try:
                found[each.field] = each.read(given, taxonomy)
            except QueryInvalid as problem:
                problems[each.name] = [problem.phrase]
        if not problems:
            query = cls(**found)
            problems = _joint_problems(query)
            if not problems:
                return query
        raise QueryInvalid(next(iter(problems.values()))[0], problems)

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for: neither words nor needs, filters, kinds, times or a place."""
        without = replace(
            self, page=1, per_page=20, lang=None, sort="best", unit="mi", radius=None, literal=False
        )
        return without == SearchQuery()

    @property
    def radius_miles(self) -> float | None:
        """The radius that was asked for, in miles; None when it was left to us."""
        return None if self.radius is None else self.to_miles(self.radius)

    def to_miles(self, length: float) -> float:
        """A length in the unit of this search, in miles."""
        return length / KM_PER_MILE if self.unit == "km" else length

    def from_miles(self, miles: float) -> float:
        """A length in miles, in the unit of this search."""
        return miles * KM_PER_MILE if self.unit == "km" else miles

    def parameters(self) -> list[tuple[str, str]]:
        """Names and values in canonical order, defaults left out: equal searches give equal lists."""
        pairs: list[tuple[str, str]] = []
        for each in PARAMETERS:
            value = getattr(self, each.field)
            if value != _DEFAULTS[each.field]:
                pairs.extend((each.name, text) for text in each.write(value))
        return pairs

    def changed(self, **changes: Any) -> "SearchQuery":
        """This search with other values; back to its first page unless `page` is among them."""
        if changes and "page" not in changes:
            changes["page"] = 1
        return replace(self, **changes)

    def toggled(self, name: Literal["need", "filter", "kind"], code: str) -> "SearchQuery":
        """This search with one code put in or, if it was there, taken out."""
        codes: tuple[str, ...] = getattr(self, name)
        others = tuple(each for each in codes if each != code)
        return self.changed(**{name: others if code in codes else tuple(sorted((*codes, code)))})

    def url(self, path: str = "/search", **changes: Any) -> str:
        """The canonical URL of this search, or of this search with other values (see `changed`)."""
        pairs = self.changed(**changes).parameters()
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def as_json(self) -> dict[str, Any]:
        """The `query` object of an answer: what was asked, under the names of the parameters."""
        shown: dict[str, Any] = {}
        for each in PARAMETERS:
            value = getattr(self, each.field)
            if each.name in ALWAYS_SHOWN or value != _DEFAULTS[each.field]:
                shown[each.name] = each.plain(value)
        if self.radius is None:
            shown["radius"] = shown_number(DEFAULT_RADIUS[self.unit])
        return shown


_DEFAULTS: dict[str, Any] = {each.name: each.default for each in fields(SearchQuery)}


def _joint_problems(query: SearchQuery) -> dict[str, list[Phrase | str]]:
    """What is wrong only when two parameters are seen together."""
    largest = LARGEST_RADIUS[query.unit]
    if query.radius is not None and not 1.0 <= query.radius <= largest:
        unit = Phrase(N_("miles")) if query.unit == "mi" else Phrase(N_("kilometers"))
        too_far = Phrase(
            N_("Please choose a distance from 1 to %(largest)s %(unit)s."),
            {"largest": shown_number(largest), "unit": unit},
        )
        return {"radius": [too_far]}
    if query.page * query.per_page > LARGEST_WINDOW:
        too_deep = Phrase(
            N_("Only the first %(number)s results can be shown. Please narrow your search."),
            {"number": f"{LARGEST_WINDOW:,}"},
        )
        return {"page": [too_deep]}
    return {}
