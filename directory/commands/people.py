"""Agencies, their people, and the keys of sealed fields: agency, user, keys."""

import datetime as dt
from dataclasses import replace
from typing import Any

import click
from sqlalchemy.orm import Session

from directory.accounts.access import ROLES, SYSTEM
from directory.accounts.agencies import NewAgency, add_agency, agencies, find_agency
from directory.accounts.agency_settings import as_set, set_agency
from directory.accounts.audit import Deed, append
from directory.accounts.key_files import new_key
from directory.accounts.people import invite, mail_invitation
from directory.accounts.rotation import Rotation, open_ring
from directory.accounts.second_steps import reset_second_step
from directory.accounts.tables import TRI_STATES
from directory.commands.instance import Instance
from directory.commands.output import json_option, print_json, print_table, progress_bar, say
from directory.database import held_alone
from directory.errors import InstanceInvalid, QueryInvalid
from directory.listings.tables import Organization
from directory.phrases import N_, Phrase

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

YesNo = click.Choice(TRI_STATES)


@click.group()
def agency() -> None:
    """Agencies on the network: who sends and receives referrals."""


@agency.command()
@click.argument("name")
@click.option("--organization", help="Id of the listed organization that it is.")
@click.option("--part2", type=YesNo, default="unknown", show_default=True, help="A 42 CFR Part 2 program?")
@click.option("--hipaa", type=YesNo, default="unknown", show_default=True, help="Covered by HIPAA?")
@click.option("--federal", type=YesNo, default="unknown", show_default=True, help="Federally assisted?")
@click.option("--timezone", default="America/New_York", show_default=True, help="IANA name.")
@click.option("--state", help="Two letters: whose law holds.")
@click.option("--hours", multiple=True, help="When it answers, like mon-fri 09:00-17:00; repeatable.")
@click.option("--email", help="Where its intake is told that something waits.")
@click.option("--sends-only", is_flag=True, help="It accepts no referrals.")
@json_option
@click.pass_obj
def add(  # noqa: PLR0917  one argument per option
    instance: Instance,
    name: str,
    organization: str | None,
    part2: str,
    hipaa: str,
    federal: str,
    timezone: str,
    state: str | None,
    hours: tuple[str, ...],
    email: str | None,
    sends_only: bool,
    as_json: bool,
) -> None:
    """Put an agency on the network."""
    new = NewAgency(
        name=name,
        organization_id=organization,
        part2_program=part2,
        hipaa_covered=hipaa,
        federally_assisted=federal,
        timezone=timezone,
        state=state,
        response_hours=[each for text in hours for each in read_hours(text)],
        notify_email=email,
        accepts_referrals=not sends_only,
    )
    with instance.sessions.begin() as session:
        made = add_agency(session, new, SYSTEM, dt.datetime.now(dt.UTC))
        _need_listed(session, made.organization_id)
        found = {"id": made.id, "name": made.name}
    if as_json:
        print_json(found)
    else:
        say(f"{found['name']} is on the network: {found['id']}")


def read_hours(text: str) -> list[tuple[int, str, str]]:
    """`mon-fri 09:00-17:00` as (weekday, opens, closes), 0 = Sunday. Raises `QueryInvalid`."""
    try:
        days, times = text.lower().split()
        opens, closes = times.split("-")
        first, _, last = days.partition("-")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    except ValueError:
        raise QueryInvalid(
            Phrase("Hours are like mon-fri 09:00-17:00, not %(text)s.", {"text": text})
        ) from None
    span = range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)]
    return [(day, opens, closes) for day in span]


@agency.command(name="list")
@json_option
@click.pass_obj
def list_(instance: Instance, as_json: bool) -> None:
    """The agencies on the network."""
    with instance.reading() as session:
        rows = [
            {
                "id": each.id,
                "name": each.name,
                "organization": each.organization_id,
                "part2_program": each.part2_program,
                "accepts_referrals": each.accepts_referrals,
                "timezone": each.timezone,
            }
            for each in agencies(session)
        ]
    if as_json:
        print_json({"agencies": rows})
    elif rows:
        print_table(
            ["id", "agency", "part 2", "accepts", "time zone"],
            [
                [
                    row["id"],
                    row["name"],
                    row["part2_program"],
                    "yes" if row["accepts_referrals"] else "no",
                    row["timezone"],
                ]
                for row in rows
            ],
        )
    else:
        say("There is no agency yet: directory agency add NAME")


@agency.command(name="set")
@click.argument("name")
@click.option("--organization", help="Id of the listed organization that it is; '' for none.")
@click.option("--part2", type=YesNo, help="A 42 CFR Part 2 program?")
@click.option("--state", help="Two letters: whose law holds.")
@click.option("--timezone", help="IANA name.")
@click.option("--hours", multiple=True, help="When it answers, like mon-fri 09:00-17:00; repeatable.")
@json_option
@click.pass_obj
def set_(  # noqa: PLR0917  one argument per option
    instance: Instance,
    name: str,
    organization: str | None,
    part2: str | None,
    state: str | None,
    timezone: str | None,
    hours: tuple[str, ...],
    as_json: bool,
) -> None:
    """Change what is set of an agency (its id or name); what is not given stays."""
    given: dict[str, Any] = {"part2_program": part2, "state": state, "timezone": timezone}
    with instance.sessions.begin() as session:
        row = find_agency(session, name)
        wanted = replace(
            as_set(row), **{column: value for column, value in given.items() if value is not None}
        )
        if organization is not None:
            wanted = replace(wanted, organization_id=organization or None)
        if hours:
            spans = [each for text in hours for each in read_hours(text)]
            wanted = replace(wanted, response_hours=spans)
        set_agency(session, SYSTEM, row.id, wanted, dt.datetime.now(dt.UTC), channel="command")
        _need_listed(session, row.organization_id)
        found = {"id": row.id, "name": row.name, "organization": row.organization_id}
    if as_json:
        print_json(found)
    else:
        say(f"{found['name']} is set.")


def _need_listed(session: Session, organization: str | None) -> None:
    """Raises `QueryInvalid` for an id that no listed organization has."""
    if organization and session.get(Organization, organization) is None:
        raise QueryInvalid(Phrase("No listed organization has the id %(id)s.", {"id": organization}))


@click.group()
def user() -> None:
    """People who sign in."""


@user.command(name="add")
@click.argument("email")
@click.option("--agency", "agency_name", required=True, help="Id or name of the agency.")
@click.option("--role", required=True, type=click.Choice(list(ROLES)), help="What the person is there.")
@json_option
@click.pass_obj
def add_user(instance: Instance, email: str, agency_name: str, role: str, as_json: bool) -> None:
    """Invite a person: prints a link that works once, for seven days; mails it too if PUBLIC_URL is set."""
    now, settings = dt.datetime.now(dt.UTC), instance.settings
    with instance.sessions.begin() as session:
        place = find_agency(session, agency_name)
        invited = invite(
            session, email=email, agency=place, role=role, actor=SYSTEM, now=now, channel="command"
        )
        if settings.public_url:
            mail_invitation(session, invited, site=settings.site_name, base=settings.public_url, now=now)
        found = {
            "email": invited.invitation.email,
            "agency": place.id,
            "role": role,
            "link": settings.public_url.rstrip("/") + invited.path,
            "expires_at": invited.invitation.expires_at.isoformat(),
            "mailed": bool(settings.public_url),
        }
    if as_json:
        print_json(found)
        return
    click.echo(found["link"])
    say(
        "Give this link to the person alone: it works once, for seven days."
        + (
            " It is also on its way by e-mail."
            if found["mailed"]
            else " (Set PUBLIC_URL for a whole address and e-mail.)"
        )
    )


@user.command(name="reset-app")
@click.argument("email")
@json_option
@click.pass_obj
def reset_app(instance: Instance, email: str, as_json: bool) -> None:
    """Take app, passkeys and recovery codes from a person who lost them, after making sure who asks.

    The person is signed out everywhere and told by e-mail; the next sign-in asks for the password, then for a
    new app.
    """
    with instance.sessions.begin() as session:
        found = reset_second_step(
            session, email, SYSTEM, dt.datetime.now(dt.UTC), site=instance.settings.site_name
        )
        told = {"id": found.id, "email": found.email}
    if as_json:
        print_json(told)
    else:
        say(f"{told['email']} sets up a new second step at the next sign-in.")


@click.group()
def keys() -> None:
    """Keys of sealed fields."""


@keys.command()
def new() -> None:
    """Print a new key for FIELD_KEYS; it is stored nowhere."""
    click.echo(str(new_key()))


@keys.command()
@json_option
@click.pass_obj
def rotate(instance: Instance, as_json: bool) -> None:
    """Bring every sealed value under a new key while the site runs; run again, it goes on where it was."""
    with held_alone(instance.database, "keys") as alone:
        if not alone:
            raise InstanceInvalid(Phrase(N_("Another rotation of the keys is running.")))
        ring = open_ring(instance.database, instance.settings)
        with progress_bar("Sealed rows") as tick:
            done = Rotation(sessions=instance.sessions, ring=ring, progress=tick).run()
    deed = Deed(
        actor=SYSTEM, action="keys.rotate", object_kind="key", object_ids=[done.key_id], channel="command"
    )
    with instance.sessions.begin() as session:
        append(session, deed, dt.datetime.now(dt.UTC))
    if as_json:
        print_json({"key": done.key_id, "rows": done.rows, "retired": list(done.retired)})
        return
    say(f"{done.rows:,} rows brought under key {done.key_id}.")
    if done.retired:
        say(f"Only backups from before now still need: {', '.join(done.retired)}.")
    elif ring.kept is None and not done.rows:
        say(
            "To change keys, put a new one (directory keys new) first in FIELD_KEYS, restart, run this again."
        )
