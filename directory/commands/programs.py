"""Programs of agencies that use the API: agency program add, list, rotate, revoke."""

import datetime as dt
from typing import Any

import click

from directory.accounts import programs
from directory.accounts.access import SCOPES, SYSTEM
from directory.accounts.agencies import find_agency
from directory.accounts.programs import Registered
from directory.commands.instance import Instance
from directory.commands.output import json_option, print_json, print_table, say


@click.group()
def program() -> None:
    """Programs of an agency that use the API (OAuth client credentials)."""


@program.command()
@click.argument("agency")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(sorted(SCOPES)),
    help="What it may do; repeatable.",
)
@json_option
@click.pass_obj
def add(instance: Instance, agency: str, name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Register a program of an agency: prints its id and its secret, once."""
    with instance.sessions.begin() as session:
        made = programs.register(
            session,
            agency=find_agency(session, agency),
            name=name,
            scopes=scopes,
            actor=SYSTEM,
            now=dt.datetime.now(dt.UTC),
        )
        found = _shown(made)
    _print_secret(found, as_json=as_json)


@program.command(name="list")
@click.argument("agency", required=False)
@json_option
@click.pass_obj
def list_(instance: Instance, agency: str | None, as_json: bool) -> None:
    """The programs of an agency, or of all."""
    with instance.reading() as session:
        place = find_agency(session, agency) if agency else None
        rows: list[dict[str, Any]] = [
            {
                "client_id": each.id,
                "agency": each.agency.name,
                "name": each.name,
                "scopes": each.scopes,
                "made_at": each.made_at,
                "last_used_at": each.last_used_at,
                "revoked_at": each.revoked_at,
            }
            for each in programs.programs(session, place)
        ]
    if as_json:
        print_json({"programs": [{**row, **_moments(row)} for row in rows]})
    elif rows:
        print_table(
            ["client id", "agency", "program", "may", "last used", "revoked"],
            [
                [
                    row["client_id"],
                    row["agency"],
                    row["name"],
                    " ".join(row["scopes"]),
                    _day(row["last_used_at"]),
                    _day(row["revoked_at"]),
                ]
                for row in rows
            ],
        )
    else:
        say("There is no program yet: directory agency program add AGENCY NAME --scope SCOPE")


@program.command()
@click.argument("client_id")
@click.option("--at-once", is_flag=True, help="The secret before ends now, with every token.")
@json_option
@click.pass_obj
def rotate(instance: Instance, client_id: str, at_once: bool, as_json: bool) -> None:
    """Make a new secret; the one before works for seven more days."""
    with instance.sessions.begin() as session:
        client = programs.find_program(session, client_id)
        made = programs.rotate(session, client, actor=SYSTEM, now=dt.datetime.now(dt.UTC), at_once=at_once)
        found = _shown(made)
    _print_secret(found, as_json=as_json)


@program.command()
@click.argument("client_id")
@click.pass_obj
def revoke(instance: Instance, client_id: str) -> None:
    """End a program at once, with its secrets and tokens."""
    with instance.sessions.begin() as session:
        client = programs.find_program(session, client_id)
        programs.revoke(session, client, actor=SYSTEM, now=dt.datetime.now(dt.UTC))
    say("The program is revoked: none of its secrets and tokens works any more.")


def _shown(made: Registered) -> dict[str, object]:
    client = made.client
    return {
        "client_id": client.id,
        "client_secret": made.secret,
        "agency": client.agency_id,
        "name": client.name,
        "scopes": client.scopes,
        "older_secret_until": client.older_until.isoformat() if client.older_until else None,
    }


def _print_secret(found: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    click.echo(f"client_id {found['client_id']}")
    click.echo(f"client_secret {found['client_secret']}")
    say("Keep the secret where the program reads it. It is shown this once.")
    if found["older_secret_until"]:
        say(f"The secret before works until {found['older_secret_until']}.")


def _moments(row: dict[str, Any]) -> dict[str, str | None]:
    names = ("made_at", "last_used_at", "revoked_at")
    return {name: at.isoformat() if isinstance(at := row[name], dt.datetime) else None for name in names}


def _day(moment: object) -> str:
    return moment.date().isoformat() if isinstance(moment, dt.datetime) else ""
