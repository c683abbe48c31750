"""What a steward is told: of changes that wait for a word, of a source that keeps failing. Pure.

Listings are public: mail may name them.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence

from directory.intake.changed import merged
from directory.intake.contract import RunReport
from directory.mail.message import LONGEST_SUBJECT, Mail

MOST_LISTED = 40
"""Listings of each kind that one mail names."""


def change_notice(reports: Sequence[RunReport], *, to: str, title: str, last_run: str | None) -> Mail | None:
    """One mail with what a dry run found; None when nothing changes or the file cannot be believed.

    The same changes to the same state of the directory (its last run) have the same key, and are mailed once.
    """
    told = [each for each in reports if each.changes and each.changes.total]
    if not told or any(each.status != "complete" for each in reports):
        return None
    first = reports[0]
    whole = merged([each.changes for each in told if each.changes])
    key = hashlib.sha256(f"{first.importer} {first.feed} {last_run} {whole.digest}".encode()).hexdigest()
    name = _named(first.importer, first.feed)
    return Mail(
        to=to,
        subject=f"{title} ({name}): {whole.in_short()}"[:LONGEST_SUBJECT],
        body="\n".join(_lines(told, name)) + "\n",
        kind="source_changes",
        dedupe_key=f"source_changes {key}",
    )


def failing_notice(
    *, importer: str, feed: str, to: str, failures: int, message: str | None, last_good_at: dt.datetime | None
) -> Mail:
    """One mail when a source keeps failing; the next one only after it was well again in between."""
    name = _named(importer, feed)
    well = f"{last_good_at:%Y-%m-%d %H:%M:%S} UTC" if last_good_at else "never"
    lines = [
        f"The source {name} failed {failures} times in a row. No listing was withdrawn because of it.",
        "",
        f"The last time it went well: {well}",
        f"What went wrong now: {message or 'see the log'}",
        "",
        "To look at it, and to try again:",
        "",
        "    directory source list",
        f"    directory source run {importer}{_feed_option(feed)}",
    ]
    since = last_good_at.isoformat() if last_good_at else "never"
    key = hashlib.sha256(f"{name} {since}".encode()).hexdigest()
    return Mail(
        to=to,
        subject=f"{name} keeps failing"[:LONGEST_SUBJECT],
        body="\n".join(lines) + "\n",
        kind="source_failing",
        dedupe_key=f"source_failing {key}",
    )


def _lines(told: Sequence[RunReport], name: str) -> list[str]:
    lines = [f"The source {name} has changes. Nothing was written to the directory yet.", ""]
    for report in told:
        if report.changes:
            lines += [f"Part: {report.part}", ""] if report.part else []
            lines += [*report.changes.lines(MOST_LISTED), ""]
        if report.rejected:
            lines += [f"Rows that cannot be read: {report.rejected:,}", ""]
        lines += [f"Note: {each}" for each in report.warnings]
    first = told[0]
    command = f"    directory source run {first.importer}{_feed_option(first.feed)} --apply"
    return [*lines, "To bring them in:", "", command]


def _named(importer: str, feed: str) -> str:
    return importer if feed == "default" else f"{importer} / {feed}"


def _feed_option(feed: str) -> str:
    """What `directory source` must be told of a feed, with a blank before it."""
    return "" if feed == "default" else f" --feed {feed}"
