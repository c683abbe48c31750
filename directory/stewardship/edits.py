"""Fields of listings set by people over what sources say (PRODUCT I5). Nothing here commits.

An edit of a place or an organization is one decision for all listings of its source that share it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory.errors import QueryInvalid
from directory.listings.edit_text import find_field, read_value
from directory.listings.edits import FIELDS, VISIBILITY, Field, said, texts_that_name_the_street
from directory.listings.store_load import in_chunks, load_records
from directory.listings.store_overrides import (
    edits_of_subjects,
    hold,
    live_edits,
    source_records,
    subject_id,
    trees_of,
)
from directory.listings.store_rows import Origin
from directory.listings.tables import (
    EditConflict,
    FieldEdit,
    Listing,
    Service,
    ServiceAtLocation,
    Source,
    SourceRecord,
)
from directory.phrases import N_, Phrase
from directory.stewardship.desk import Desk, Known, Outcome, known

Ended = Literal["replaced", "undone", "taken"]
Resolution = Literal["keep", "take"]
MOST_TOLD = 500
"""Open conflicts that are listed; the next come up as these are decided."""


# --- deciding ---------------------------------------------------------------------------------------


def edit_field(
    session: Session, desk: Desk, listing_id: str, name: str, value: Any, *, note: str | None = None
) -> Outcome:
    """Sets a field of a listing to a JSON value, whatever its source says from now on.

    The same again changes nothing; what the source says anyway ends an edit and needs none. Raises
    `ListingNotFound` and `QueryInvalid`.
    """
    hold(session, alone=True)
    listing, field = known(session, listing_id), find_field(name)
    value = read_value(field, value, now=desk.now, taxonomy=desk.taxonomy)
    belongs, sharing = _subject(session, listing, field)
    before = {key: said(each, field) for key, each in source_records(session, sharing).items()}
    shown = {key: said(each, field) for key, each in load_records(session, sharing).items()}
    live = {key: row[name] for key, row in live_edits(session, sharing).items() if name in row}
    merged = set(chain.from_iterable(trees_of(session, sharing)))

    def is_said_anyway(key: str) -> bool:
        """Merged listings fill each other: there, what a source says is not what is shown."""
        return bool(before[key] == value) and key not in merged and not _holds_on(field, value)

    def is_new(key: str) -> bool:
        if key in live:
            return bool(live[key].value != value)
        return not is_said_anyway(key) and (shown[key] != value or _holds_on(field, value))

    wanting = [each for each in sharing if is_new(each)]
    if not wanting:
        return Outcome(changed=False, listings=tuple(sharing))
    _end(session, [live[each] for each in wanting if each in live], "replaced", "keep", desk)
    for each in wanting:
        if not is_said_anyway(each):
            session.add(
                FieldEdit(
                    listing_id=each,
                    source_id=listing.origin.source_id,
                    subject_id=belongs,
                    field=name,
                    value=value,
                    source_value=before[each],
                    note=note,
                    edited_by=desk.by,
                    edited_at=desk.now,
                )
            )
    desk.store(session, sharing)
    _check_point(session, listing_id, field, value)
    return Outcome(
        changed=True, listings=tuple(sharing), warnings=tuple(_told_anyway(session, listing_id, field, value))
    )


def undo_edit(session: Session, desk: Desk, listing_id: str, name: str) -> Outcome:
    """Takes an edit back: the source is believed again. Without an edit, changes nothing."""
    return _give_up(session, desk, listing_id, name, "undone")


def take_source(session: Session, desk: Desk, listing_id: str, name: str) -> Outcome:
    """Takes what the source says now, and ends the edit."""
    return _give_up(session, desk, listing_id, name, "taken")


def keep_edit(session: Session, desk: Desk, listing_id: str, name: str) -> Outcome:
    """Keeps the edit against what the source says now; nobody is asked again until it says something new."""
    hold(session, alone=True)
    rows = _decision(session, known(session, listing_id), find_field(name))
    sources = source_records(session, [each.listing_id for each in rows])
    changed = False
    for each in rows:
        said_now = said(sources[each.listing_id], FIELDS[name])
        changed = changed or each.source_value != said_now
        each.source_value = said_now
    _resolve(session, rows, "keep", desk)
    return Outcome(changed=changed, listings=tuple(each.listing_id for each in rows))


def _give_up(session: Session, desk: Desk, listing_id: str, name: str, why: Ended) -> Outcome:
    hold(session, alone=True)
    rows = _decision(session, known(session, listing_id), find_field(name))
    if not rows:
        return Outcome(changed=False)
    ids = [each.listing_id for each in rows]
    _end(session, rows, why, "take", desk)
    desk.store(session, ids)
    return Outcome(changed=True, listings=tuple(ids))


def _holds_on(field: Field, value: Any) -> bool:
    """A place that a person hid stays hidden when its source, which hides it too, changes its mind."""
    return field.name == VISIBILITY and value != "full"


def _end(session: Session, rows: Sequence[FieldEdit], why: Ended, how: Resolution, desk: Desk) -> None:
    for each in rows:
        each.ended_at, each.ended_why, each.ended_by = desk.now, why, desk.by
    _resolve(session, rows, how, desk)
    session.flush()  # before a new edit of the same field is added


def _resolve(session: Session, rows: Iterable[FieldEdit], how: Resolution, desk: Desk) -> None:
    for chunk in in_chunks(each.id for each in rows):
        query = select(EditConflict).where(EditConflict.edit_id.in_(chunk))
        for each in session.scalars(query.where(EditConflict.resolved_at.is_(None))):
            each.resolved_at, each.resolution, each.resolved_by = desk.now, how, desk.by


# --- whose field it is --------------------------------------------------------------------------------


def _subject(session: Session, listing: Known, field: Field) -> tuple[str, list[str]]:
    """What the field belongs to, and all listings of the source that share it, the given one first."""
    record = source_records(session, [listing.id])[listing.id]
    belongs = subject_id(listing.origin, record, field.subject)
    if belongs is None:
        raise QueryInvalid(
            Phrase(N_("This listing has no %(part)s to edit."), {"part": field.name.partition(".")[0]})
        )
    if field.subject == "listing":
        return belongs, [listing.id]
    candidates = _candidates(session, listing.origin, belongs, field)
    records = source_records(session, [each for each in candidates if each != listing.id])
    sharing = (
        key for key, each in records.items() if subject_id(listing.origin, each, field.subject) == belongs
    )
    return belongs, [listing.id, *sharing]


def _candidates(session: Session, origin: Origin, belongs: str, field: Field) -> list[str]:
    query: Select[str] = select(Listing.id).where(Listing.source_id == origin.source_id)
    if field.subject == "organization":
        at = query.join(Service, Service.id == Listing.service_id).where(Service.organization_id == belongs)
    else:
        places = select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id == belongs)
        at = query.where(Listing.service_id.in_(places))
    kept = query.join(SourceRecord, SourceRecord.listing_id == Listing.id)
    return list(dict.fromkeys(chain(session.scalars(at), session.scalars(kept))))


def _decision(session: Session, listing: Known, field: Field) -> list[FieldEdit]:
    """The live edits that were made with the one of this listing and field, that one first."""
    own = live_edits(session, [listing.id]).get(listing.id, {}).get(field.name)
    if own is None:
        return []
    shared = edits_of_subjects(session, listing.origin.source_id, [own.subject_id])
    return [own, *(each for each in shared if each.field == field.name and each.id != own.id)]


# --- what the editor is told ----------------------------------------------------------------------------


def _check_point(session: Session, listing_id: str, field: Field, value: Any) -> None:
    if field.name != "location.coordinates" or not value:
        return
    if said(load_records(session, [listing_id])[listing_id], field) != value:
        raise QueryInvalid(
            N_("These coordinates cannot stand: they lie outside the state, or the address is not shown.")
        )


def _told_anyway(session: Session, listing_id: str, field: Field, value: Any) -> list[Phrase]:
    if not _holds_on(field, value):
        return []
    record = load_records(session, [listing_id])[listing_id]
    return [
        Phrase(N_("The street is still named in %(field)s: please edit that too."), {"field": each})
        for each in texts_that_name_the_street(record)
    ]


# --- looking --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldNow:
    """A field of a listing as it is shown, as its source has it, and what people did to it."""

    field: Field
    value: Any
    source_value: Any
    edit: FieldEdit | None
    conflict: EditConflict | None


def fields_of(session: Session, listing_id: str) -> list[FieldNow]:
    """All editable fields of a listing that it has the parts for. Raises `ListingNotFound`."""
    listing = known(session, listing_id)
    record, source = (load(session, [listing_id])[listing_id] for load in (load_records, source_records))
    edits = live_edits(session, [listing_id]).get(listing_id, {})
    conflicts = {each.edit_id: each for each, *_ in open_conflicts(session, listing_id)}
    return [
        FieldNow(
            field,
            said(record, field),
            said(source, field),
            edit := edits.get(name),
            conflicts.get(edit.id) if edit else None,
        )
        for name, field in FIELDS.items()
        if subject_id(listing.origin, source, field.subject)
    ]


def open_conflicts(
    session: Session, listing_id: str | None = None, *, most: int = MOST_TOLD
) -> list[tuple[EditConflict, FieldEdit, str]]:
    """Conflicts that nobody decided yet, oldest first, at most so many: each with its edit and its source's
    name."""
    query = select(EditConflict, FieldEdit, Source.name).join(FieldEdit, FieldEdit.id == EditConflict.edit_id)
    query = query.join(Source, Source.id == FieldEdit.source_id).where(*_OPEN)
    if listing_id:
        query = query.where(EditConflict.listing_id == listing_id)
    query = query.order_by(EditConflict.id).limit(most)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def count_conflicts(session: Session) -> int:
    """How many conflicts nobody decided yet."""
    query = select(func.count()).select_from(EditConflict)
    return session.scalar(query.join(FieldEdit, FieldEdit.id == EditConflict.edit_id).where(*_OPEN)) or 0


_OPEN = EditConflict.resolved_at.is_(None), FieldEdit.ended_at.is_(None)


def history_of(session: Session, listing_id: str) -> list[FieldEdit]:
    """Every edit that a listing ever had, newest first."""
    query = select(FieldEdit).where(FieldEdit.listing_id == listing_id)
    return list(session.scalars(query.order_by(FieldEdit.id.desc())))
