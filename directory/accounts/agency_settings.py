"""What is set of an agency once it is on the network: by its supervisor, or by whoever runs the network.

Callers commit.
"""

import datetime as dt
from dataclasses import asdict, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.access import Actor, may, need_over
from directory.accounts.agencies import NewAgency, refused, stored, wrong_fields
from directory.accounts.audit import Deed, append
from directory.accounts.tables import Agency
from directory.errors import RecordNotFound
from directory.phrases import N_, Phrase

OWN, NETWORK = "agency.settings", "network.agencies"
NETWORK_SETS = ("name", "organization_id", "state")
"""What an agency does not set about itself: who it is, and whose law holds."""


def agency_to_set(session: Session, actor: Actor, agency_id: str | None, *, lock: bool = False) -> Agency:
    """The agency, which the actor may set. Raises what `need_over` raises."""
    query = select(Agency).where(Agency.id == agency_id, Agency.left_at.is_(None))
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if actor.role != "system":
        need_over(actor, NETWORK if may(actor, NETWORK) else OWN, [found.id] if found else [])
    if found is None:
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    return found


def sets_all(actor: Actor) -> bool:
    """Does the actor also set what `NETWORK_SETS` names?"""
    return actor.role == "system" or may(actor, NETWORK)


def as_set(row: Agency) -> NewAgency:
    """What is set of it now."""
    return NewAgency(
        name=row.name,
        timezone=row.timezone,
        organization_id=row.organization_id,
        part2_program=row.part2_program,
        hipaa_covered=row.hipaa_covered,
        federally_assisted=row.federally_assisted,
        accepts_referrals=row.accepts_referrals,
        state=row.state,
        response_hours=tuple((int(day), begin, end) for day, begin, end in row.response_hours),
        closed_dates=tuple(row.closed_dates),
        keeps_us_holidays=row.keeps_us_holidays,
        response_sla=dict(row.response_sla),
        notify_email=row.notify_email,
    )


def set_agency(  # noqa: PLR0917  who sets what of which agency, and when
    session: Session,
    actor: Actor,
    agency_id: str,
    wanted: NewAgency,
    now: dt.datetime,
    channel: str = "web",
) -> Agency:
    """Sets it. Of `wanted`, what the actor does not set stays as it is.

    Raises `QueryInvalid` naming the fields that are wrong, and what `need_over` raises.
    """
    row = agency_to_set(session, actor, agency_id, lock=True)
    before = as_set(row)
    if not sets_all(actor):
        wanted = replace(wanted, **{name: getattr(before, name) for name in NETWORK_SETS})
    given = stored(wanted)
    wrong = dict(wrong_fields(wanted))
    same = select(Agency.id).where(func.lower(Agency.name) == given["name"].lower(), Agency.id != row.id)
    if session.scalar(same):
        wrong["name"] = N_("There is an agency of that name already.")
    if wrong:
        raise refused(wrong, N_("Please check what you wrote."))
    if given == stored(before):
        return row
    for name in asdict(wanted):
        setattr(row, name, given[name])
    deed = Deed(actor=actor, action="agency.set", object_kind="agency", object_ids=[row.id], channel=channel)
    append(session, deed, now)
    return row
