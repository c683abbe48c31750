"""Partner sites and their keys: partner add, list, rotate, pause, resume."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.access import SYSTEM
from directory.accounts.agencies import find_agency
from directory.commands.instance import Instance
from directory.commands.output import json_option, print_json, say
from directory.errors import QueryInvalid
from directory.listings.tables import Organization
from directory.partners.keys import LONGEST_OVERLAP, current_key
from directory.partners.presets import PRESETS
from directory.partners.register import add_partner, find_partner, partners, pause, rotate_key
from directory.partners.tables import Partner
from directory.partners.wishes import PER_MINUTE, NewPartner
from directory.phrases import Phrase


@click.group()
def partner() -> None:
    """Sites of others that show our search, each under a key of its own."""


@partner.command()
@click.argument("name")
@click.option(
    "--agency", "agency_name", help="Id or name of the agency it belongs to; else the one of that name."
)
@click.option(
    "--origin", multiple=True, required=True, help="Its site, like https://library.example; repeatable."
)
@click.option(
    "--own", multiple=True, help="Name or id of a listed organization that comes first; repeatable."
)
@click.option("--need", multiple=True, help="Code of a need that it is limited to; repeatable.")
@click.option("--state", multiple=True, help="Two letters of a state that it is limited to; repeatable.")
@click.option(
    "--preset", multiple=True, metavar="NAME=VALUE", help=f"Where a search starts ({', '.join(PRESETS)})."
)
@click.option("--lock", multiple=True, metavar="NAME", help="A preset that nobody changes; repeatable.")
@click.option(
    "--per-minute", default=PER_MINUTE, show_default=True, help="Searches of all its visitors together."
)
@json_option
@click.pass_obj
def add(  # noqa: PLR0917  one argument per option
    instance: Instance,
    name: str,
    agency_name: str | None,
    origin: tuple[str, ...],
    own: tuple[str, ...],
    need: tuple[str, ...],
    state: tuple[str, ...],
    preset: tuple[str, ...],
    lock: tuple[str, ...],
    per_minute: int,
    as_json: bool,
) -> None:
    """Add a partner site: prints its key, which goes into its pages and is no secret."""
    with instance.sessions.begin() as session:
        place = find_agency(session, agency_name or name)
        wanted = NewPartner(
            name=name,
            origins=origin,
            own_organizations=[_organization(session, each) for each in own],
            needs=need,
            states=state,
            presets=read_settings(preset),
            locked=lock,
            per_minute=per_minute,
        )
        now = dt.datetime.now(dt.UTC)
        made, key = add_partner(session, SYSTEM, place, wanted, instance.taxonomy, now, channel="command")
        found = {
            "id": made.id,
            "name": made.name,
            "agency": place.id,
            "key": key.key,
            "origins": made.origins,
        }
    if as_json:
        print_json(found)
        return
    click.echo(found["key"])
    address = instance.settings.public_url.rstrip("/") or "https://this-directory"
    say("Put this into a page of the site:")
    say(f'<script src="{address}/widget/v1/widget.js" async></script>')
    say(f'<recovery-search key="{found["key"]}"><a href="tel:988">988</a></recovery-search>')
    if not instance.settings.public_url:
        say("(Set PUBLIC_URL for the whole address.)")


def read_settings(pairs: Sequence[str]) -> dict[str, list[str]]:
    """`need=housing` as name and values. Raises `QueryInvalid`."""
    found: dict[str, list[str]] = {}
    for each in pairs:
        name, equals, value = each.partition("=")
        if not equals:
            raise QueryInvalid(Phrase("A preset is like need=housing, not %(text)s.", {"text": each}))
        found.setdefault(name.strip(), []).append(value)
    return found


def _organization(session: Session, name_or_id: str) -> str:
    """The id of the listed organization of that id or name. Raises `QueryInvalid` for none or several."""
    wanted = name_or_id.strip().lower()
    same = select(Organization.id).where(func.lower(Organization.name) == wanted).order_by(Organization.id)
    found = list(session.scalars(same.limit(2)))
    if not found and session.get(Organization, wanted) is not None:
        return wanted
    if len(found) != 1:
        sentence = (
            "No listed organization is called %(name)s."
            if not found
            else ("Several listed organizations are called %(name)s: give the id of one.")
        )
        raise QueryInvalid(Phrase(sentence, {"name": name_or_id}))
    return found[0]


@partner.command(name="list")
@json_option
@click.pass_obj
def list_(instance: Instance, as_json: bool) -> None:
    """The partner sites, with the key of each."""
    with instance.reading() as session:
        rows = [_row(session, each) for each in partners(session, SYSTEM)]
    if as_json:
        print_json({"partners": rows})
    elif rows:
        for row in rows:  # not as a table, which would cut keys short
            off = ", switched off" if row["paused"] else ""
            click.echo(f"{row['key']}  {row['name']} ({row['agency']}{off})  {' '.join(row['origins'])}")
    else:
        say("There is no partner yet: directory partner add NAME --agency AGENCY --origin https://…")


def _row(session: Session, row: Partner) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "agency": row.agency.name,
        "key": current_key(session, row),
        "origins": list(row.origins),
        "per_minute": row.per_minute,
        "paused": row.paused_at is not None,
    }


@partner.command()
@click.argument("name")
@click.option(
    "--days",
    type=click.IntRange(0, LONGEST_OVERLAP.days),
    default=14,
    show_default=True,
    help="For how long the old key works, so that pages can be changed.",
)
@json_option
@click.pass_obj
def rotate(instance: Instance, name: str, days: int, as_json: bool) -> None:
    """Give a partner (its name or id) a new key; the old one works for some days more."""
    now = dt.datetime.now(dt.UTC)
    until = now + dt.timedelta(days=days)
    with instance.sessions.begin() as session:
        row = find_partner(session, name)
        made = rotate_key(session, SYSTEM, row.id, until, now, channel="command")
        found = {"id": row.id, "name": row.name, "key": made.key, "old_key_works_until": until.isoformat()}
    if as_json:
        print_json(found)
        return
    click.echo(found["key"])
    say(f"The old key works until {until.date().isoformat()}." if days else "The old key works no longer.")


@partner.command(name="pause")
@click.argument("name")
@json_option
@click.pass_obj
def pause_(instance: Instance, name: str, as_json: bool) -> None:
    """Switch the search of a partner (its name or id) off; its pages then show the crisis line and a link."""
    _switch(instance, name, as_json, paused=True)


@partner.command()
@click.argument("name")
@json_option
@click.pass_obj
def resume(instance: Instance, name: str, as_json: bool) -> None:
    """Switch it on again."""
    _switch(instance, name, as_json, paused=False)


def _switch(instance: Instance, name: str, as_json: bool, *, paused: bool) -> None:
    with instance.sessions.begin() as session:
        row = find_partner(session, name)
        pause(session, SYSTEM, row.id, paused, dt.datetime.now(dt.UTC), channel="command")
        found = {"id": row.id, "name": row.name, "paused": paused}
    if as_json:
        print_json(found)
    else:
        say(f"The search of {found['name']} is switched {'off' if paused else 'on'}.")
