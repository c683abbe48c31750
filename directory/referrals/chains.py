"""Chains: a referral that did not work out is followed by another of the same person, by the same agency.

Each is followed by one other at most, so that a chain can be told from its first try to its last.
"""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.errors import TransitionRefused
from directory.phrases import N_
from directory.referrals.acting import Acting
from directory.referrals.sides import find, not_found, part_as
from directory.referrals.states import State
from directory.referrals.tables import Referral

CONTINUABLE: frozenset[State] = frozenset({"declined", "expired", "unsuccessful", "withdrawn"})
"""Ended without help for the person."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A referral that another one names."""

    id: str
    service: str
    state: State


def linked(session: Session, row: Referral) -> tuple[Linked | None, Linked | None]:
    """What it continues, and what continues it; one statement."""
    query = select(Referral.id, Referral.snapshot, Referral.status).where(
        Referral.client_id == row.client_id,  # a chain is of one person; theirs are few
        Referral.from_agency_id == row.from_agency_id,
        or_(Referral.continues_id == row.id, Referral.id == row.continues_id),
    )
    found = [
        Linked(key, str((snapshot or {}).get("name") or ""), state)
        for key, snapshot, state in session.execute(query.order_by(Referral.created_at))
    ]
    before = next((each for each in found if each.id == row.continues_id), None)
    return before, next((each for each in found if each.id != row.continues_id), None)


def ended_referral(acting: Acting, referral_id: str, client_id: str) -> Referral:
    """The own agency's referral of that client, locked, if it is one that another may follow.

    Raises `RecordNotFound` for another agency's, another client's and its receiver's as for none;
    `TransitionRefused` (`not_ended`) where it did not end without help, or was a person's own request.
    """
    row = find(acting.session, referral_id, lock=True)
    part_as(acting, row, "sender", write=True)
    if row.client_id != client_id:
        raise not_found()
    if row.status not in CONTINUABLE or row.self_referral:
        raise TransitionRefused("not_ended", N_("This can only be done when a referral did not work out."))
    return row


def to_continue(acting: Acting, referral_id: str, client_id: str) -> str:
    """The id, if a new referral of that client may follow this one. The client's row is locked by the caller.

    Raises as `ended_referral`; `TransitionRefused` (`continued_already`) where another follows it.
    """
    row = ended_referral(acting, referral_id, client_id)
    _, after = linked(acting.session, row)
    if after is not None:
        raise TransitionRefused("continued_already", N_("Another referral follows this one already."))
    return row.id
