"""How often the consent gate said no, by the names of its refusals: kept with the line of the audit."""

import datetime as dt

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from directory.accounts.tables import IS_REFUSED, AuditEntry
from directory.referrals.acting import REFUSAL


def refused_codes(session: Session, agency_id: str | None, start: dt.datetime, end: dt.datetime) -> list[str]:
    """The names of the refusals that an agency met from `start` up to `end`; None: any agency."""
    query = select(AuditEntry.object_ids).where(
        AuditEntry.at >= start,
        AuditEntry.at < end,
        text(IS_REFUSED),  # by these words its index is found
    )
    if agency_id is not None:
        query = query.where(AuditEntry.agency_id == agency_id)
    return [
        key.removeprefix(REFUSAL) for ids in session.scalars(query) for key in ids if key.startswith(REFUSAL)
    ]
