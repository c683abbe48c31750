"""What the rows of a batch are, and how they count. Opens nothing."""

from collections.abc import Sequence
from dataclasses import replace

from directory.intake.batch import COUNTER_OF, SAME_ID, TOO_LONG, Batch, Item, named, refusal
from directory.intake.contract import RejectionLike, RunReport
from directory.listings.identity import canonical, text_hash
from directory.listings.record import ListingRecord
from directory.listings.store_rows import Origin

LONGEST_RECORD = 2_000_000
"""Characters of all that a row says: many times a service area drawn in detail, but no file in a cell."""


def sort_rows(
    rows: Sequence[ListingRecord | RejectionLike], first: int, origin: Origin, seen: dict[str, str]
) -> Batch:
    """Rejections, copies of rows read before, and records to look at. `first` is the number of the first row;
    `seen` (listing id to content hash of all rows read) grows. A record that is too long is seen too: its
    source has not taken it off."""
    batch = Batch(len(rows))
    for number, row in enumerate(rows, start=first):
        if not isinstance(row, ListingRecord):
            batch.refused.append(refusal(row.row, row.reason, row.values))
            continue
        key, text = origin.id_of("listing", row.source_id), canonical(row)
        digest = text_hash(text)
        if len(text) > LONGEST_RECORD:
            seen.setdefault(key, digest)
            batch.refused.append(refusal(number, TOO_LONG, named(row)))
            batch.kept.append(key)
            continue
        before = seen.get(key)
        if before is None:
            seen[key] = digest
            batch.items.append(Item(number, key, row, digest))
        elif before == digest:
            batch.copies += 1
        else:
            batch.refused.append(refusal(number, SAME_ID, named(row)))
    return batch


def counted(report: RunReport, batch: Batch) -> RunReport:
    """The report with a batch more."""
    counts = {name: getattr(report, name) for name in ("inserted", "updated", "unchanged", "rejected")}
    for item in batch.items:
        counts[COUNTER_OF[item.decision]] += 1
    counts["unchanged"] += batch.copies
    counts["rejected"] += len(batch.refused)
    return replace(report, read=report.read + batch.rows, **counts)
