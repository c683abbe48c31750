"""Listings going out: `export hsds`."""

import datetime as dt
from pathlib import Path

import click

from directory.commands.instance import Instance
from directory.commands.output import json_option, print_json, progress_bar, say
from directory.errors import QueryInvalid
from directory.listings.store_export import export_hsds
from directory.phrases import Phrase


@click.group()
def export() -> None:
    """Give listings to others: what is public of them, nothing else."""


@export.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def hsds(instance: Instance, file: Path, as_json: bool) -> None:
    """Write an HSDS 3.1 data package (zip) to FILE, over what is there."""
    if not file.absolute().parent.is_dir() or file.is_dir():
        raise QueryInvalid(Phrase("There is no folder for %(path)s.", {"path": file}))
    with progress_bar("HSDS package") as tick, instance.reading() as session:
        done = export_hsds(
            session,
            file.absolute(),
            taxonomy=instance.taxonomy,
            examples=instance.settings.examples,
            today=dt.datetime.now(dt.UTC).date(),
            progress=tick,
        )
    if as_json:
        print_json(
            {"file": str(file), "listings": done.listings, "bytes": done.bytes, "rows": dict(done.rows)}
        )
    else:
        say(f"{done.listings:,} listings written to {file} ({done.bytes:,} bytes).")
