"""The engines that must keep the contract, and the small world that their tests search in."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from directory.listings.record import Schedule
from directory.search.engine import Circle, EngineQuery, IndexEntry, Region, SearchEngine, SearchPage
from directory.search.memory_engine import MemoryEngine
from directory.search.whoosh_engine import WhooshEngine
from directory.search.words import stems

ENGINES: Mapping[str, Callable[[Path], SearchEngine]] = {
    "memory": lambda _folder: MemoryEngine(),
    "whoosh": lambda folder: WhooshEngine(folder / "index"),
}
"""Name to a maker that takes an empty folder of its own. A new engine adds one row here."""

NOW = dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)
"""A Monday, noon in Philadelphia."""
PHILADELPHIA = (39.9526, -75.1652)
CAMDEN = (39.9259, -75.1196)
"""About 3 miles from Philadelphia, in New Jersey."""
READING = (40.3356, -75.9269)
"""About 48 miles from Philadelphia, in Pennsylvania."""
PITTSBURGH = (40.4406, -79.9959)
"""About 257 miles from Philadelphia, in Pennsylvania."""
_RING = "[[-75.5, 39.7], [-74.9, 39.7], [-74.9, 40.2], [-75.5, 40.2], [-75.5, 39.7]]"
SQUARE = f'{{"type": "Polygon", "coordinates": [{_RING}]}}'
"""Around Philadelphia."""


def entry(id_: str, at: tuple[float, float] | None = PHILADELPHIA, **others: Any) -> IndexEntry:
    """A listing whose name, if none is given, is its id; at a point (None: nowhere)."""
    latitude, longitude = at or (None, None)
    values: dict[str, Any] = {
        "id": id_,
        "kind": "treatment",
        "name": id_,
        "latitude": latitude,
        "longitude": longitude,
        "state": "PA" if at in (PHILADELPHIA, READING, PITTSBURGH) else None,
    }
    return IndexEntry(**(values | others))


def near(at: tuple[float, float] = PHILADELPHIA, miles: float = 25.0, **others: Any) -> Circle:
    """A circle; the searcher of Philadelphia lives in PA/Philadelphia, 19104."""
    home = {"state": "PA", "county": "PA/Philadelphia", "postal_code": "19104"} if at == PHILADELPHIA else {}
    return Circle(latitude=at[0], longitude=at[1], radius_miles=miles, **(home | others))


def pennsylvania(**others: Any) -> Region:
    """The whole state."""
    return Region(state="PA", **others)


def ask(engine: SearchEngine, **query: Any) -> SearchPage:
    """Searches at `NOW`."""
    return engine.search(EngineQuery(**({"now": NOW} | query)))


def found(engine: SearchEngine, **query: Any) -> list[str]:
    """Ids of the first page, in order."""
    return [each.id for each in ask(engine, **query).hits]


def said(text: str) -> tuple[tuple[str, ...], ...]:
    """`words` of a query: every word of the text must match."""
    return tuple((each,) for each in stems(text))


def weekly(
    days: str, opens: str, closes: str | None = None, timezone: str = "America/New_York", **others: Any
) -> Schedule:
    """`weekly("MO,TU", "09:00", "17:00")`"""
    return Schedule(
        freq="WEEKLY",
        byday=days,
        opens_at=dt.time.fromisoformat(opens),
        closes_at=dt.time.fromisoformat(closes) if closes else None,
        timezone=timezone,
        **others,
    )
