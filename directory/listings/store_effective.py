"""Listings stored as people want them: what their sources say, with edits laid on and merges made.

`store_effective` is the one door for both: imports call it for listings that people touched, stewards after
each decision. It makes rows, document, status and change row anew from what the source says
(`source_record`), so that every edit and merge can be taken back, and writes only what is another now.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from directory.listings.edits import apply_edits
from directory.listings.merging import leader, unite
from directory.listings.record import ListingRecord
from directory.listings.record_json import record_to_json
from directory.listings.store import write_batch
from directory.listings.store_load import in_chunks, load_records, note_of
from directory.listings.store_overrides import (
    Listed,
    as_edits,
    kept_records,
    live_edits,
    or_as_shown,
    told_of,
    trees_of,
)
from directory.listings.store_prepare import OFFERED, Placed, prepare_batch
from directory.listings.store_rows import Origin, identify
from directory.listings.tables import FieldEdit, Listing, ListingDocument, Source, SourceRecord
from directory.listings.visibility import UNTOUCHED, Deriver, SourceNote, Stewarded, public_view

Place = Callable[[ListingRecord], tuple[ListingRecord, str | None]]
"""Puts a record on the map; answers it with the gazetteer's key of its county."""


class Turn(NamedTuple):
    """A listing whose status is another now."""

    listing_id: str
    name: str
    before: str
    after: str

    @property
    def is_back(self) -> bool:
        """It was merged into another one, and stands for itself again."""
        return self.before == "merged" and self.after == "active"


@dataclass(frozen=True, slots=True)
class _Stored:
    """A listing as it is in the database."""

    listing: Mapping[str, Any]
    source: Source
    record: ListingRecord
    document: Mapping[str, Any]

    @property
    def origin(self) -> Origin:
        return Origin(self.source.id, self.source.importer, self.source.feed)

    @property
    def note(self) -> SourceNote:
        return note_of(self.source, self.listing["as_of"], self.listing["last_seen_at"])


@dataclass(slots=True)
class _Wanted:
    """A listing as it shall be."""

    record: ListingRecord
    status: str
    stewarded: Stewarded = UNTOUCHED


def store_effective(
    session: Session, ids: Collection[str], *, taxonomy: Deriver, place: Place, now: dt.datetime
) -> list[Turn]:
    """Brings these listings, and all that are merged with them, to what follows from their sources and from
    people's decisions. Answers those whose status turned. The caller holds the steward's lock and commits."""
    turns: list[Turn] = []
    forest = trees_of(session, ids)
    in_trees = set(chain.from_iterable(forest))
    singles = [(each,) for each in dict.fromkeys(ids) if each not in in_trees]
    for chunk in in_chunks([*forest, *singles], 200):
        turns += _store_trees(session, chunk, taxonomy=taxonomy, place=place, now=now)
    return turns


def _store_trees(
    session: Session, forest: list[tuple[str, ...]], *, taxonomy: Deriver, place: Place, now: dt.datetime
) -> list[Turn]:
    ids = list(chain.from_iterable(forest))
    stored = _stored(session, ids)
    kept, edits = kept_records(session, ids), live_edits(session, ids)
    sources = or_as_shown(session, ids, kept)
    edited = {
        key: apply_edits(record, as_edits(edits.get(key, {}).values())) for key, record in sources.items()
    }
    wanted: dict[str, _Wanted] = {}
    for tree in forest:
        wanted |= _wanted([each for each in tree if each in stored], stored, edited, edits)
    turns, batches = [], defaultdict(list)
    for key, want in wanted.items():
        have = stored[key]
        placed = _placed(want, have, place)
        if _differs(placed, have, taxonomy):
            sight = (have.source.id, have.listing["as_of"], have.listing["last_seen_at"])
            batches[*sight, have.listing["last_run_id"]].append((placed, have))
        if want.status != have.listing["status"]:
            name = have.document["name"]
            turns.append(Turn(key, name, have.listing["status"], want.status))
    for (*_, run_id), batch in batches.items():
        _write(session, batch, taxonomy=taxonomy, run_id=run_id, now=now)
    touched = {each for each in ids if edits.get(each)} | {
        each for tree in forest if len(tree) > 1 for each in tree
    }
    save_sources(session, {key: each for key, each in sources.items() if key in touched and key not in kept})
    _forget_sources(session, [key for key in kept if key not in touched])
    return turns


def _stored(session: Session, ids: list[str]) -> dict[str, _Stored]:
    listing = Listing.__table__
    query = select(listing, ListingDocument.document.label("document"))
    query = query.join(ListingDocument, ListingDocument.listing_id == Listing.id)
    rows = [row for chunk in in_chunks(ids) for row in _rows(session, query.where(Listing.id.in_(chunk)))]
    source_ids = {row["source_id"] for row in rows}
    sources = {each.id: each for each in session.scalars(select(Source).where(Source.id.in_(source_ids)))}
    records = load_records(session, ids)
    return {
        row["id"]: _Stored(row, sources[row["source_id"]], records[row["id"]], json.loads(row["document"]))
        for row in rows
    }


def _rows(session: Session, query: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(query).mappings()]


def _wanted(
    tree: list[str],
    stored: Mapping[str, _Stored],
    edited: Mapping[str, ListingRecord],
    edits: Mapping[str, Mapping[str, FieldEdit]],
) -> dict[str, _Wanted]:
    """What becomes of the listings of one tree: the first that is offered leads, the others stand behind."""
    found = {key: _Wanted(edited[key], _own_status(stored[key], edited[key])) for key in tree}
    offered = [key for key in tree if found[key].status == "active"]
    leading = leader(tree, offered)
    behind = [key for key in offered if key != leading]
    for key in behind:
        found[key].status = "merged"
    listed = [
        Listed(key, found[key].status, stored[key].source.name, stored[key].listing["as_of"]) for key in tree
    ]
    for key, want in found.items():
        own = edits.get(key, {})
        if key == leading:
            want.record = unite(want.record, [edited[each] for each in behind], own.keys())
            want.stewarded = told_of(own.values(), key, listed)
        else:
            want.stewarded = told_of(own.values())
    return found


def _own_status(have: _Stored, record: ListingRecord) -> str:
    if have.listing["status"] == "withdrawn":
        return "withdrawn"
    return "active" if record.service.status in OFFERED else "inactive"


def _placed(want: _Wanted, have: _Stored, place: Place) -> Placed:
    record, county = place(want.record)
    return Placed(
        record=record,
        content_hash=have.listing["content_hash"],
        part=have.listing["part"],
        is_new=False,
        county=county,
        status=want.status,
        stewarded=want.stewarded,
    )


def _differs(placed: Placed, have: _Stored, taxonomy: Deriver) -> bool:
    if placed.status != have.listing["status"] or placed.record != have.record:
        return True
    document = public_view(
        placed.record,
        identity=identify(placed.record, have.origin),
        source=have.note,
        taxonomy=taxonomy,
        county=placed.county,
        stewarded=placed.stewarded,
    )
    return _comparable(document) != _comparable(have.document)


def _comparable(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without what every run moves, and what follows from that."""
    source = {"edited": [], **document["source"], "as_of": None, "fetched": None}
    return {"also_from": [], **document, "source": source, "quality": None}


def _write(
    session: Session,
    batch: list[tuple[Placed, _Stored]],
    *,
    taxonomy: Deriver,
    run_id: str,
    now: dt.datetime,
) -> None:
    have = batch[0][1]
    prepared = prepare_batch(
        [placed for placed, _ in batch],
        origin=have.origin,
        note=have.note,
        taxonomy=taxonomy,
        run_id=run_id,
        now=now,
        dialect=session.connection().dialect,
        seen=have.listing["last_seen_at"],
    )
    write_batch(session, prepared)


def _forget_sources(session: Session, ids: Collection[str]) -> None:
    """Of listings that nobody touches any more, their rows tell again what their sources say."""
    for chunk in in_chunks(ids):
        session.execute(delete(SourceRecord).where(SourceRecord.listing_id.in_(chunk)))


def save_sources(session: Session, records: Mapping[str, ListingRecord]) -> None:
    """Keeps what the source of an edited or merged listing says of it, placed."""
    for chunk in in_chunks(records):
        session.execute(delete(SourceRecord).where(SourceRecord.listing_id.in_(chunk)))
        rows = [{"listing_id": key, "record": record_to_json(records[key])} for key in chunk]
        session.execute(insert(SourceRecord), rows)
