"""Listings kept true by hand: `edit`, `merge`, `unmerge`."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.orm import Session

from directory.commands.instance import Instance
from directory.commands.output import json_option, print_json, print_table, say
from directory.errors import QueryInvalid
from directory.geo.geocoders import Geocoder, make_geocoder
from directory.geo.remembered import RememberingGeocoder
from directory.intake.overrides import put_on_map
from directory.listings.edit_text import find_field, read_text, what_to_write
from directory.listings.edits import Edit, apply_edits
from directory.listings.store_load import load_records
from directory.listings.tables import EditConflict, FieldEdit
from directory.phrases import Phrase
from directory.search.follow import refresh
from directory.stewardship import edits, merges
from directory.stewardship.desk import Desk, Outcome, known

by_option = click.option("--by", default="command line", show_default=True, help="Who decides.")
LONGEST = 60
"""Characters of a value in a table."""


def desk_of(
    instance: Instance, by: str, *, now: dt.datetime | None = None, geocoder: Geocoder | None = None
) -> Desk:
    """A desk to decide at, now; places are found without a geocoder unless one is given."""
    return Desk(
        by=by,
        now=now or dt.datetime.now(dt.UTC),
        taxonomy=instance.taxonomy,
        place=lambda record: put_on_map(record, instance.gazetteer, geocoder),
    )


@contextmanager
def deciding(
    instance: Instance, by: str, *, geocoder: Geocoder | None = None
) -> Iterator[tuple[Session, Desk]]:
    """A transaction with a desk to decide at, committed at its end; the index follows at once."""
    now = dt.datetime.now(dt.UTC)
    asked = RememberingGeocoder(geocoder, instance.reading, now) if geocoder else None
    desk = desk_of(instance, by, now=now, geocoder=asked)
    with instance.sessions() as session:
        yield session, desk
        if asked:
            asked.save(session)
        session.commit()
    refresh(instance.reading, instance.search_engine, examples=instance.settings.examples)


def listing_id(text: str) -> str:
    """The id out of what a person gives: the id itself, or the address of the listing's page."""
    return text.split("?", maxsplit=1)[0].rstrip("/").rpartition("/")[2].lower()


# --- edit -------------------------------------------------------------------------------------------


@click.command()
@click.argument("listing", metavar="[LISTING]", required=False)
@click.argument("field", metavar="[FIELD]", required=False)
@click.argument("value", metavar="[VALUE]", required=False)
@click.option("--note", help="Why; for other stewards.")
@click.option(
    "--list", "lists", is_flag=True, help="Show the fields, what the source says, edits, conflicts."
)
@click.option("--undo", "way", flag_value="undo", help="Take the edit back; the source is believed again.")
@click.option("--take", "way", flag_value="take", help="Take what the source says now; the edit ends.")
@click.option("--keep", "way", flag_value="keep", help="Keep the edit against what the source says now.")
@click.option("--conflicts", is_flag=True, help="List the edits whose source says something else now.")
@by_option
@json_option
@click.pass_obj
def edit(  # noqa: PLR0917  click passes by name
    instance: Instance,
    /,
    listing: str | None,
    field: str | None,
    value: str | None,
    note: str | None,
    lists: bool,
    way: str | None,
    conflicts: bool,
    by: str,
    as_json: bool,
) -> None:
    """Set FIELD of LISTING to VALUE, whatever its source says from now on.

    LISTING is an id or the address of its page. An empty VALUE ('') empties the field; lists are JSON.
    """
    if conflicts:
        _show_conflicts(instance, as_json=as_json)
    elif listing is None:
        raise QueryInvalid("Name a listing, or ask for --conflicts.")
    elif lists or field is None:
        _show_fields(instance, listing_id(listing), as_json=as_json)
    elif way is not None:
        if value is not None:
            raise QueryInvalid(Phrase("--%(way)s takes no value.", {"way": way}))
        _end_edit(instance, listing_id(listing), field, way, by=by, as_json=as_json)
    elif value is None:
        wanted = what_to_write(find_field(field))
        raise QueryInvalid(
            Phrase("Say what %(field)s shall be: %(wanted)s.", {"field": field, "wanted": wanted})
        )
    else:
        _edit(instance, listing_id(listing), field, value, note=note, by=by, as_json=as_json)


def _edit(
    instance: Instance, listing: str, name: str, text: str, *, note: str | None, by: str, as_json: bool
) -> None:
    geocoder = make_geocoder(instance.settings) if name.startswith("location.address.") else None
    with deciding(instance, by, geocoder=geocoder) as (session, desk):
        value = read_text(find_field(name), text, now=desk.now, taxonomy=instance.taxonomy)
        if geocoder:
            _ask_ahead(instance, desk, listing, name, value)
        done = edits.edit_field(session, desk, listing, name, value, note=note)
    shared = len(done.listings) - 1
    words = f"{name} is set" if done.changed else f"{name} says that already"
    _told(done, listing, words + (f", here and for {shared:,} more that share it" if shared else ""), as_json)


def _ask_ahead(instance: Instance, desk: Desk, listing: str, name: str, value: Any) -> None:
    """Asks the geocoding service before the database is locked; `desk` remembers the answer."""
    with instance.reading() as session:
        known(session, listing)
        record = load_records(session, [listing])[listing]
    desk.place(apply_edits(record, [Edit(name, value)]))


_WAYS: dict[str, tuple[Callable[[Session, Desk, str, str], Outcome], str, str]] = {
    "undo": (edits.undo_edit, "The edit of {} is taken back", "There is no edit of {} to take back"),
    "take": (edits.take_source, "{} is what the source says", "There is no edit of {}: it is the source's"),
    "keep": (edits.keep_edit, "The edit of {} is kept", "There is nothing new to decide about {}"),
}


def _end_edit(instance: Instance, listing: str, name: str, way: str, *, by: str, as_json: bool) -> None:
    act, words, nothing = _WAYS[way]
    with deciding(instance, by) as (session, desk):
        done = act(session, desk, listing, name)
    _told(done, listing, (words if done.changed else nothing).format(name), as_json)


def _told(done: Outcome, listing: str, words: str, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "listing": listing,
                "changed": done.changed,
                "listings": list(done.listings),
                "warnings": [str(each) for each in done.warnings],
            }
        )
        return
    say(words + ".")
    for each in done.warnings:
        say(f"  {each}")


def _show_fields(instance: Instance, listing: str, *, as_json: bool) -> None:
    with instance.reading() as session:
        found = edits.fields_of(session, listing)
    rows = [
        {
            "field": each.field.name,
            "write": str(what_to_write(each.field)),
            "value": each.value,
            "source_value": each.source_value,
            "edit": _edit_json(each.edit) if each.edit else None,
            "conflict": _conflict_json(each.conflict) if each.conflict else None,
        }
        for each in found
    ]
    if as_json:
        print_json({"listing": listing, "fields": rows})
        return
    for each in found:
        click.echo(f"{each.field.name:<34} {_short(each.value)}".rstrip())
        if each.edit:
            click.echo(f"    the source says: {_short(each.source_value)}")
            why = f": {each.edit.note}" if each.edit.note else ""
            click.echo(f"    edited {each.edit.edited_at:%Y-%m-%d} by {each.edit.edited_by}{why}")
        if each.conflict:
            click.echo("    conflict: the source says something new; --take or --keep")


def _show_conflicts(instance: Instance, *, as_json: bool) -> None:
    with instance.reading() as session:
        found, total = edits.open_conflicts(session), edits.count_conflicts(session)
    rows = [
        {"listing": one.listing_id, "field": edit.field, "value": edit.value, "source": source}
        | _conflict_json(one)
        | {"edit": _edit_json(edit)}
        for one, edit, source in found
    ]
    if as_json:
        print_json({"conflicts": rows, "total": total})
        return
    say(f"{total:,} edits whose source says something else now")
    if total > len(rows):
        say(f"The oldest {len(rows):,} of them:")
    if rows:
        shown = [
            [row["listing"], row["field"], _short(row["value"]), _short(row["incoming"])] for row in rows
        ]
        print_table(["listing", "field", "our value", "the source says"], shown)
        say("`directory edit LISTING FIELD --take` takes the source's value, `--keep` keeps ours.")


def _edit_json(row: FieldEdit) -> dict[str, Any]:
    return {
        "value": row.value,
        "source_value": row.source_value,
        "note": row.note,
        "by": row.edited_by,
        "at": row.edited_at.isoformat(),
    }


def _conflict_json(row: EditConflict) -> dict[str, Any]:
    return {"incoming": row.incoming_value, "run": row.run_id, "at": row.at.isoformat()}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value in (None, []) else json.dumps(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


# --- merge ------------------------------------------------------------------------------------------


@click.command()
@click.argument("kept", metavar="KEPT")
@click.argument("merged", metavar="MERGED…", nargs=-1, required=True)
@click.option("--reason", help="Why; for other stewards.")
@click.option("--apart", is_flag=True, help="They are two: do not propose them as one again.")
@by_option
@json_option
@click.pass_obj
def merge(  # noqa: PLR0917  click passes by name
    instance: Instance,
    /,
    kept: str,
    merged: tuple[str, ...],
    reason: str | None,
    apart: bool,
    by: str,
    as_json: bool,
) -> None:
    """Let the listing KEPT stand for the MERGED ones too; they lead to it from then on."""
    one, others = listing_id(kept), [listing_id(each) for each in merged]
    if apart and len(others) != 1:
        raise QueryInvalid("--apart takes two listings.")
    with deciding(instance, by) as (session, desk):
        if apart:
            done = merges.keep_apart(session, desk, one, others[0], reason=reason)
        else:
            done = merges.merge(session, desk, one, others, reason=reason)
    if apart:
        words = "The two are kept apart" if done.changed else "The two are kept apart already"
    else:
        words = "Merged" if done.changed else "These are merged already"
    _told(done, one, words, as_json)


@click.command()
@click.argument("merged", metavar="MERGED")
@by_option
@json_option
@click.pass_obj
def unmerge(instance: Instance, /, merged: str, by: str, as_json: bool) -> None:
    """Take a merge back: MERGED is a listing of its own again."""
    with deciding(instance, by) as (session, desk):
        done = merges.unmerge(session, desk, listing_id(merged))
    words = "It is a listing of its own again" if done.changed else "It is a listing of its own already"
    _told(done, listing_id(merged), words, as_json)
