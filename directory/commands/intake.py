"""Listings coming in: `importers`, `import`, `runs`, `rejections`."""

import contextlib
import csv
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import click

from directory.commands.instance import Instance
from directory.commands.output import json_option, print_json, print_table, progress_bar, say
from directory.errors import QueryInvalid
from directory.geo.geocoders import make_geocoder
from directory.intake import runlog
from directory.intake.contract import RunReport
from directory.intake.run import run_import
from directory.intake.tables import ImportRun
from directory.listings.tables import Source
from directory.phrases import Phrase
from directory.search.follow import refresh
from directory.settings import Settings
from importers.contract import Importer, SourceFile
from importers.fetch import Fetcher, fetch_whole
from importers.registry import all_importers, importer

COUNTED = ("read", "inserted", "updated", "unchanged", "rejected", "withdrawn")
SHOWN_RUNS = 20
KEYS = ("careeronestop_user", "careeronestop_token")
"""Settings that sources with a key ask for."""


@runtime_checkable
class FetchesItself(Protocol):
    """An importer whose source takes more than one request."""

    def fetch(self, url: str, folder: Path, fetcher: Fetcher) -> Path:
        """Saves everything in `folder`; answers what to read."""
        ...


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
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--limit", type=click.IntRange(min=1), help="Read so many rows; withdraws nothing.")
@click.option("--accept-loss", is_flag=True, help="Believe a file with far fewer listings than the last one.")
@json_option
@click.pass_obj
def import_(  # noqa: PLR0917  click passes by name
    instance: Instance,
    /,
    importer_name: str,
    source: str | None,
    feed: str,
    timezone: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """One run of IMPORTER over a file or an address (default: its bundled sample)."""
    chosen = importer(importer_name)
    reports: list[RunReport] = []
    for file in _files(instance, chosen, source, feed=feed, timezone=timezone):
        reports += import_file(instance, chosen, file, **options)
    if not options["dry_run"]:
        _refresh_index(instance)
    if as_json:
        print_json(_one_object(reports))
    else:
        for report in reports:
            print_report(report)
    if any(each.status in BROKEN for each in reports):
        sys.exit(3)


def _files(
    instance: Instance, chosen: Importer, source: str | None, *, feed: str, timezone: str | None
) -> Sequence[SourceFile]:
    if source is None:
        if not (samples := chosen.samples()):
            raise QueryInvalid(
                Phrase("%(name)s has no bundled sample: name a file or an address.", {"name": chosen.name})
            )
        return samples
    if source.startswith(("http://", "https://")):
        folder = instance.settings.directory_home / "fetched" / chosen.name / feed
        path = _fetched(instance.settings, chosen, source, folder)
        return [SourceFile(path=path, feed=feed, timezone=timezone, url=source)]
    path = Path(source)
    if not path.exists():
        raise QueryInvalid(Phrase("There is no file %(path)s.", {"path": source}))
    return [SourceFile(path=path, feed=feed, timezone=timezone)]


def _fetched(settings: Settings, chosen: Importer, url: str, folder: Path) -> Path:
    """The answer of `url` saved in `folder`: by the importer itself where its source comes in pages."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = {name: getattr(settings, name) for name in KEYS}
    with (
        progress_bar(f"{chosen.title}: fetching") as tick,
        contextlib.closing(Fetcher(keys=keys, progress=tick)) as fetcher,
    ):
        if isinstance(chosen, FetchesItself):
            return fetch_whole(chosen.fetch, url, folder, fetcher)
        return fetcher.save(url, folder / "latest")


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


def _refresh_index(instance: Instance) -> None:
    with progress_bar("Search index") as tick:
        refresh(instance.reading, instance.search_engine, examples=instance.settings.examples, progress=tick)


def _one_object(reports: Sequence[RunReport]) -> dict[str, Any]:
    """The run as INTERFACES has it; a file that covers several parts has the sums, and `runs` with each."""
    if len(reports) == 1:
        return reports[0].as_json()
    rows = [each.as_json() for each in reports]
    whole = dict(rows[0]) if rows else {}
    whole |= {name: sum(row[name] for row in rows) for name in (*COUNTED, "seconds")}
    whole |= {"part": None, "warnings": [each for row in rows for each in row["warnings"]], "runs": rows}
    return whole


def report_line(report: RunReport) -> str:
    """What a run came to, in one line."""
    name = f"{report.importer}{'/' + report.part if report.part else ''}"
    counts = ", ".join(f"{word} {getattr(report, word):,}" for word in COUNTED)
    return f"{name}: {counts} ({report.seconds:.1f} s)"


def print_report(report: RunReport) -> None:
    """What a run came to, its warnings, and what to do about them."""
    click.echo(report_line(report))
    for warning in report.warnings:
        say(f"  warning: {warning}")
    if report.rejected:
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
            rows = [run_row(*found)]
        else:
            rows = [run_row(*each) for each in runlog.runs(session, None if as_json else SHOWN_RUNS)]
    if as_json:
        print_json(rows[0] if run_id else {"runs": rows})
        return
    shown = ("started", "importer", "feed", "part", "status", *COUNTED, "run")
    print_table(list(shown), [[row[name] for name in shown] for row in rows])
    for warning in rows[0]["warnings"] if run_id else ():
        say(f"warning: {warning}")


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
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "reason", *columns])
        for each in rows:
            cells = [str(each["values"].get(name, "")) for name in columns]
            writer.writerow([each["row"], each["reason"], *(_no_formula(cell) for cell in cells)])


def _no_formula(cell: str) -> str:
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
