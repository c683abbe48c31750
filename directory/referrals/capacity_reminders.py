"""Statements of how much room there is grow old: the agency that a listing belongs to is asked for a new one.

One mail per agency however many of its listings are meant, and none again until another grows old.
"""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.tables import Agency
from directory.listings.tables.service import Service, ServiceCapacity
from directory.referrals.acting import Acting
from directory.referrals.clocks import Reminder, due_capacity_reminder
from directory.referrals.notices import intake_of, tell


def remind_of_capacity(acting: Acting) -> int:
    """Puts the mails that are due into the outbox; answers how many were new. The caller commits."""
    new = 0
    of_a_listing = select(Agency).where(Agency.organization_id.is_not(None), Agency.left_at.is_(None))
    for agency in acting.session.scalars(of_a_listing).all():
        stated = _statements(acting.session, agency)
        due = list(_due(stated, agency.timezone, acting.now))
        if due:
            newest = max(each.due_at for each in due)
            key = f"{agency.id}:capacity:{int(newest.timestamp())}"
            new += tell(acting, intake_of(acting.session, agency.id), key, count=len(due))
    return new


def _statements(session: Session, agency: Agency) -> list[tuple[str, dt.datetime]]:
    """(service, when it last said how much room there is) of the agency's listings."""
    query = (
        select(ServiceCapacity.service_id, func.max(ServiceCapacity.updated))
        .join(Service, Service.id == ServiceCapacity.service_id)
        .where(Service.organization_id == agency.organization_id, ServiceCapacity.updated.is_not(None))
        .group_by(ServiceCapacity.service_id)
    )
    return [(key, at) for key, at in session.execute(query) if at is not None]


def _due(stated: Iterable[tuple[str, dt.datetime]], zone: str, now: dt.datetime) -> Iterable[Reminder]:
    for service_id, at in stated:
        reminder = due_capacity_reminder(service_id, at, zone, now)
        if reminder is not None:
            yield reminder
