"""Receivers as reports name them: what they are called, when they work, what room they stated."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.tables import Agency
from directory.listings.tables import Service, ServiceCapacity
from directory.referrals.business_time import BusinessCalendar
from directory.referrals.rows import as_calendar
from directory.referrals.tables import Referral


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver: an agency, or (office hours) a listed organization without an account."""

    name: str
    calendar: BusinessCalendar
    answers_within: Mapping[str, int] = field(default_factory=dict)
    """By priority, the working hours within which it promises an answer, where it says so."""


def receivers(session: Session, ids: Iterable[str]) -> Mapping[str, Receiver]:
    """Those of these ids that are known, by id; three statements however many."""
    wanted = sorted({each for each in ids if each})
    agencies = session.scalars(select(Agency).where(Agency.id.in_(wanted)))
    found = {each.id: Receiver(each.name, as_calendar(each), each.response_sla) for each in agencies}
    return {**_organizations(session, [each for each in wanted if each not in found]), **found}


def _organizations(session: Session, ids: list[str]) -> dict[str, Receiver]:
    """Listed organizations go by the name on the referral that was made last (by its day, then its id)."""
    newest = select(Referral.to_organization_id, func.max(Referral.created_at).label("at")).where(
        Referral.to_organization_id.in_(ids), Referral.to_agency_id.is_(None)
    )
    last = newest.group_by(Referral.to_organization_id).subquery()
    query = (
        select(Referral.to_organization_id, Referral.snapshot)
        .join(
            last,
            (Referral.to_organization_id == last.c.to_organization_id) & (Referral.created_at == last.c.at),
        )
        .where(Referral.to_agency_id.is_(None))
        .order_by(Referral.id)
    )
    return {
        key: Receiver(str(snapshot.get("organization") or snapshot.get("name") or ""), BusinessCalendar())
        for key, snapshot in session.execute(query)
        if key is not None
    }


def capacity_stated(session: Session, agency_id: str | None) -> list[dt.datetime]:
    """When each statement of room was made, by the body that the agency is; None: by any agency's."""
    bodies = select(Agency.organization_id).where(Agency.organization_id.is_not(None))
    if agency_id is not None:
        bodies = bodies.where(Agency.id == agency_id)
    query = (
        select(ServiceCapacity.updated)
        .join(Service, Service.id == ServiceCapacity.service_id)
        .where(Service.organization_id.in_(bodies), ServiceCapacity.updated.is_not(None))
    )
    return [each for each in session.scalars(query) if each is not None]
