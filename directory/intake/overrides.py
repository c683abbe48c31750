"""Imports keep what people decided: edits are laid on what a source says anew, merges are followed.

Runs in the transaction of the batch, after its rows are written, for those of its listings that people
touched. Where a source says something else than it did when a field was edited, that is noted as a conflict,
once for each thing that it says; nobody's edit is overwritten.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import Geocoder
from directory.geo.locate import county_of_location, place_record
from directory.listings import store_effective as effective
from directory.listings import store_overrides as overrides
from directory.listings.edits import FIELDS, judge, readable, said
from directory.listings.merging import restricted
from directory.listings.record import ListingRecord
from directory.listings.store import Placed
from directory.listings.store_load import load_records
from directory.listings.store_rows import Origin
from directory.listings.tables import EditConflict, FieldEdit
from directory.listings.visibility import Deriver
from directory.phrases import N_, Phrase


@dataclass(kw_only=True)
class Overrides:
    """Keeps the decisions of people through one run, and notes what happened to them: `conflicts` and
    `settled` edits, those that this version cannot read (`left_out`), the names of merged listings that are
    `back`."""

    sessions: sessionmaker[Session]
    origin: Origin
    run_id: str
    taxonomy: Deriver
    gazetteer: Gazetteer
    geocoder: Geocoder | None
    now: dt.datetime
    conflicts: int = 0
    settled: int = 0
    left_out: set[int] = field(default_factory=set)
    back: list[str] = field(default_factory=list)

    @contextmanager
    def storing(self, ids: Collection[str]) -> Iterator[Session]:
        """A transaction in which these listings may be stored or withdrawn, committed at its end.

        Where some are merged with listings of other sources, no other import stores anything meanwhile.
        """
        counted = self.conflicts, self.settled, len(self.back)
        alone = False
        while True:
            with self.sessions.begin() as session:
                if ids:
                    overrides.hold(session, alone=alone)
                if alone or not ids or not self._reaches_out(session, ids):
                    try:
                        yield session
                    except BaseException:  # nothing of it is stored
                        self.conflicts, self.settled = counted[:2]
                        del self.back[counted[2] :]
                        raise
                    return
            alone = True

    def _reaches_out(self, session: Session, ids: Collection[str]) -> bool:
        if session.get_bind().dialect.name == "sqlite":  # there is one writer anyway
            return False
        return overrides.has_overrides(session, self.origin.source_id) and bool(
            overrides.live_merges(session, ids)
        )

    def follow(self, session: Session, placed: Sequence[Placed]) -> None:
        """Lays on the edits and follows the merges of the listings that were just stored as their source
        gives them."""
        if not placed or not overrides.has_overrides(session, self.origin.source_id):
            return
        records = {self.origin.id_of("listing", each.record.source_id): each.record for each in placed}
        edits = self._edits(session, records)
        merged = {
            end for each in overrides.live_merges(session, records) for end in (each.kept_id, each.merged_id)
        }
        touched = [key for key in records if edits.get(key) or key in merged]
        if not touched:
            return
        effective.save_sources(session, {key: records[key] for key in touched})
        judged = [(each, records[key]) for key in touched for each in edits.get(key, {}).values()]
        self.left_out |= {each.id for each, _ in judged if not readable(overrides.edit_of(each))}
        self._judge(session, judged, merged)
        self._store(session, touched)

    def follow_withdrawn(self, session: Session, ids: Sequence[str]) -> None:
        """Sees to what was merged with withdrawn listings: it comes back where it has to stand for itself."""
        if overrides.has_overrides(session, self.origin.source_id):
            self._store(session, [each for tree in overrides.trees_of(session, ids) for each in tree])

    def warnings(self) -> list[Phrase]:
        """What a steward should know of, a sentence each."""
        told = []
        if self.conflicts:
            told.append(
                Phrase(
                    N_(
                        "The source now says something else in %(num)s field that was edited here;"
                        " the edit was kept: see `directory edit --conflicts`."
                    ),
                    {"num": self.conflicts},
                    plural=N_(
                        "The source now says something else in %(num)s fields that were edited here;"
                        " the edits were kept: see `directory edit --conflicts`."
                    ),
                )
            )
        if self.left_out:
            told.append(
                Phrase(
                    N_("%(num)s edit made here cannot be read any more, and is left out: the log names it."),
                    {"num": len(self.left_out)},
                    plural=N_(
                        "%(num)s edits made here cannot be read any more, and are left out:"
                        " the log names them."
                    ),
                )
            )
        told += [
            Phrase(
                N_(
                    "%(name)s is listed by itself again: the listing it was merged into is no longer offered."
                ),
                {"name": each},
            )
            for each in self.back
        ]
        return told

    # --- edits ---

    def _edits(
        self, session: Session, records: Mapping[str, ListingRecord]
    ) -> dict[str, dict[str, FieldEdit]]:
        """Live edits by listing and field; a listing new at an edited place or body gets them too."""
        found = dict(overrides.live_edits(session, records))
        subjects = {key: self._subjects(record) for key, record in records.items()}
        shared = overrides.edits_of_subjects(
            session, self.origin.source_id, sorted(set(chain.from_iterable(subjects.values())))
        )
        for key, record in records.items():
            own = found.setdefault(key, {})
            for each in own.values():  # a source may give its places other keys: the edit goes along
                if each.field in FIELDS:
                    subject = FIELDS[each.field].subject
                    each.subject_id = overrides.subject_id(self.origin, record, subject) or each.subject_id
            for each in shared:
                if each.field in own or each.field not in FIELDS:
                    continue
                if overrides.subject_id(self.origin, record, FIELDS[each.field].subject) == each.subject_id:
                    own[each.field] = self._adopted(session, each, key, record)
        return found

    def _subjects(self, record: ListingRecord) -> list[str]:
        kinds = (
            overrides.subject_id(self.origin, record, each) for each in ("organization", "place", "virtual")
        )
        return [each for each in kinds if each]

    def _adopted(
        self, session: Session, edit: FieldEdit, listing_id: str, record: ListingRecord
    ) -> FieldEdit:
        own = FieldEdit(
            listing_id=listing_id,
            source_id=edit.source_id,
            subject_id=edit.subject_id,
            field=edit.field,
            value=edit.value,
            source_value=said(record, FIELDS[edit.field]),
            note=edit.note,
            edited_by=edit.edited_by,
            edited_at=edit.edited_at,
        )
        session.add(own)
        return own

    def _judge(
        self, session: Session, edits: Sequence[tuple[FieldEdit, ListingRecord]], merged: Collection[str]
    ) -> None:
        """Ends edits that the source has come to agree with, and notes what it says against others.

        Edits of merged listings go on: without them, other sources would fill what a person emptied.
        """
        session.flush()
        query = select(EditConflict).where(EditConflict.edit_id.in_([each.id for each, _ in edits]))
        noted: dict[int, list[EditConflict]] = {}
        for conflict in session.scalars(query.order_by(EditConflict.id)):
            noted.setdefault(conflict.edit_id, []).append(conflict)
        for edit, record in edits:
            if edit.field in FIELDS:
                incoming = said(record, FIELDS[edit.field])
                if not (edit.listing_id in merged and incoming == edit.value):
                    self._judge_one(session, edit, incoming, noted.get(edit.id, []))

    def _judge_one(
        self, session: Session, edit: FieldEdit, incoming: object, noted: Sequence[EditConflict]
    ) -> None:
        seen = [each.incoming_value for each in noted if each.resolution == "keep"]
        verdict = judge(overrides.edit_of(edit), incoming, seen)
        for each in noted:
            if each.resolved_at is None and (verdict != "conflict" or each.incoming_value != incoming):
                each.resolved_at, each.resolution = self.now, "gone"
        if verdict == "settled":
            edit.ended_at, edit.ended_why = self.now, "settled"
            self.settled += 1
        if verdict != "conflict":
            return
        known = next((each for each in noted if each.incoming_value == incoming), None)
        if known is None:
            session.add(
                EditConflict(
                    edit_id=edit.id,
                    listing_id=edit.listing_id,
                    incoming_value=incoming,
                    run_id=self.run_id,
                    at=self.now,
                )
            )
        elif known.resolved_at is not None:
            known.resolved_at = known.resolution = None
        else:
            return
        self.conflicts += 1

    # --- storing ---

    def _store(self, session: Session, ids: Sequence[str]) -> None:
        session.flush()
        turns = effective.store_effective(
            session, ids, taxonomy=self.taxonomy, place=self._place, now=self.now
        )
        self.back += [each.name for each in turns if each.is_back]

    def _place(self, record: ListingRecord) -> tuple[ListingRecord, str | None]:
        return put_on_map(record, self.gazetteer, self.geocoder)


def put_on_map(
    record: ListingRecord, gazetteer: Gazetteer, geocoder: Geocoder | None
) -> tuple[ListingRecord, str | None]:
    """A record placed, with the gazetteer's key of its county: what `store_effective` asks for."""
    placed = place_record(record, gazetteer, geocoder)
    return placed, county_of_location(placed.place, gazetteer) if placed.place else None


def comparable(
    session: Session, incoming: Mapping[str, ListingRecord]
) -> dict[str, tuple[ListingRecord, ListingRecord]]:
    """What the source said and says of stored listings, as far as either may be told: of an address that
    people hid, neither tells more than its document does."""
    stored, kept = load_records(session, list(incoming)), overrides.kept_records(session, incoming)
    found = {}
    for key, record in incoming.items():
        if key not in kept:
            found[key] = stored[key], record
            continue
        place = stored[key].place
        shown = place.visibility if place else "full"
        found[key] = restricted(kept[key] or stored[key], shown), restricted(record, shown)
    return found
