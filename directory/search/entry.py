"""From a listing document (`listings/visibility.py`) to what the engines index: public facts only."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, get_type_hints

from directory.listings.needs import LANGUAGES, taxonomy
from directory.listings.record import Schedule
from directory.listings.shown import shown_of
from directory.search.engine import IndexEntry

Document = Mapping[str, Any]

_READERS = {dt.date: dt.date.fromisoformat, dt.time: dt.time.fromisoformat}


def _reader(hint: Any) -> Any:
    """How to read a JSON value of a `Schedule` field, or None to take it as it is."""
    return next(
        (read for kind, read in _READERS.items() if kind in (hint, *getattr(hint, "__args__", ()))), None
    )


_SCHEDULE_FIELDS = {name: _reader(hint) for name, hint in get_type_hints(Schedule).items()}


def entry_of(document: Document) -> IndexEntry:
    """The index entry of a document. `name` holds one line for the listing and one for its organization,
    where they differ (`SearchEngine.complete` offers each line)."""
    names = dict.fromkeys(_line(document.get(field)) for field in ("name", "organization"))
    virtual = document["virtual"] or {}
    source = document["source"]
    closed = document["status"] == "temporarily closed"
    return IndexEntry(
        id=document["id"],
        kind=document["kind"],
        name="\n".join(each for each in names if each),
        text=_text(document),
        latitude=document["latitude"],
        longitude=document["longitude"],
        state=document["state"],
        county=document["county"],
        needs=tuple(document["needs"]),
        also=tuple(document["also"]),
        filters=tuple(document["filters"]),
        areas=tuple(document["areas"]),
        polygons=tuple(document["polygons"]),
        video_areas=tuple(virtual.get("areas", ())),
        # A place that is closed for now is not open, whatever its usual hours.
        schedules=() if closed else tuple(schedule_of(each) for each in document["schedules"]),
        attendance=document["attendance"],
        quality=document["quality"],
        verified_on=_day(source["verified"]),
        as_of=_day(source["as_of"]),
        around_the_clock=document["around_the_clock"],
        shown=shown_of(document),
    )


def schedule_of(plain: Mapping[str, Any]) -> Schedule:
    """The `Schedule` that `identity.plain` wrote."""
    return _schedule(tuple(plain.items()))


@lru_cache(maxsize=8192)
def _schedule(items: tuple[tuple[str, Any], ...]) -> Schedule:
    return Schedule(
        **{
            name: read(value) if (read := _SCHEDULE_FIELDS[name]) and value is not None else value
            for name, value in items
            if name in _SCHEDULE_FIELDS
        }
    )


def _text(document: Document) -> str:
    """All public words beside the name. Needs are there by their labels in every language."""
    address = document["address"] or {}
    fields = ("alternate_name", "description", "program", "location_name", "eligibility", "interpretation")
    parts: list[str | None] = [document.get(field) for field in fields]
    parts += [address.get("city"), *document["area_names"]]
    parts += [each["name"] for each in document["languages"]]
    parts.append(labels(tuple(document["needs"])))
    return "\n".join(each for each in parts if each)


@lru_cache(maxsize=8192)
def labels(codes: tuple[str, ...]) -> str:
    """The labels of needs in all our languages, a line each; codes that are no needs have none."""
    return "\n".join(filter(None, map(_labels_of, codes)))


@cache
def _labels_of(code: str) -> str:
    known = taxonomy()
    return "\n".join(known.label(code, lang) for lang in LANGUAGES) if code in known.needs else ""


def entries_of(documents: Iterable[Document]) -> Iterable[IndexEntry]:
    """Index entries of many documents, one by one."""
    return map(entry_of, documents)


def _line(text: Any) -> str:
    """A name on one line."""
    return " ".join(str(text).split()) if text else ""


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None
