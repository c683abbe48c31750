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
from directory.listings.store_sql import Values, driver_rows
from directory.listings.visibility import Deriver, SourceNote, public_view

OFFERED: frozenset[ServiceStatus] = frozenset({"active", "temporarily closed"})
"""HSDS service statuses under which a listing is found and shown; a closed door is worth knowing of."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record ready to be stored: placed on the map, hashed as its source gave it.

    `is_new`: there are no rows of it yet. `county` is the gazetteer's key of the county it is in.
    """

    record: ListingRecord
    content_hash: str
    part: str
    is_new: bool
    county: str | None = None


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """The rows of a batch, made without the database, so that the write lock is held for writing only."""

    rows: Mapping[str, list[Values]]
    """Table name to its rows as the driver takes them."""
    keys: Mapping[str, list[str]]
    """Ids of the batch's organizations and locations."""
    ids: tuple[str, ...]
    updated_services: tuple[str, ...]
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
) -> PreparedBatch:
    """All rows of the batch's listings with their documents, as the dialect takes them. Opens nothing."""
    identities = [identify(each.record, origin) for each in batch]
    rows = rows_of(
        ((each.record, identity) for each, identity in zip(batch, identities, strict=True)), origin
    )
    for placed, identity in zip(batch, identities, strict=True):
        document = public_view(
            placed.record, identity=identity, source=note, taxonomy=taxonomy, county=placed.county
        )
        rows["listing"].append(_listing_row(placed, document, origin, note, (now, now, run_id)))
        rows["listing_document"].append((identity.id, to_json(document)))
    return PreparedBatch(
        rows={name: driver_rows(name, each, dialect) for name, each in rows.items()},
        keys={name: [row[0] for row in rows.get(name, ())] for name in ("organization", "location")},
        ids=tuple(each.id for each in identities),
        updated_services=tuple(
            identity.service_id for each, identity in zip(batch, identities, strict=True) if not each.is_new
        ),
        now=now,
    )


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
            "active" if record.service.status in OFFERED else "inactive",
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
