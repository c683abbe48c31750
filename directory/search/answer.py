"""The answer to a search, and its JSON (INTERFACES, "Search")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from directory.geo.place import Place
from directory.listings.freshness import Capacity
from directory.listings.hours import Occurrence
from directory.listings.opening import State
from directory.phrases import Phrase
from directory.search.engine import Hit
from directory.search.parameters import PARAMETERS, shown_number
from directory.search.query import SearchQuery
from directory.search.understand import Item

Translate = Callable[[Phrase], str]
Document = Mapping[str, Any]
_ADDRESS = ("address_1", "address_2", "city", "state_province", "postal_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One listing found: its document and what this search adds to it.

    `distance_miles` with one decimal; None without a point, and where it is reached by video. `serves` says
    how a listing that is not near reaches the searcher. `open_text` is about `open_state`; for a meeting,
    `next_meeting` tells more. `capacity`: how much room there is, as far as that is still known.
    """

    document: Document
    hit: Hit
    distance_miles: float | None
    serves: Phrase | None
    open_state: State
    open_text: Phrase
    next_meeting: Occurrence | None = None
    next_meeting_text: Phrase | None = None
    capacity: tuple[Capacity, ...] = ()

    @property
    def id(self) -> str:
        """The listing's id."""
        return self.hit.id

    @property
    def also_only(self) -> bool:
        """It gives what was asked for to its own clients only."""
        return self.hit.also_only

    def as_json(self, translate: Translate) -> dict[str, Any]:
        """An entry of `results`."""
        listing = self.document
        address = listing["address"]
        source = listing["source"]
        return {
            "id": self.id,
            "name": listing["name"],
            "organization": listing["organization"],
            "kind": listing["kind"],
            "needs": listing["needs"],
            "also": listing["also"],
            "also_only": self.also_only,
            "filters": listing["filters"],
            "distance_miles": self.distance_miles,
            "serves": translate(self.serves) if self.serves else None,
            "address": address and {name: address.get(name) for name in _ADDRESS},
            "latitude": listing["latitude"],
            "longitude": listing["longitude"],
            "location_precision": listing["location_precision"],
            "phone": listing["phone"],
            "website": listing["website"],
            "open": {"state": self.open_state, "text": translate(self.open_text)},
            "next_meeting": self._meeting_json(translate),
            "capacity": self.capacity[0].as_json() if self.capacity else None,
            "is_example": listing["is_example"],
            "source": {name: source[name] for name in ("name", "as_of", "verified")},
            "url": f"/listings/{self.id}",
        }

    def _meeting_json(self, translate: Translate) -> dict[str, Any] | None:
        meeting = self.next_meeting
        if meeting is None or self.next_meeting_text is None:
            return None
        return {
            "starts": meeting.starts.isoformat(),
            "ends": meeting.ends.isoformat() if meeting.ends else None,
            "text": translate(self.next_meeting_text),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCount:
    """One filter and how many results it would give."""

    code: str
    label: str
    count: int
    chosen: bool

    def as_json(self) -> dict[str, Any]:
        """An entry of a group in `facets`."""
        return {"code": self.code, "label": self.label, "count": self.count}


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """A group of filters, in the order of the taxonomy; only those that give results or are chosen."""

    code: str
    label: str
    facets: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Another search that finds `total` (at least one, and more than this one did)."""

    text: Phrase
    query: SearchQuery
    total: int

    def changes_from(self, asked: SearchQuery) -> dict[str, Any]:
        """The parameters that differ, in JSON form; None where one is to be left out."""
        return {
            each.name: each.plain(new)
            for each in PARAMETERS
            if each.name != "page" and (new := getattr(self.query, each.field)) != getattr(asked, each.field)
        }

    def as_json(self, translate: Translate, asked: SearchQuery) -> dict[str, Any]:
        """An entry of `suggestions`."""
        return {"text": translate(self.text), "query": self.changes_from(asked), "total": self.total}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found. `query` is what was asked, `understood` what was made of its words.

    `radius_miles` is the radius searched, `widened` when it grew by itself; `corrected` the text searched
    instead of `query.q`; `note` a sentence about an odd search (no such page, no words); `urgent`: 24-hour
    care is first.
    """

    query: SearchQuery
    place: Place | None
    understood: tuple[Item, ...]
    total: int
    radius_miles: float | None
    widened: bool
    corrected: str | None
    urgent: bool
    note: Phrase | None
    results: tuple[Result, ...]
    facets: tuple[FacetCounts, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def last_page(self) -> int:
        """Number of the last page that has results, at least 1."""
        return max(1, -(-self.total // self.query.per_page))

    @property
    def first_number(self) -> int:
        """The number of the first result on this page, 1-based."""
        return (self.query.page - 1) * self.query.per_page + 1

    def as_json(self, translate: Translate) -> dict[str, Any]:
        """Exactly the object of INTERFACES, "Search"; `translate` gives a phrase in the reader's language."""
        return {
            "query": self.query.as_json(),
            "place": place_json(self.place, translate) if self.place else None,
            "understood": [each.as_json() for each in self.understood],
            "total": self.total,
            "radius_miles": None if self.radius_miles is None else shown_number(round(self.radius_miles, 1)),
            "widened": self.widened,
            "corrected": self.corrected,
            "note": translate(self.note) if self.note else None,
            "results": [each.as_json(translate) for each in self.results],
            "facets": {each.code: [facet.as_json() for facet in each.facets] for each in self.facets},
            "suggestions": [each.as_json(translate, self.query) for each in self.suggestions],
        }


def place_json(place: Place, translate: Translate) -> dict[str, Any]:
    """The `place` of an answer; its point with two decimals, which is all that a search needs."""
    return {
        "name": place.name,
        "kind": place.kind,
        "latitude": round(place.latitude, 2),
        "longitude": round(place.longitude, 2),
        "state": place.state,
        "alternatives": list(place.alternatives),
        "note": translate(place.note) if place.note else None,
    }
