"""What the screen of a handoff shows during the call, read with the consent as it is at this moment."""

from dataclasses import dataclass

from sqlalchemy import func, select

from directory.referrals import handoffs
from directory.referrals.acting import Acting, need
from directory.referrals.gate import recipient_of
from directory.referrals.handoff_store import MOST_STEPS, consented, handoffs_of
from directory.referrals.rows import live_visit
from directory.referrals.sides import find, not_found, part_as
from directory.referrals.tables import Appointment, Referral
from directory.referrals.tables_clients import Client
from directory.referrals.tables_handoffs import HandoffSave


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffScreen:
    """`may_say`: categories that the consent covers now; none: nothing about the person may be said.
    `step`: the number of the next save. `visit`: the one that is set, if one is."""

    row: Referral
    handoff: handoffs.Handoff
    client_name: str
    receiver: str
    may_say: frozenset[str]
    step: int
    visit: Appointment | None


def handoff_screen(acting: Acting, referral_id: str, handoff_id: str) -> HandoffScreen:
    """The screen, for the sender's side, with one line of the audit. Needs `handoffs.record`.

    Raises `RecordNotFound`, also for a handoff of another referral.
    """
    row = sent_referral(acting, referral_id)
    found = next((each for each in handoffs_of(acting, row.id) if each.id == handoff_id), None)
    if found is None:
        raise not_found()
    shown = HandoffScreen(
        row=row,
        handoff=found,
        client_name=acting.ring.get(acting.session.get_one(Client, row.client_id), "name") or "",
        receiver=recipient_of(acting, row).name,
        may_say=consented(acting, row),
        step=next_step(acting, handoff_id),
        visit=live_visit(acting.session, row),
    )
    acting.note("handoff.read", "handoff", [handoff_id, row.id])
    return shown


def next_step(acting: Acting, handoff_id: str) -> int:
    """The number of a handoff's next save."""
    query = select(func.max(HandoffSave.step)).where(HandoffSave.handoff_id == handoff_id)
    return min((acting.session.scalar(query) or 0) + 1, MOST_STEPS)


def sent_referral(acting: Acting, referral_id: str) -> Referral:
    """The referral, for its sender who may record handoffs. Raises `RecordNotFound`, `AccessRefused`."""
    need(acting.actor, "handoffs.record")
    row = find(acting.session, referral_id)
    part_as(acting, row, "sender")
    return row
