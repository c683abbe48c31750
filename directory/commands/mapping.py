"""A first mapping for a spreadsheet: `propose-mapping`."""

from collections.abc import Iterator
from pathlib import Path

import click

from directory.commands.output import json_option, print_json, say
from directory.errors import QueryInvalid, SourceBroken
from directory.listings.identity import plain
from directory.listings.needs import taxonomy
from directory.listings.record import ListingRecord, Schedule
from directory.phrases import Phrase
from importers.contract import Reading, Rejection, SourceFile
from importers.general._spreadsheet_mapping import parse_mapping
from importers.general._spreadsheet_proposal import proposed_mapping
from importers.general.spreadsheet import read_table

SHOWN = 3
"""Records that are shown, and rejections on the way to them."""


@click.command("propose-mapping")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the mapping to FILE.")
@json_option
def propose_mapping(file: Path, out: Path | None, *, as_json: bool) -> None:
    """Propose a mapping file for the spreadsheet FILE, and show what it would import."""
    if not file.is_file():
        raise QueryInvalid(Phrase("There is no file %(path)s.", {"path": file}))
    if out and out.exists():
        raise QueryInvalid(Phrase("%(path)s is there already: name another file.", {"path": out}))
    text = proposed_mapping(file)
    problem, rows = _preview(file, text)
    if out:
        _write(out, text)
    if as_json:
        print_json({"mapping": text, "problem": problem, "rows": [_row_json(each) for each in rows]})
        return
    if out:
        say(f"The mapping is in {out}.")
    else:
        click.echo(text, nl=False)
    say(problem or "The first rows as they would be imported:")
    for line in (line for row in rows for line in _told(row)):
        say(line)
    say(f"Read the mapping through and keep it as {_beside(file)}.")
    say(f"Then try: directory import spreadsheet {file} --dry-run")


def _beside(file: Path) -> Path:
    """Where the importer looks for it."""
    return file.with_name(f"{file.name.partition('.')[0]}.mapping.toml")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        told = {"path": path, "why": error.strerror or type(error).__name__}
        raise QueryInvalid(Phrase("%(path)s cannot be written: %(why)s.", told)) from error


def _preview(file: Path, text: str) -> tuple[str | None, list[ListingRecord | Rejection]]:
    """Why nothing can be read by the mapping as it is; else the first rows."""
    try:
        mapping = parse_mapping(text, "proposed")
    except SourceBroken:
        return "No column was taken for the name: say in [columns] which one it is.", []
    return None, _first_rows(read_table(SourceFile(path=file), mapping))


def _first_rows(reading: Reading) -> list[ListingRecord | Rejection]:
    """Up to three records, with up to three rejections met before the third."""
    found: list[ListingRecord | Rejection] = []
    for row in reading.rows:
        same = sum(isinstance(each, Rejection) == isinstance(row, Rejection) for each in found)
        if same < SHOWN:
            found.append(row)
        if sum(isinstance(each, ListingRecord) for each in found) == SHOWN:
            break
    return found


def _row_json(row: ListingRecord | Rejection) -> dict[str, object]:
    if isinstance(row, Rejection):
        return {"row": row.row, "rejected": row.reason, "values": dict(row.values)}
    return {"record": plain(row)}


def _told(row: ListingRecord | Rejection) -> Iterator[str]:
    if isinstance(row, Rejection):
        yield f"- row {row.row} is left out: {row.reason}"
        return
    name, body = row.service.name, row.organization.name
    yield f"- {name}{f' ({body})' if body != name else ''}"
    for what, value in _facts(row):
        if value:
            yield f"    {what}: {value}"


def _facts(row: ListingRecord) -> Iterator[tuple[str, str]]:
    service, needs = row.service, taxonomy().derive(row.codes).needs
    address = row.place.address if row.place else None
    parts = (address.address_1, address.city, address.state_province, address.postal_code) if address else ()
    yield "kind", row.kind.replace("_", " ")
    yield (
        "needs",
        ", ".join(taxonomy().label(code, "en") for code in needs)
        or "none yet (it is found by its words only)",
    )
    yield "address", ", ".join(filter(None, parts)) or "none shown"
    yield "phone", ", ".join(each.number for each in service.phones)
    yield "website", service.url or ""
    yield "hours", "; ".join(dict.fromkeys(map(_hours, service.schedules)))
    yield "serves", ", ".join(each.name or each.extent or "" for each in service.service_areas)
    yield "languages", ", ".join(each.name for each in service.languages)


def _hours(schedule: Schedule) -> str:
    if schedule.opens_at is None:
        return f"“{schedule.description or schedule.notes or ''}” (in the list's own words)"
    closes = f" to {schedule.closes_at:%H:%M}" if schedule.closes_at else ""
    return f"{schedule.byday or ''} {schedule.opens_at:%H:%M}{closes}".strip()
