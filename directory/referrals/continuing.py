"""Referring again what did not work out: a new draft that says what it continues. The ended one stays ended.

Each referral is followed by one other at most, so that a chain can be told from its first try to its last.
"""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.errors import TransitionRefused
from directory.phrases import N_
from directory.referrals.acting import Acting, need
from directory.referrals.clients import own_client
from directory.referrals.drafts import create_draft
from directory.referrals.payloads import DraftFields
from directory.referrals.rows import texts_of
from directory.referrals.sides import find, not_found, parts_of
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
        or_(Referral.continues_id == row.id, Referral.id == row.continues_id)
    )
    found = [
        Linked(key, str((snapshot or {}).get("name") or ""), state)
        for key, snapshot, state in session.execute(query.order_by(Referral.created_at))
    ]
    before = next((each for each in found if each.id == row.continues_id), None)
    return before, next((each for each in found if each.id != row.continues_id), None)


def refer_again(acting: Acting, referral_id: str, *, listing_id: str | None = None) -> Referral:
    """A draft with the same client, needs, words and shared fields, for `listing_id` or a place still to be
    found; the one that is there already where somebody was quicker. Needs `referrals.send`.

    Raises `RecordNotFound`, `ListingNotFound`, `TransitionRefused` (`not_ended`).
    """
    need(acting.actor, "referrals.send")
    peeked = find(acting.session, referral_id)
    if all(side != "sender" for _, side in parts_of(acting, peeked, write=True)):
        raise not_found()
    own_client(acting, peeked.client_id, "referrals.send", lock=True)
    row = find(acting.session, referral_id, lock=True)
    if row.status not in CONTINUABLE or row.self_referral:
        raise TransitionRefused("not_ended", N_("This can only be done when a referral did not work out."))
    _, after = linked(acting.session, row)
    if after is not None:
        return find(acting.session, after.id)
    return create_draft(
        acting,
        DraftFields(
            client_id=row.client_id,
            listing_id=listing_id,
            needs=tuple(row.needs),
            priority=row.priority,
            shared_fields=frozenset(row.shared_fields),
            purpose=row.purpose,
            details=texts_of(acting.ring, row, "details"),
            contact_preference=row.contact_preference,
            continues_id=row.id,
        ),
    )
