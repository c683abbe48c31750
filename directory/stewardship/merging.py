"""Which listings may be merged into which. Pure; what follows from a merge is in `listings/merging.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory.phrases import N_, Phrase


@dataclass(frozen=True, slots=True)
class Side:
    """One of two listings that may be one. `is_offered`: its source still has it and says that it is open."""

    id: str
    name: str
    is_example: bool = False
    is_offered: bool = True


def root(listing_id: str, merged_into: Mapping[str, str]) -> str:
    """What a listing is merged into in the end; itself when it is not merged."""
    while listing_id in merged_into:
        listing_id = merged_into[listing_id]
    return listing_id


def why_not(kept: Side, merged: Side, merged_into: Mapping[str, str]) -> Phrase | None:
    """Why `merged` may not be merged into `kept`; None if it may. `merged_into` holds the merges there are.

    A chain is no fault: what is merged into a merged listing goes where that goes.
    """
    names = {"kept": kept.name, "merged": merged.name}
    if kept.id == merged.id:
        return Phrase(N_("A listing cannot be merged into itself."))
    if root(kept.id, merged_into) == merged.id:
        return Phrase(N_("%(kept)s is merged into %(merged)s already: unmerge it first."), names)
    if merged.id in merged_into:
        return Phrase(N_("%(merged)s is merged into another listing already: unmerge it first."), names)
    if kept.is_example != merged.is_example:
        return Phrase(N_("One of them is an invented example: it cannot be merged with a real listing."))
    if not kept.is_offered:
        return Phrase(N_("%(kept)s is no longer offered: keep the other one."), names)
    return None
