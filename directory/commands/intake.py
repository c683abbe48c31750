"""Listings coming in: `importers`, `import`, `runs`, `rejections`."""

import contextlib
import datetime as dt
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from directory import csv_cells
from directory.commands.instance import Instance
from directory.commands.output import IsoDate, json_option, print_json, print_table, progress_bar, say
from directory.errors import QueryInvalid, SourceBroken
from directory.geo.geocoders import make_geocoder
from directory.intake import runlog
from directory.intake.changed import merged
from directory.intake.contract import RunReport
from directory.intake.run import BUSY, run_import
from directory.intake.sources import id_of_source, source_lock
from directory.intake.tables import ImportRun
from directory.listings.tables import Source
from directory.operations.fetching import FeedSettings, is_url, source_file
from directory.operations.refreshing import refresh_index
from directory.phrases import Phrase
from importers.contract import Importer, SourceFile
from importers.registry import all_importers, importer

COUNTED = ("read", "inserted", "updated", "unchanged", "rejected", "withdrawn")
SHOWN_RUNS = 20
BROKEN = frozenset({"broken", "implausible"})
"""Runs that withdrew nothing because the source cannot be believed: exit 3."""


@click.command()
@json_option
def importers(*, as_json: bool) -> None:
    """Every importer: name, kind, title, publisher, licence, formats, needs a key?"""
    known = all_importers()
    rows = [
        {
            "importer": each.name,
            "kind": each.kind,
            "title": each.title,
            "publisher": each.publisher,
            "licence": each.licence,
            "formats": list(each.formats),
            "needs_key": each.needs_key,
        }
        for each in known
    ]
    if as_json:
        print_json({"importers": rows})
    else:
        print_table(
            ["importer", "kind", "title", "formats", "licence"],
            [[each.name, each.kind, each.title, ", ".join(each.formats), each.licence] for each in known],
        )


@click.command("import")
@click.argument("importer_name", metavar="IMPORTER")
@click.argument("source", metavar="[PATH-OR-URL]", required=False)
@click.option("--feed", default="default", show_default=True, help="Which of this importer's feeds it is.")
@click.option("--timezone", help="IANA zone of a feed that names none, such as America/New_York.")
@click.option("--fellowship", help="Code of the fellowship whose feed it is, such as aa.")
@click.option("--as-of", type=IsoDate(), help="The date that the file speaks of, such as 2026-10-31.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--diff", is_flag=True, help="With --dry-run: what would change, listing by listing.")
@click.option("--limit", type=click.IntRange(min=1), help="Read so many rows; withdraws nothing.")
@click.option("--accept-loss", is_flag=True, help="Believe a file with far fewer listings than the last one.")
@json_option
@click.pass_obj
def import_(
    instance: Instance, /, importer_name: str, source: str | None, diff: bool, as_json: bool, **given: Any
) -> None:
    """One run of IMPORTER over a file or an address (default: its bundled sample)."""
    options = {name: given.pop(name) for name in ("dry_run", "limit", "accept_loss")}
    if diff and not options["dry_run"]:
        raise QueryInvalid(Phrase("--diff needs --dry-run."))
    chosen = importer(importer_name)
    reports: list[RunReport] = []
    with alone(instance, chosen, _feeds(chosen, source, given["feed"], dry_run=options["dry_run"])):
        for file in _files(instance, chosen, source, FeedSettings(**given)):
            reports += import_file(instance, chosen, file, **options)
    if not options["dry_run"]:
        with progress_bar("Search index") as tick:
            refresh_index(instance, tick)
    print_reports(reports, diff=diff, as_json=as_json)


@contextlib.contextmanager
def alone(instance: Instance, chosen: Importer, feeds: Collection[str]) -> Iterator[None]:
    """Nobody else fetches or imports these feeds meanwhile. Raises `SourceBroken` if somebody does.

    The job that keeps sources fresh then leaves them for later: it is no failure of theirs.
    """
    with contextlib.ExitStack() as held:
        for each in sorted(feeds):
            if not held.enter_context(source_lock(instance.database, id_of_source(chosen.name, each))):
                raise SourceBroken(Phrase(BUSY))
        yield


def _feeds(chosen: Importer, source: str | None, feed: str, *, dry_run: bool) -> set[str]:
    """The feeds that are written, or fetched into their folder. A dry run of a file is in nobody's way."""
    if source is not None and is_url(source):
        return {feed}
    if dry_run:
        return set()
    return {feed} if source is not None else {each.feed for each in chosen.samples()}


def _files(
    instance: Instance, chosen: Importer, source: str | None, feed: FeedSettings
) -> Sequence[SourceFile]:
    if source is None:
        if not (samples := chosen.samples()):
            raise QueryInvalid(
                Phrase("%(name)s has no bundled sample: name a file or an address.", {"name": chosen.name})
            )
        return samples
    with progress_bar(f"{chosen.title}: fetching") as tick:
        return [source_file(instance.settings, chosen, source, feed, progress=tick)]


def import_file(
    instance: Instance,
    chosen: Importer,
    file: SourceFile,
    *,
    dry_run: bool = False,
    limit: int | None = None,
    accept_loss: bool = False,
) -> list[RunReport]:
    """One run over one file, with a progress bar. Interrupted, it keeps what it had committed."""
    with progress_bar(chosen.title) as tick:
        return run_import(
            instance.sessions,
            chosen,
            file,
            gazetteer=instance.gazetteer,
            taxonomy=instance.taxonomy,
            geocoder=make_geocoder(instance.settings),
            now=dt.datetime.now(dt.UTC),
            dry_run=dry_run,
            limit=limit,
            accept_loss=accept_loss,
            progress=tick,
        )


def print_reports(reports: Sequence[RunReport], *, diff: bool, as_json: bool) -> None:
    """What an import came to; exits with 3 if its source cannot be believed."""
    if as_json:
        print_json(_one_object(reports))
    else:
        for report in reports:
            print_report(report, diff=diff)
    if any(each.status in BROKEN for each in reports):
        sys.exit(3)


def _one_object(reports: Sequence[RunReport]) -> dict[str, Any]:
    """The run as INTERFACES has it; a file that covers several parts has the sums, and `runs` with each."""
    if len(reports) == 1:
        return reports[0].as_json()
    rows = [each.as_json() for each in reports]
    whole = dict(rows[0]) if rows else {}
    whole |= {name: sum(row[name] for row in rows) for name in (*COUNTED, "seconds")}
    if "changes" in whole:
        whole["changes"] = merged([each.changes for each in reports if each.changes]).as_json()
    whole |= {"part": None, "warnings": [each for row in rows for each in row["warnings"]], "runs": rows}
    return whole


def report_line(report: RunReport) -> str:
    """What a run came to, in one line."""
    name = f"{report.importer}{'/' + report.part if report.part else ''}"
    counts = ", ".join(f"{word} {getattr(report, word):,}" for word in COUNTED)
    return f"{name}: {counts} ({report.seconds:.1f} s)"


def print_report(report: RunReport, *, diff: bool = False) -> None:
    """What a run came to, its warnings, and what to do about them; with `diff` every change."""
    click.echo(report_line(report))
    if report.is_dry and report.changes:
        click.echo(f"  A dry run: nothing was written. What it would bring: {report.changes.in_short()}.")
        for line in report.changes.lines() if diff else report.changes.lines_of("withdrawn"):
            click.echo(f"  {line}")
    for warning in report.warnings:
        say(f"  warning: {warning}")
    if report.rejected and not report.is_dry:
        say(f"  `directory rejections {report.run}` lists the rejected rows.")
    if report.status != "complete":
        say(f"  This run is {report.status}: nothing was withdrawn.")


def run_row(run: ImportRun, source: Source) -> dict[str, Any]:
    """One run of the log as JSON: the shape of `import --json`, with when it began and how it ended."""
    report = RunReport(
        run=run.id,
        importer=source.importer,
        feed=source.feed,
        part=run.part or None,
        read=run.rows_read,
        inserted=run.inserted,
        updated=run.updated,
        unchanged=run.unchanged,
        rejected=run.rejected,
        withdrawn=run.withdrawn,
        warnings=run.warnings,
        seconds=run.seconds,
    )
    return report.as_json() | {"started": run.started_at.isoformat(), "status": run.status}


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@json_option
@click.pass_obj
def runs(instance: Instance, run_id: str | None, as_json: bool) -> None:
    """The run log, newest first, or one run."""
    with instance.reading() as session:
        if run_id:
            found = runlog.find_run(session, run_id)
            if found is None:
                raise QueryInvalid(Phrase("There is no run %(run)s.", {"run": run_id}))
            rows = [run_row(*found) | {"changes": found[0].changes}]
        else:
            rows = [run_row(*each) for each in runlog.runs(session, None if as_json else SHOWN_RUNS)]
    if as_json:
        print_json(rows[0] if run_id else {"runs": rows})
        return
    shown = ("started", "importer", "feed", "part", "status", *COUNTED, "run")
    print_table(list(shown), [[row[name] for name in shown] for row in rows])
    if run_id:
        print_kept_changes(rows[0]["changes"])
        for warning in rows[0]["warnings"]:
            say(f"warning: {warning}")


def print_kept_changes(kept: dict[str, Any] | None) -> None:
    """The change report of a run as the log keeps it."""
    for field, count in (kept or {}).get("fields", {}).items():
        click.echo(f"{count:,} × {field}")
    for each in (kept or {}).get("listings", ()):
        fields = f": {', '.join(each['fields'])}" if each["fields"] else ""
        click.echo(f"{each['kind']}  {each['name']}  ({each['id']}){fields}")
    if more := (kept or {}).get("more"):
        click.echo(f"… and {more:,} more")


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option(
    "--csv", "csv_path", type=click.Path(path_type=Path, dir_okay=False), help="Write them to FILE."
)
@json_option
@click.pass_obj
def rejections(instance: Instance, run_id: str, csv_path: Path | None, as_json: bool) -> None:
    """The rejected rows of a run, with reasons."""
    with instance.reading() as session:
        if runlog.find_run(session, run_id) is None:
            raise QueryInvalid(Phrase("There is no run %(run)s.", {"run": run_id}))
        rows: list[dict[str, Any]] = [
            {"row": each.row, "reason": each.reason, "values": each.values}
            for each in runlog.rejections(session, run_id)
        ]
    if csv_path:
        write_csv(csv_path, rows)
        say(f"{len(rows):,} rejected rows written to {csv_path}.")
    elif as_json:
        print_json({"run": run_id, "rejections": rows})
    else:
        shown = [[each["row"], each["reason"], _in_short(each["values"])] for each in rows]
        print_table(["row", "reason", "values"], shown)


def _in_short(values: dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items() if value)[:120]


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Rejected rows with their columns; a cell that a spreadsheet would run as a formula is quoted with '."""
    columns = list(dict.fromkeys(name for each in rows for name in each["values"]))
    cells = (
        [each["row"], each["reason"], *(str(each["values"].get(name, "")) for name in columns)]
        for each in rows
    )
    with path.open("w", newline="", encoding="utf-8") as file:
        csv_cells.write_rows(file, ["row", "reason", *columns], cells)
