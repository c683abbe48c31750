"""Listings that are one place, merged and taken apart by people (PRODUCT I6). Nothing here commits."""

import json
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.errors import QueryInvalid
from directory.listings.store_load import load_records
from directory.listings.store_overrides import hold, live_merges, source_records, subject_id
from directory.listings.tables import (
    KeptApart,
    Listing,
    ListingDocument,
    ListingMerge,
    ServiceAtLocation,
)
from directory.phrases import N_, Phrase
from directory.stewardship.desk import Desk, Known, Outcome, known
from directory.stewardship.merging import Side, root, why_not


def merge(
    session: Session, desk: Desk, kept_id: str, merged_ids: Sequence[str], *, reason: str | None = None
) -> Outcome:
    """Lets one listing stand for others too. What is merged into it already stays so.

    Raises `ListingNotFound`, and `QueryInvalid` with the reason why two cannot be one.
    """
    hold(session, alone=True)
    kept = known(session, kept_id)
    changed = False
    for merged_id in dict.fromkeys(merged_ids):
        merged = known(session, merged_id)
        merged_into = _merged_into(session, [kept_id, merged_id])
        if merged_into.get(merged_id) == kept_id:
            continue
        if refused := why_not(_side(session, kept), _side(session, merged), merged_into):
            raise QueryInvalid(refused)
        if apart := _live_pair(session, kept_id, merged_id):
            apart.ended_at, apart.ended_by = desk.now, desk.by
        session.add(
            ListingMerge(
                kept_id=kept_id,
                merged_id=merged_id,
                reason=reason,
                merged_by=desk.by,
                merged_at=desk.now,
            )
        )
        session.flush()
        changed = True
    if changed:
        desk.store(session, [kept_id])
    warnings = tuple(_hidden_by_merging(session, kept)) if changed else ()
    return Outcome(changed=changed, listings=(kept_id, *merged_ids), warnings=warnings)


def unmerge(session: Session, desk: Desk, merged_id: str) -> Outcome:
    """Takes a merge back: both listings are again what they were. Without one, changes nothing."""
    hold(session, alone=True)
    known(session, merged_id)
    row = next((each for each in live_merges(session, [merged_id]) if each.merged_id == merged_id), None)
    if row is None:
        return Outcome(changed=False, listings=(merged_id,))
    row.undone_at, row.undone_by = desk.now, desk.by
    session.flush()
    desk.store(session, [row.kept_id, merged_id])
    return Outcome(changed=True, listings=(row.kept_id, merged_id))


def keep_apart(
    session: Session, desk: Desk, one_id: str, other_id: str, *, reason: str | None = None
) -> Outcome:
    """Notes that two listings are two, so that they are not proposed again."""
    hold(session, alone=True)
    first, second = sorted(known(session, each).id for each in (one_id, other_id))
    if first == second:
        raise QueryInvalid(N_("These are not two listings, but the same one twice."))
    merged_into = _merged_into(session, [first, second])
    if root(first, merged_into) == root(second, merged_into):
        raise QueryInvalid(N_("These two are merged: unmerge them first."))
    if _live_pair(session, first, second):
        return Outcome(changed=False, listings=(first, second))
    session.add(
        KeptApart(first_id=first, second_id=second, reason=reason, decided_by=desk.by, decided_at=desk.now)
    )
    session.flush()
    return Outcome(changed=True, listings=(first, second))


def kept_apart(session: Session) -> frozenset[tuple[str, str]]:
    """The pairs that people keep apart, the smaller id first."""
    query = select(KeptApart.first_id, KeptApart.second_id).where(KeptApart.ended_at.is_(None))
    return frozenset((first, second) for first, second in session.execute(query))


def _live_pair(session: Session, one_id: str, other_id: str) -> KeptApart | None:
    first, second = sorted((one_id, other_id))
    query = select(KeptApart).where(KeptApart.first_id == first, KeptApart.second_id == second)
    return session.scalars(query.where(KeptApart.ended_at.is_(None))).one_or_none()


def _merged_into(session: Session, ids: Sequence[str]) -> dict[str, str]:
    return {each.merged_id: each.kept_id for each in live_merges(session, ids)}


def _side(session: Session, listing: Known) -> Side:
    text = session.scalar(select(ListingDocument.document).where(ListingDocument.listing_id == listing.id))
    name = json.loads(text)["name"] if text else listing.id
    return Side(listing.id, name, listing.is_example, listing.status in ("active", "merged"))


def _hidden_by_merging(session: Session, kept: Known) -> list[Phrase]:
    """Says when the kept listing's address is shown less than its source shows it, and who else shows it."""
    source, record = (load(session, [kept.id])[kept.id] for load in (source_records, load_records))
    place = subject_id(kept.origin, source, "place")
    shown = [each.place.visibility for each in (source, record) if each.place]
    if place is None or len(set(shown)) < 2:
        return []
    told = [Phrase(N_("The address is no longer shown whole: a merged listing keeps it private."))]
    at_place = select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id == place)
    query = select(func.count()).select_from(Listing).where(Listing.service_id.in_(at_place))
    query = query.where(Listing.status == "active", Listing.id != kept.id)
    if count := session.scalar(query):
        words = (
            N_("%(num)s other listing at that place still shows it: edit its location.visibility."),
            N_("%(num)s other listings at that place still show it: edit their location.visibility."),
        )
        told.append(Phrase(words[0], {"num": count}, plural=words[1]))
    return told
