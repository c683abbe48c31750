"""Partners: adding, changing, pausing them, and giving them new keys. Callers commit.

A partner belongs to an agency of the network; its people see to it, and whoever runs the network to all.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.access import SYSTEM, Actor, may, need_over
from directory.accounts.audit import Deed, append
from directory.accounts.tables import Agency
from directory.errors import QueryInvalid, RecordNotFound
from directory.listings.needs import Taxonomy
from directory.partners.keys import change_key, give_key
from directory.partners.tables import Partner, PartnerKey
from directory.partners.wishes import PER_MINUTE, NewPartner, checked
from directory.phrases import N_, Phrase

OWN, NETWORK = "partner.manage", "network.partners"
# --- whose it is ------------------------------------------------------------------------------------


def partner_to_manage(
    session: Session, actor: Actor, partner_id: str | None, *, lock: bool = False
) -> Partner:
    """The partner, which the actor may see to. Raises what `need_over` raises: another agency's is word for
    word like one that is not there."""
    query = (
        select(Partner)
        .join(Agency, Agency.id == Partner.agency_id)
        .where(Partner.id == partner_id, Agency.left_at.is_(None))
    )
    found = session.scalars(query.with_for_update(of=Partner) if lock else query).one_or_none()
    if actor.role != "system":
        need_over(actor, NETWORK if may(actor, NETWORK) else OWN, [found.agency_id] if found else [])
    if found is None:
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    return found


def partners(session: Session, actor: Actor) -> Sequence[Partner]:
    """Those that the actor may see to, by agency and name."""
    query = (
        select(Partner)
        .join(Agency, Agency.id == Partner.agency_id)
        .where(Agency.left_at.is_(None))
        .order_by(func.lower(Agency.name), func.lower(Partner.name), Partner.id)
    )
    if not sees_all(actor):
        query = query.where(Partner.agency_id == actor.agency_id)
    return session.scalars(query).all()


def find_partner(session: Session, name_or_id: str) -> Partner:
    """The partner of that id or name (in any case), for commands.

    Raises `RecordNotFound` for none, and `QueryInvalid` where two agencies have one of that name.
    """
    wanted = " ".join(name_or_id.split()).lower()
    found = [each for each in partners(session, SYSTEM) if wanted in (each.id, each.name.lower())]
    if not found:
        raise RecordNotFound(Phrase(N_("There is no partner %(name)s."), {"name": name_or_id}))
    if len(found) > 1:
        raise QueryInvalid(
            Phrase(N_("Several partners are called %(name)s: give the id."), {"name": name_or_id})
        )
    return found[0]


def sees_all(actor: Actor) -> bool:
    """Does the actor see to partners of every agency?"""
    return actor.role == "system" or may(actor, NETWORK)


# --- changing ---------------------------------------------------------------------------------------


def add_partner(  # noqa: PLR0917  who adds what for whom, and when
    session: Session,
    actor: Actor,
    agency: Agency,
    wanted: NewPartner,
    taxonomy: Taxonomy,
    now: dt.datetime,
    channel: str = "web",
) -> tuple[Partner, PartnerKey]:
    """Adds a partner with its first key. Raises `QueryInvalid` naming the fields that are wrong, and what
    `need_over` raises."""
    if actor.role != "system":
        need_over(actor, NETWORK if may(actor, NETWORK) else OWN, [agency.id])
    if not sees_all(actor):
        wanted = replace(wanted, per_minute=PER_MINUTE)
    values = _checked(session, wanted, taxonomy, agency.id, None)
    partner = Partner(agency_id=agency.id, created_at=now, paused_at=None, **values)
    session.add(partner)
    session.flush()
    key = give_key(session, partner, now)
    _note(session, actor, "partner.add", partner, now, channel)
    return partner, key


def set_partner(  # noqa: PLR0917  who sets what of which, and when
    session: Session,
    actor: Actor,
    partner_id: str,
    wanted: NewPartner,
    taxonomy: Taxonomy,
    now: dt.datetime,
    channel: str = "web",
) -> Partner:
    """Sets it. How often its visitors may search, only the network sets. Raises as `add_partner` does."""
    row = partner_to_manage(session, actor, partner_id, lock=True)
    if not sees_all(actor):
        wanted = replace(wanted, per_minute=row.per_minute)
    values = _checked(session, wanted, taxonomy, row.agency_id, row.id)
    if any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        _note(session, actor, "partner.set", row, now, channel)
    return row


def rotate_key(  # noqa: PLR0917  who, which, until when, and when
    session: Session,
    actor: Actor,
    partner_id: str,
    until: dt.datetime,
    now: dt.datetime,
    channel: str = "web",
) -> PartnerKey:
    """Gives it a new key; the one before works until then. Raises what `change_key` and `need_over` raise."""
    row = partner_to_manage(session, actor, partner_id, lock=True)
    made = change_key(session, row, until, now)
    _note(session, actor, "partner.rotate", row, now, channel)
    return made


def pause(  # noqa: PLR0917  who, which, whether, and when
    session: Session, actor: Actor, partner_id: str, paused: bool, now: dt.datetime, channel: str = "web"
) -> Partner:
    """Switches its search off, or on again."""
    row = partner_to_manage(session, actor, partner_id, lock=True)
    if (row.paused_at is not None) != paused:
        row.paused_at = now if paused else None
        _note(session, actor, "partner.pause" if paused else "partner.resume", row, now, channel)
    return row


def as_set(row: Partner) -> NewPartner:
    """What is set of it now, as it could be typed."""
    return NewPartner(
        name=row.name,
        origins=tuple(row.origins),
        own_organizations=tuple(row.own_organizations),
        needs=tuple(row.needs),
        states=tuple(row.states),
        presets={name: [value] if isinstance(value, str) else value for name, value in row.presets.items()},
        locked=tuple(row.locked),
        per_minute=row.per_minute,
    )


def _checked(
    session: Session, wanted: NewPartner, taxonomy: Taxonomy, agency_id: str, own_id: str | None
) -> dict[str, Any]:
    """Column to value. Raises `QueryInvalid` naming everything that is wrong."""
    values, wrong = checked(wanted, taxonomy)
    same = select(Partner.id).where(
        Partner.agency_id == agency_id, func.lower(Partner.name) == values["name"].lower()
    )
    if session.scalar(same.where(Partner.id != own_id) if own_id else same):
        wrong["name"] = [N_("The agency has a partner site of that name already.")]
    if wrong:
        raise QueryInvalid(Phrase(N_("Please check what you wrote.")), wrong)
    return values


def _note(  # noqa: PLR0917  who did what to which, and when
    session: Session, actor: Actor, action: str, row: Partner, now: dt.datetime, channel: str
) -> None:
    session.flush()
    deed = Deed(
        actor=actor, action=action, object_kind="partner", object_ids=[row.id, row.agency_id], channel=channel
    )
    append(session, deed, now)
