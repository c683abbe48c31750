"""A batch of records made into rows and documents before the database is touched, so that its write lock is
held for writing only."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect

from directory.database import to_json
from directory.listings.record import ListingRecord, ServiceStatus
from directory.listings.store_rows import Origin, arranger, identify, rows_of
from directory.listings.store_sql import DriverRows, Values, driver_rows
from directory.listings.visibility import UNTOUCHED, Deriver, SourceNote, Stewarded, public_view

OFFERED: frozenset[ServiceStatus] = frozenset({"active", "temporarily closed"})
"""HSDS service statuses under which a listing is found and shown; a closed door is worth knowing of."""

SHARED = ("organization", "location", "program", "unit")
"""Tables whose rows several listings of a source may have in common."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record ready to be stored: placed on the map, hashed as its source gave it.

    `is_new`: there is no listing of it yet; where there is one, storing it as new is an `IntegrityError`.
    `county` is the gazetteer's key of the county it is in.
    """

    record: ListingRecord
    content_hash: str
    part: str
    is_new: bool
    county: str | None = None
    status: str | None = None
    """What the listing is, where that does not follow from the record: `merged`, `withdrawn`."""
    stewarded: Stewarded = UNTOUCHED


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """The rows of a batch, made without the database, so that the write lock is held for writing only."""

    rows: Mapping[str, DriverRows]
    """Table name to its rows as the driver takes them."""
    shared: Mapping[str, list[str]]
    """Ids of the rows that other listings may have brought already, by table."""
    ids: tuple[str, ...]
    updated: Mapping[str, tuple[str, ...]]
    """`listing` and `service` ids of what was stored before."""
    removed: tuple[str, ...]
    """Ids of those that are not found: not offered, or merged into others."""
    now: dt.datetime


def prepare_batch(
    batch: Sequence[Placed],
    *,
    origin: Origin,
    note: SourceNote,
    taxonomy: Deriver,
    run_id: str,
    now: dt.datetime,
    dialect: Dialect,
    seen: dt.datetime | None = None,
) -> PreparedBatch:
    """All rows of the batch's listings with their documents, as the dialect takes them. Opens nothing.

    `seen`: when their source was last seen to have them; None is `now`.
    """
    identities = [identify(each.record, origin) for each in batch]
    rows = rows_of(
        ((each.record, identity) for each, identity in zip(batch, identities, strict=True)), origin
    )
    for placed, identity in zip(batch, identities, strict=True):
        document = public_view(
            placed.record,
            identity=identity,
            source=note,
            taxonomy=taxonomy,
            county=placed.county,
            stewarded=placed.stewarded,
        )
        rows["listing"].append(_listing_row(placed, document, origin, note, (now, seen or now, run_id)))
        rows["listing_document"].append((identity.id, to_json(document)))
    known = [identity for each, identity in zip(batch, identities, strict=True) if not each.is_new]
    return PreparedBatch(
        rows={name: driver_rows(name, each, dialect) for name, each in rows.items()},
        shared={name: [row[0] for row in rows[name]] for name in SHARED if name in rows},
        ids=tuple(each.id for each in identities),
        updated={
            "listing": tuple(each.id for each in known),
            "service": tuple(each.service_id for each in known),
        },
        removed=tuple(
            identity.id
            for each, identity in zip(batch, identities, strict=True)
            if status_of(each) != "active"
        ),
        now=now,
    )


def status_of(placed: Placed) -> str:
    """The listing's status: what people made of it, else what the record says."""
    return placed.status or ("active" if placed.record.service.status in OFFERED else "inactive")


def _listing_row(
    placed: Placed, document: Mapping[str, Any], origin: Origin, note: SourceNote, sight: Values
) -> Values:
    record = placed.record
    return _arrange_listing(
        (
            document["id"],
            origin.source_id,
            placed.part,
            record.source_id,
            document["service_id"],
            record.kind,
            record.attendance,
            record.is_example,
            status_of(placed),
            placed.content_hash,
            document["latitude"],
            document["longitude"],
            placed.county,
            record.visible_from,
            record.visible_to,
            note.as_of,
            note.as_of,
            *sight,
        )
    )


_arrange_listing = arranger(
    "listing",
    (
        *(
            "id",
            "source_id",
            "part",
            "source_key",
            "service_id",
            "kind",
            "attendance",
            "is_example",
            "status",
        ),
        *("content_hash", "latitude", "longitude", "county", "visible_from", "visible_to"),
        *("as_of", "indexed_as_of", "changed_at", "last_seen_at", "last_run_id"),
    ),
)
