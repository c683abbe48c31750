"""What a receiver wrote, set and was part of on a referral: their own work, whatever the consent says now.

Information about the person is `receiver_view`'s alone; nothing of the sender's is here.
"""

from dataclasses import dataclass

from sqlalchemy import select

from directory.referrals.acting import Acting
from directory.referrals.handoff_plans import SharedHandoff, handoffs_for_receiver
from directory.referrals.rows import OpenedVisit, visits_of
from directory.referrals.sides import find, part_as
from directory.referrals.tables import ContactAttempt


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """The oldest first; texts opened. `visits`: (visit, place, contact); `attempts`: (try, note)."""

    visits: tuple[OpenedVisit, ...] = ()
    attempts: tuple[tuple[ContactAttempt, str], ...] = ()
    handoffs: tuple[SharedHandoff, ...] = ()


def own_work(acting: Acting, referral_id: str) -> OwnWork:
    """Visits, which only receivers set, the own agency's tries, and the handoffs. Needs a receiver's part in
    it; before it was accepted only the handoffs. Not audited: part of a page that is."""
    row = find(acting.session, referral_id)
    part_as(acting, row, "receiver")
    shared = handoffs_for_receiver(acting, row)
    if row.accepted_at is None or row.status == "entered_in_error":
        return OwnWork(handoffs=shared)
    session, ring = acting.session, acting.ring
    tries = select(ContactAttempt).where(
        ContactAttempt.referral_id == row.id, ContactAttempt.agency_id == row.to_agency_id
    )
    return OwnWork(
        visits=visits_of(acting, row),
        attempts=tuple(
            (each, ring.get(each, "note") or "")
            for each in session.scalars(tries.order_by(ContactAttempt.at))
        ),
        handoffs=shared,
    )
