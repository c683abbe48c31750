"""Sources that are kept fresh by the job consumer: `source add|list|set|remove|run`."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from directory.commands.instance import Instance
from directory.commands.intake import print_reports
from directory.commands.output import json_option, print_json, progress_bar, say
from directory.commands.source_settings import Given, take
from directory.commands.stewarding import desk_of
from directory.errors import QueryInvalid, SourceBroken
from directory.intake import sources
from directory.intake.run import BUSY
from directory.intake.schedule import every_in_words
from directory.intake.tables import SourceSetting
from directory.listings import store
from directory.listings.store_load import CHUNK, in_chunks
from directory.listings.store_rows import Origin
from directory.listings.tables import Source
from directory.listings.visibility import SourceNote
from directory.operations.refreshing import How, refresh_index, run_source, utc_now
from directory.phrases import Phrase
from directory.stewardship.desk import withdraw_listings
from importers.contract import Importer
from importers.registry import importer

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

feed_option = click.option(
    "--feed", default="default", show_default=True, help="Which of this importer's feeds it is."
)


def setting_options(*, every: str | None, mode: str | None) -> Decorator:
    """The options that `add` and `set` share, with their defaults."""
    options = (
        click.option(
            "--every", default=every, help="off, hourly, daily, weekly, monthly, or hours such as 6."
        ),
        click.option(
            "--mode", default=mode, type=click.Choice(sources.MODES), help="What becomes of changes."
        ),
        click.option("--notify", help="E-mail address of the steward to tell of changes."),
        click.option("--timezone", help="IANA zone of a feed that names none, such as America/New_York."),
        click.option("--fellowship", help="Code of the fellowship whose feed it is, such as aa."),
        click.option("--as-of", help="The date that its file speaks of; `file`: the day it was fetched."),
    )

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@click.group()
def source() -> None:
    """Sources that the job consumer keeps fresh."""


@source.command("add")
@click.argument("importer_name", metavar="IMPORTER")
@click.argument("address", metavar="URL-OR-PATH")
@feed_option
@setting_options(every="daily", mode="apply")
@click.pass_obj
def add(instance: Instance, /, importer_name: str, address: str, feed: str, **given: str | None) -> None:
    """Have a source fetched and imported from now on; the first time at once."""
    chosen = importer(importer_name)
    source_id, now = sources.id_of_source(importer_name, feed), utc_now()
    with instance.sessions.begin() as session:
        if sources.find(session, source_id):
            told = Phrase(
                "%(name)s is there already: `directory source set` changes it.", {"name": importer_name}
            )
            raise QueryInvalid(told)
        setting = SourceSetting(id=source_id, address=address, mode="off", starts_at=now, failures=0)
        take(instance.taxonomy, setting, Given(address=address, **given))
        sources.reschedule(setting, now)
        if session.get(Source, source_id) is None:
            origin = Origin(source_id, chosen.name, feed)
            store.save_source(session, origin, kind=chosen.kind, note=_note(chosen, feed))
            session.flush()
        session.add(setting)
        session.flush()
        click.echo(_line(setting, importer_name, feed))
    say("The job consumer (`directory work`, or that of `directory serve`) fetches it within a minute.")


def _note(chosen: Importer, feed: str) -> SourceNote:
    return SourceNote(
        importer=chosen.name,
        feed=feed,
        name=chosen.title,
        publisher=chosen.publisher,
        licence=chosen.licence,
        url=None,
        fetched=utc_now().date(),
    )


@source.command("set")
@click.argument("importer_name", metavar="IMPORTER")
@feed_option
@click.option("--address", metavar="URL-OR-PATH", help="Where it is now.")
@setting_options(every=None, mode=None)
@click.pass_obj
def set_(instance: Instance, /, importer_name: str, feed: str, **given: str | None) -> None:
    """Change settings of a source; an empty value clears one."""
    with instance.sessions.begin() as session:
        setting, _ = known(sources.find(session, _id(importer_name, feed)), importer_name)
        before = setting.every_hours
        take(instance.taxonomy, setting, Given(**given))
        if setting.every_hours != before:
            sources.reschedule(setting, utc_now())
        click.echo(_line(setting, importer_name, feed))


@source.command("list")
@json_option
@click.pass_obj
def list_(instance: Instance, as_json: bool) -> None:
    """Every source: where, how often, how it went, when it is due."""
    with instance.reading() as session:
        found = sources.listed(session)
        counts = sources.count_active(session, [each.id for each, _ in found])
    rows = [_row(setting, source, counts.get(setting.id, 0)) for setting, source in found]
    if as_json:
        print_json({"sources": rows})
        return
    for row in rows:
        for line in _told(row):
            click.echo(line)


def _told(row: dict[str, Any]) -> Iterator[str]:
    """A source in a few short lines."""
    yield f"{row['importer']} / {row['feed']}  ({row['every']}, {row['mode']})"
    yield f"    {row['address']}"
    known = [f"{name} {row[name]}" for name in ("timezone", "fellowship", "as_of", "notify") if row[name]]
    if known:
        yield f"    {', '.join(known)}"
    last = f"last {row['last_status']} at {row['last_attempt']}" if row["last_status"] else "not run yet"
    due = f"due {row['next_due']}" if row["next_due"] and row["mode"] != "off" else "not due"
    due = f"a run began at {row['began']} and has not ended" if row["began"] else due
    yield f"    {row['listings']:,} listings; {last}; {due}"
    if row["failures"]:
        yield f"    failed {row['failures']} times; last good: {row['last_good'] or 'never'}"
    if row["last_message"]:
        yield f"    {row['last_message']}"


@source.command("remove")
@click.argument("importer_name", metavar="IMPORTER")
@feed_option
@click.option("--withdraw", is_flag=True, help="Take its listings off, too.")
@click.pass_obj
def remove(instance: Instance, importer_name: str, feed: str, withdraw: bool) -> None:
    """Fetch a source no more. Its listings stay, unless they are withdrawn.

    Its settings go first, then its listings, 500 at a time: once interrupted, the same command goes on.
    """
    source_id, ids = _id(importer_name, feed), []
    with sources.source_lock(instance.database, source_id) as held:
        if not held:
            raise SourceBroken(Phrase(BUSY))
        with instance.sessions.begin() as session:
            found = sources.find(session, source_id)
            if withdraw:
                ids = sources.offered_ids(session, source_id)
            if found or not ids:
                session.delete(known(found, importer_name)[0])
        _withdraw(instance, ids)
    if ids:
        with progress_bar("Search index") as tick:
            refresh_index(instance, tick)
    click.echo(f"{importer_name} / {feed} is no longer fetched; {len(ids):,} listings withdrawn.")


def _withdraw(instance: Instance, ids: Sequence[str]) -> None:
    """Takes listings off, as many at a time as searches and imports can wait for; commits after each."""
    with progress_bar("Withdrawing") as tick:
        for number, chunk in enumerate(in_chunks(ids, CHUNK), start=1):
            with instance.sessions.begin() as session:
                withdraw_listings(session, desk_of(instance, "source remove"), chunk)
            tick(min(number * CHUNK, len(ids)), len(ids))


@source.command("run")
@click.argument("importer_name", metavar="IMPORTER")
@feed_option
@click.option(
    "--later", is_flag=True, help="Leave it to the job consumer, which takes it up within a minute."
)
@click.option(
    "--apply", "is_applied", is_flag=True, help="Bring changes in, also of a source that only notifies."
)
@click.option("--accept-loss", is_flag=True, help="Believe a file with far fewer listings than the last one.")
@click.option("--diff", is_flag=True, help="Of a source that only notifies: every change.")
@json_option
@click.pass_obj
def run(  # noqa: PLR0917  click passes by name
    instance: Instance,
    /,
    importer_name: str,
    feed: str,
    later: bool,
    is_applied: bool,
    accept_loss: bool,
    diff: bool,
    as_json: bool,
) -> None:
    """Fetch and import a source now, as the job consumer does."""
    source_id = _id(importer_name, feed)
    with instance.sessions.begin() as session:
        setting, _ = known(sources.find(session, source_id), importer_name)
        if setting.mode == "off":
            raise QueryInvalid(Phrase("This source is off: `directory source set --mode` turns it on."))
        if later:
            request = sources.request_run(session, source_id, by="command line", now=utc_now())
    if later:
        if as_json:
            print_json({"request": request})
        say("The job consumer takes it up within a minute.")
        return
    how = How(apply=is_applied, accept_loss=accept_loss, is_asked=True, bar=progress_bar)
    attempt = run_source(instance, source_id, how)
    if attempt.reports and not attempt.is_dry:
        with progress_bar("Search index") as tick:
            refresh_index(instance, tick)
    if attempt.is_mailed:
        say("A message about these changes is on its way to the steward.")
    if not attempt.reports:
        raise SourceBroken(attempt.message or attempt.status)
    print_reports(attempt.reports, diff=diff, as_json=as_json)


# --- settings as they are typed and shown -----------------------------------------------------------


def _id(importer_name: str, feed: str) -> str:
    return sources.id_of_source(importer(importer_name).name, feed)


def known(found: tuple[SourceSetting, Source] | None, importer_name: str) -> tuple[SourceSetting, Source]:
    """Raises `QueryInvalid` for a source that is not kept fresh."""
    if found is None:
        told = "There is no such source of %(name)s: `directory source list` shows those there are."
        raise QueryInvalid(Phrase(told, {"name": importer_name}))
    return found


def _line(setting: SourceSetting, importer_name: str, feed: str) -> str:
    return (
        f"{importer_name} / {feed}: {setting.address}, {every_in_words(setting.every_hours)}, {setting.mode}"
    )


def _row(setting: SourceSetting, source: Source, listings: int) -> dict[str, Any]:
    """A source with its settings, as `--json` prints it."""
    return {
        "importer": source.importer,
        "feed": source.feed,
        "address": setting.address,
        "timezone": setting.timezone,
        "fellowship": setting.fellowship,
        "as_of": setting.as_of,
        "every": every_in_words(setting.every_hours),
        "every_hours": setting.every_hours,
        "mode": setting.mode,
        "notify": setting.notify_to,
        "listings": listings,
        "next_due": _moment(setting.next_due_at),
        "last_attempt": _moment(setting.last_attempt_at),
        "last_good": _moment(setting.last_good_at),
        "last_status": setting.last_status,
        "last_message": setting.last_message,
        "failures": setting.failures,
        "began": _moment(setting.began_at),
    }


def _moment(value: dt.datetime | None) -> str | None:
    return value.isoformat(timespec="seconds") if value else None
