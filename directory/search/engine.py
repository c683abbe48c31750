"""The contract of every search engine, and the two shapes it deals in: what goes in, what is asked.

All engines give the same answers (tests/search/test_engine_contract.py); they differ in speed.
The rules of matching and ranking that all of them keep:

* **Matching.** A listing matches when every given condition holds on it: all `words` (each a group of
  stems of which one must occur), all `phrases`, one of `needs`, in every filter group one of its codes,
  one of `kinds`, the attendance, open at `open_at`, a meeting on `weekday` between `time_from` and
  `time_to`, and the place.
* **Time.** A listing that is not shown at the moment of the question (`IndexEntry.shown`) is, for that
  question, not in the index: neither found nor counted, and its words and names are not known.
* **Place.** A listing with coordinates matches a `Circle` within its radius and a `Region` by its state
  and county (or, with a margin, by lying within the margin of one of the region's points). A listing whose
  `areas` cover the place (`listings/areas.py`) matches too, `by_area`. One that is only *also* given by
  video (`video_areas`) matches that way only when the query is `remote_ok`, `by_video`. A listing without
  coordinates and areas matches no place.
* **Selection.** A listing that is not in the query's `Selection` is neither found nor counted; those that it
  names `first` stand before all others, in whatever order is asked for.
* **Order.** See `Order`. Ties are broken by id, so that pages are stable.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from directory.listings.record import Attendance, Kind, Schedule
from directory.listings.shown import ALWAYS, Shown

SortOrder = Literal["best", "nearest", "soonest", "verified"]
Reach = Literal["place", "area", "video"]
"""How a listing reaches the searcher: it is near, it serves the area, or it is also given by video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """What an engine knows of one listing: public facts only."""

    id: str
    kind: Kind
    name: str
    """Title words: the listing's and its organization's name. A word here weighs three times."""
    text: str = ""
    """All other public words."""
    latitude: float | None = None
    longitude: float | None = None
    state: str | None = None
    county: str | None = None
    """`PA/Philadelphia`"""
    needs: tuple[str, ...] = ()
    """Need codes that this listing *is*, with their ancestors."""
    also: tuple[str, ...] = ()
    """Need codes offered to its own clients only, with their ancestors, without those in `needs`."""
    filters: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    """Stated service areas as text extents (`US`, `US-PA`, `US-PA/Philadelphia`, `US-PA/19104`)."""
    polygons: tuple[str, ...] = ()
    """Stated service areas as GeoJSON."""
    video_areas: tuple[str, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    attendance: Attendance | None = None
    quality: int = 128
    """0 to 255: completeness and freshness."""
    verified_on: dt.date | None = None
    as_of: dt.date | None = None
    around_the_clock: bool = False
    """24-hour care by its setting (hospital, residential, crisis): first for urgent needs."""
    shown: Shown = ALWAYS
    """From when until when (PRODUCT L6). Engines look at it with every question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Everything within `radius_miles` of a point (degrees). State, county and ZIP are the searcher's own."""

    latitude: float
    longitude: float
    radius_miles: float
    state: str | None = None
    county: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A whole state (`county` None) or county; with `margin_miles`, also what lies that near its `points`."""

    state: str
    county: str | None = None
    margin_miles: float = 0.0
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What one site shows of the directory, and whose listings come first.

    With `needs`, a listing is in it that fits one of them; with `states` (two letters), one whose point is in
    one of them or whose service areas touch one (for a query that is `remote_ok`, also its video areas). An
    area that is drawn (GeoJSON) counts as touching.
    """

    needs: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    first: frozenset[str] = frozenset()
    """Ids of listings that stand before all others where they match."""


WHOLE = Selection()
"""The whole directory, nobody first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineQuery:
    """A search as engines understand it: all codes known, all places resolved, all words stemmed."""

    words: tuple[tuple[str, ...], ...] = ()
    """Groups of stems (`words.stems`): every group must match, by one of its stems."""
    phrases: tuple[tuple[str, ...], ...] = ()
    """Stems that must stand side by side."""
    needs: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet group to the codes chosen in it."""
    kinds: tuple[Kind, ...] = ()
    where: Circle | Region | None = None
    remote_ok: bool = False
    """One of the needs can be met by phone or video: listings *also* given by video count."""
    urgent: bool = False
    """A crisis or detox search: 24-hour care first."""
    open_at: dt.datetime | None = None
    """Aware. Keeps listings that are open then (unknown is neither open nor closed: left out)."""
    weekday: int | None = None
    """0 is Sunday; keeps listings with a meeting that starts on it."""
    time_from: dt.time | None = None
    time_to: dt.time | None = None
    """Local time of a meeting's start; from after to means across midnight."""
    attendance: tuple[Attendance, ...] = ()
    """`in_person` and `online` both hold for a hybrid one."""
    selection: Selection = WHOLE
    sort: SortOrder = "best"
    now: dt.datetime
    """Aware. For `soonest`, for visibility in time and for open hours."""
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One result: which listing, how far (miles, None without a point), and how it reaches the searcher."""

    id: str
    distance_miles: float | None = None
    reach: Reach = "place"
    also_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of an answer. `facets` counts each filter code over all matches; a group with a choice in it
    is counted without that choice (OR within a group). `unknown_words` are words of the query that no listing
    has, with the nearest word that one has."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, int] = field(default_factory=dict)
    unknown_words: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """`generation` grows with every visible change; `last_change` is the newest change row taken in."""

    engine: str
    documents: int
    generation: int
    bytes: int
    last_change: int


class SearchEngine(Protocol):
    """Finds listings. One object per process; `search` may be called from several threads."""

    def search(self, query: EngineQuery) -> SearchPage:
        """The asked page. Raises `IndexUnavailable` when there is no index to answer from."""
        ...

    def count(self, query: EngineQuery) -> int:
        """How many listings match (for suggestions: "Search within 50 miles: 310")."""
        ...

    def correct(self, word: str, now: dt.datetime) -> str | None:
        """The nearest word that listings shown at `now` (aware) have, at most two typing errors
        away; None if none or known."""
        ...

    def complete(self, prefix: str, limit: int, now: dt.datetime) -> list[str]:
        """Names of listings shown at `now` (aware), and of their organizations, that start with, or have a
        word that starts with, `prefix`."""
        ...

    def rebuild(self, entries: Iterable[IndexEntry], last_change: int) -> None:
        """Replaces the whole index, all at once: readers see the old one until the new one is complete."""
        ...

    def update(self, entries: Sequence[IndexEntry], removed: Sequence[str], last_change: int) -> None:
        """Adds or replaces `entries`, drops `removed`, remembers `last_change`: together or not at all."""
        ...

    def status(self) -> IndexStatus:
        """What the index holds. `documents` is 0 and `last_change` 0 when there is none yet."""
        ...
