"""Making, serving and checking an instance: migrate, demo, serve, work, check."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click

from directory import jobs
from directory.accounts.rotation import open_ring
from directory.commands.checks import run_checks
from directory.commands.instance import Instance
from directory.commands.intake import alone, import_file, report_line
from directory.commands.output import json_option, print_json, progress_bar, say
from directory.commands.server import Server
from directory.database import upgrade
from directory.search.follow import refresh
from directory.settings import Settings
from importers.registry import all_importers


@click.command()
@click.pass_obj
def migrate(instance: Instance) -> None:
    """Bring the database to the newest schema."""
    revision = upgrade(instance.database)
    say(f"The database is at revision {revision}.")


@click.command()
@click.option(
    "--home", type=click.Path(path_type=Path), help="The instance folder (default: DIRECTORY_HOME)."
)
@click.option("--port", default=8000, show_default=True)
@click.option("--prepare-only", is_flag=True, help="Stop before serving.")
@click.pass_obj
def demo(instance: Instance, home: Path | None, port: int, prepare_only: bool) -> None:
    """Prepare an instance with the bundled listings, and serve it."""
    if home:
        instance = Instance(replace(instance.settings, directory_home=home))
    prepare(instance)
    if not prepare_only:
        serve_instance(instance.settings, host="127.0.0.1", port=port, workers=1)


def prepare(instance: Instance) -> None:
    """The instance folder, the newest schema, the bundled samples, the index: only what is missing."""
    say(f"Instance folder: {instance.settings.directory_home}")
    upgrade(instance.database)
    for importer in all_importers():
        for sample in importer.samples():
            if sample.path.exists():
                with alone(instance, importer, {sample.feed}):
                    reports = import_file(instance, importer, sample)
                for report in reports:
                    say(report_line(report))
    with progress_bar("Search index") as tick:
        touched = refresh(
            instance.reading, instance.search_engine, examples=instance.settings.examples, progress=tick
        )
    status = instance.search_engine.status()
    say(f"Search index: {status.documents:,} listings ({touched:,} taken in now).")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes; each holds the index in memory.")
@click.pass_obj
def serve(instance: Instance, host: str, port: int, workers: int) -> None:
    """The production server with its job consumer."""
    _ = instance.sessions  # refuses a database of another schema before anything listens
    open_ring(instance.database, instance.settings)  # and field keys that are not this database's
    serve_instance(instance.settings, host=host, port=port, workers=workers)


def serve_instance(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Runs until interrupted; the job consumer runs beside it and ends with it."""
    command = [sys.executable, "-m", "directory", "--home", str(settings.directory_home), "work"]
    consumer = subprocess.Popen(command)  # noqa: S603  our own program, no outside input
    say(f"Open http://{host}:{port} in a browser. Ctrl-C stops.")
    try:
        Server(settings, host=host, port=port, workers=workers).run()
    finally:
        consumer.terminate()
        consumer.wait()


@click.command()
@click.pass_obj
def work(instance: Instance) -> None:
    """The job consumer by itself."""
    jobs.work(instance.settings)


@click.command()
@json_option
@click.pass_obj
def check(instance: Instance, as_json: bool) -> None:
    """One line per check of this instance; exit 1 if one fails."""
    results = run_checks(instance)
    if as_json:
        print_json(
            {"checks": [{"check": each.name, "ok": each.ok, "message": each.message} for each in results]}
        )
    else:
        for each in results:
            click.echo(f"{'ok  ' if each.ok else 'FAIL'}  {each.name}: {each.message}")
    if not all(each.ok for each in results):
        sys.exit(1)
