"""A few listings around Philadelphia, as documents, and a way to ask about them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from directory.geo.gazetteer import Gazetteer
from directory.listings.needs import taxonomy
from directory.search.answer import Answer
from directory.search.engine import WHOLE, SearchEngine, Selection
from directory.search.entry import entry_of
from directory.search.find import find
from directory.search.memory_engine import MemoryEngine
from directory.search.query import SearchQuery
from tests.builders import make_document

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
"""A Friday, 10:00 in Philadelphia."""
POINTS = {
    "Philadelphia": (39.9526, -75.1652),
    "Reading": (40.3356, -75.9269),
    "Harrisburg": (40.2732, -76.8867),
    "Pittsburgh": (40.4406, -79.9959),
}
COUNTIES = {"Reading": "Berks", "Harrisburg": "Dauphin", "Pittsburgh": "Allegheny"}
WEEKDAYS = [{"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00:00", "closes_at": "17:00:00"}]


def listing(
    id_: str, *, city: str | None = "Philadelphia", needs: Sequence[str] = (), **others: Any
) -> dict[str, Any]:
    """A document; `needs` get their ancestors. `city` None: nowhere, and no areas unless given."""
    known = taxonomy()
    latitude, longitude = POINTS[city] if city else (None, None)
    values: dict[str, Any] = {
        "id": id_,
        "name": id_,
        "organization": id_,
        "description": None,
        "needs": sorted({*needs, *(above for each in needs for above in known.ancestors(each))}),
        "also": [],
        "filters": [],
        "schedules": [],
        "latitude": latitude,
        "longitude": longitude,
        "state": "PA" if city else None,
        "county": f"PA/{COUNTIES.get(city, city)}" if city else None,
        "address": {
            "address_1": "1 Main Street",
            "city": city,
            "state_province": "PA",
            "postal_code": "19104",
        }
        if city
        else None,
        "virtual": None,
        "areas": [],
        "polygons": [],
        "area_names": [],
        "attendance": None,
        "quality": 128,
        "around_the_clock": False,
    }
    return make_document(**(values | others))


def weekly(days: str, opens: str, closes: str | None = None) -> dict[str, Any]:
    """A schedule as a document holds it."""
    times = {"opens_at": f"{opens}:00", "closes_at": f"{closes}:00" if closes else None}
    return {"freq": "WEEKLY", "byday": days, "timezone": "America/New_York", **times}


class World:
    """Documents, an engine over them, and `ask`."""

    def __init__(
        self, gazetteer: Gazetteer, documents: Sequence[Mapping[str, Any]], engine: SearchEngine | None = None
    ):
        self.gazetteer = gazetteer
        self.documents = {each["id"]: each for each in documents}
        self.engine = engine or MemoryEngine()
        self.engine.rebuild(map(entry_of, documents), last_change=1)

    def ask(
        self, *, now: dt.datetime = NOW, lang: str = "en", selection: Selection = WHOLE, **parameters: Any
    ) -> Answer:
        """`ask(q="detox", near="19104")`"""
        values = {
            name.rstrip("_"): value if isinstance(value, list) else [str(value)]
            for name, value in parameters.items()
        }
        return self.find(SearchQuery.parse(values, taxonomy()), now=now, lang=lang, selection=selection)

    def find(
        self,
        query: SearchQuery,
        *,
        now: dt.datetime = NOW,
        lang: str = "en",
        selection: Selection = WHOLE,
    ) -> Answer:
        """The answer to a parsed query."""
        return find(
            query,
            engine=self.engine,
            taxonomy=taxonomy(),
            gazetteer=self.gazetteer,
            geocoder=None,
            documents=lambda ids: {each: self.documents[each] for each in ids if each in self.documents},
            now=now,
            lang=lang,
            selection=selection,
        )


def ids(answer: Answer) -> list[str]:
    """Ids of the results, in order."""
    return [each.id for each in answer.results]
