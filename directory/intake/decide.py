"""What becomes of a record, and whether a whole reading can be believed. Pure."""

import datetime as dt
from typing import Literal

from directory.phrases import N_, Phrase

Decision = Literal["insert", "update", "refresh", "unchanged"]

REFRESH_DAYS = 28
"""A listing that stands unchanged in files so much newer than its document has its document written anew, for
its freshness to count in searches. Day by day would index a daily feed again every day."""

LARGEST_LOSS = 0.3
"""A whole reading may have this share of listings fewer than the last one."""
SMALL_LOSS = 10
"""So many fewer are never too many: small feeds come and go by handfuls."""


def decide(
    *,
    record_hash: str,
    as_of: dt.date | None,
    existing_hash: str | None,
    existing_status: str = "active",
    indexed_as_of: dt.date | None = None,
) -> Decision:
    """What to do with a record; `existing_hash` None when there is no listing of its id.

    `refresh` is for the counters an unchanged listing: the source says the same, in a newer file. A listing
    that was withdrawn and is there again is updated, whether or not it changed meanwhile.
    """
    if existing_hash is None:
        return "insert"
    if existing_hash != record_hash or existing_status == "withdrawn":
        return "update"
    if as_of is None or (indexed_as_of is not None and (as_of - indexed_as_of).days < REFRESH_DAYS):
        return "unchanged"
    return "refresh"


def doubt(*, listed: int, minimum: int, last_listed: int | None) -> Phrase | None:
    """Why a whole reading is implausible, so that nothing may be withdrawn on its word; None if it is not.

    `listed` counts its distinct listings, `minimum` is what its importer expects at least, `last_listed`
    what the last complete reading of the same part had (PRODUCT I3).
    """
    if listed < minimum:
        message = N_(
            "The file has %(listed)d listings; at least %(minimum)d were expected. Nothing was withdrawn."
        )
        return Phrase(message, {"listed": listed, "minimum": minimum})
    lost = (last_listed or 0) - listed
    if last_listed and lost > SMALL_LOSS and lost > LARGEST_LOSS * last_listed:
        message = N_("The file has %(listed)d listings; the last one had %(last)d. Nothing was withdrawn.")
        return Phrase(message, {"listed": listed, "last": last_listed})
    return None
