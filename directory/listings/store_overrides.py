"""What people decided over what sources say, out of the database: live edits, merges, and what the source of
an edited or merged listing says of it."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from directory.listings.edits import Edit, Subject, readable
from directory.listings.merging import Merge, leader, trees
from directory.listings.record import ListingRecord
from directory.listings.record_json import Unreadable, record_from_json
from directory.listings.store_load import in_chunks, load_records
from directory.listings.store_rows import Origin
from directory.listings.tables import FieldEdit, Listing, ListingMerge, Source, SourceRecord
from directory.listings.visibility import UNTOUCHED, Stewarded

log = logging.getLogger(__name__)

STEWARD_LOCK = 7_316_404
"""PostgreSQL advisory lock, held to the commit by whoever stores listings: alone by those who change what
people decided, shared by imports, so that neither writes over what it has not seen of the other."""


def hold(session: Session, *, alone: bool) -> None:
    """The first statement of a transaction that stores listings. On SQLite it is the only writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        key = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        session.execute(select(key(STEWARD_LOCK)))


# --- edits ------------------------------------------------------------------------------------------


def live_edits(session: Session, ids: Iterable[str]) -> dict[str, dict[str, FieldEdit]]:
    """Listing to field to its live edit."""
    found: dict[str, dict[str, FieldEdit]] = defaultdict(dict)
    for chunk in in_chunks(ids):
        query = select(FieldEdit).where(FieldEdit.listing_id.in_(chunk), FieldEdit.ended_at.is_(None))
        for each in session.scalars(query.order_by(FieldEdit.id)):
            found[each.listing_id][each.field] = each
    return found


def edits_of_subjects(session: Session, source_id: str, subjects: Iterable[str]) -> list[FieldEdit]:
    """The live edits of these places and organizations of a source, oldest first."""
    found: list[FieldEdit] = []
    for chunk in in_chunks(subjects):
        query = select(FieldEdit).where(FieldEdit.subject_id.in_(chunk), FieldEdit.ended_at.is_(None))
        found += session.scalars(query.where(FieldEdit.source_id == source_id).order_by(FieldEdit.id))
    return found


def as_edits(rows: Iterable[FieldEdit]) -> list[Edit]:
    """Rows as the pure rules take them. One that an older version wrote and this one cannot read is left out
    with a warning: it stays, and is nobody else's trouble."""
    found = []
    for each in rows:
        if edit := readable(edit_of(each)):
            found.append(edit)
        else:
            log.warning("listing %s: its edit of %s cannot be read", each.listing_id, each.field)
    return found


def edit_of(row: FieldEdit) -> Edit:
    """A row as the pure rules take it."""
    return Edit(row.field, row.value, row.source_value)


def subject_id(origin: Origin, record: ListingRecord, subject: Subject) -> str | None:
    """The id of what a field of a record belongs to; None when the record has no such part."""
    if subject == "listing":
        return origin.id_of("listing", record.source_id)
    if subject == "organization":
        return origin.id_of("organization", record.organization.key)
    place = record.place if subject == "place" else record.virtual
    return origin.id_of("location", place.key) if place else None


# --- merges -----------------------------------------------------------------------------------------


def live_merges(session: Session, ids: Iterable[str]) -> list[ListingMerge]:
    """The live merges of all trees that these listings are in, oldest first; one statement when there are
    none."""
    found: dict[int, ListingMerge] = {}
    seen: set[str] = set()
    ahead = set(ids)
    while ahead:
        seen |= ahead
        reached: set[str] = set()
        for chunk in in_chunks(sorted(ahead)):
            ends = or_(ListingMerge.kept_id.in_(chunk), ListingMerge.merged_id.in_(chunk))
            for each in session.scalars(select(ListingMerge).where(ends, ListingMerge.undone_at.is_(None))):
                found[each.id] = each
                reached |= {each.kept_id, each.merged_id}
        ahead = reached - seen
    return [found[each] for each in sorted(found)]


def trees_of(session: Session, ids: Iterable[str]) -> list[tuple[str, ...]]:
    """The trees of merges that these listings are in, roots first."""
    return trees(Merge(each.kept_id, each.merged_id) for each in live_merges(session, ids))


def stands_for(session: Session, listing_id: str) -> str | None:
    """The listing that stands for this one now; None when it is in no merge or none is offered."""
    tree = next(iter(trees_of(session, [listing_id])), ())
    query = select(Listing.id).where(Listing.id.in_(tree), Listing.status == "active")
    found = leader(tree, set(session.scalars(query))) if tree else None
    return found if found != listing_id else None


def has_overrides(session: Session, source_id: str) -> bool:
    """False when nobody edited a listing of this source or merged any: then there is nothing to look for."""
    return bool(session.connection().scalar(_HAS_OVERRIDES, {"source": source_id}))


_HAS_OVERRIDES = select(
    or_(
        exists().where(FieldEdit.source_id == bindparam("source"), FieldEdit.ended_at.is_(None)),
        exists().where(ListingMerge.undone_at.is_(None)),
    )
)
"""Made once: every transaction of an import asks."""


# --- what sources say -------------------------------------------------------------------------------


def kept_records(session: Session, ids: Iterable[str]) -> dict[str, ListingRecord | None]:
    """What the sources of edited or merged listings say of them; None, and a warning, where an older version
    wrote it and this one cannot read it."""
    found: dict[str, ListingRecord | None] = {}
    for chunk in in_chunks(ids):
        query = select(SourceRecord).where(SourceRecord.listing_id.in_(chunk))
        for each in session.scalars(query):
            try:
                found[each.listing_id] = record_from_json(each.record)
            except Unreadable as problem:
                log.warning("listing %s: what its source says cannot be read: %s", each.listing_id, problem)
                found[each.listing_id] = None
    return found


def source_records(session: Session, ids: Sequence[str]) -> dict[str, ListingRecord]:
    """What the sources of these listings say of them, placed; where that cannot be read, what is shown.
    Unknown ids are left out."""
    return or_as_shown(session, ids, kept_records(session, ids))


def or_as_shown(
    session: Session, ids: Sequence[str], kept: Mapping[str, ListingRecord | None]
) -> dict[str, ListingRecord]:
    """The kept records, and of all other listings what their rows say."""
    found = {key: each for key, each in kept.items() if each}
    return found | load_records(session, [each for each in ids if each not in found])


# --- what readers are told ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A member of a tree of merges, as "also listed by" needs it."""

    id: str
    status: str
    name: str
    """Of its source."""
    as_of: dt.date | None


def stewarded_of(session: Session, ids: Sequence[str]) -> dict[str, Stewarded]:
    """What people did to these listings as their documents tell it; untouched ones are left out."""
    edits, forest = live_edits(session, ids), trees_of(session, ids)
    known = listed(session, chain.from_iterable(forest))
    told = {each: told_of(rows.values()) for each, rows in edits.items()}
    for tree in forest:
        members = [known[each] for each in tree]
        first = next((each.id for each in members if each.status == "active"), None)
        if first and first in ids:
            told[first] = told_of(edits.get(first, {}).values(), first, members)
    return {each: one for each, one in told.items() if one != UNTOUCHED}


def told_of(edits: Iterable[FieldEdit], leading: str | None = None, tree: Iterable[Listed] = ()) -> Stewarded:
    """What a document tells of edits, and of the further sources of the tree that its listing leads."""
    members = list(tree)
    own = {each.name for each in members if each.id == leading}
    also: dict[str, dt.date | None] = {}
    for each in members:
        if each.status == "merged" and each.name not in own:
            also.setdefault(each.name, each.as_of)
    days = sorted((each.field, each.edited_at.date()) for each in edits)
    return Stewarded(edited=tuple(days), also_from=tuple(also.items()))


def listed(session: Session, ids: Iterable[str]) -> dict[str, Listed]:
    """These listings with the names of their sources."""
    query = select(Listing.id, Listing.status, Source.name, Listing.as_of)
    query = query.join(Source, Source.id == Listing.source_id)
    found: dict[str, Listed] = {}
    for chunk in in_chunks(ids):
        found |= {row[0]: Listed(*row) for row in session.execute(query.where(Listing.id.in_(chunk)))}
    return found
