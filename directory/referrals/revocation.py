"""A consent is taken back: written down once, and everything that rests on it stops in the same transaction.

A send that is under way and a revocation have one winner: both lock the consent first.
"""

from dataclasses import dataclass

from sqlalchemy import select

from directory.accounts.tables import new_id
from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting
from directory.referrals.history import note_event
from directory.referrals.ledger import own_consent
from directory.referrals.moves import stop_for_revocation
from directory.referrals.payloads import Moved
from directory.referrals.tables import LIVE_WITH_RECEIVER, Referral, ReferralEvent
from directory.referrals.tables_consents import Consent, ConsentRevocation

WHO = ("client", "representative", "agency")
HOW = ("written", "oral", "link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """What taking a consent back came to. `stopped`: the referrals that were withdrawn."""

    consent_id: str
    is_new: bool
    stopped: tuple[Moved, ...] = ()


def revoke(acting: Acting, consent_id: str, *, by: str, how: str, reason: str = "") -> Revoked:
    """Takes a consent back. Needs `consents.write` over its client. A second time changes nothing.

    `by`: `client`, `representative`, `agency`; `how`: `written`, `oral`, `link`. Referrals under way that
    rest on it become `withdrawn`; drafts stay and cannot be sent on it. Both sides are told by mail that
    something waits.
    """
    row = own_consent(acting, consent_id, "consents.write", lock=True)
    return take_back(acting, row, by=by, how=how, reason=reason)


def take_back(acting: Acting, row: Consent, *, by: str, how: str, reason: str = "") -> Revoked:
    """`revoke` without the question of rights (the person's own link); the consent's row is locked."""
    if by not in WHO or how not in HOW:
        raise QueryInvalid(Phrase(N_("Please say who took it back, and how.")))
    if row.revocation is not None:
        return Revoked(consent_id=row.id, is_new=False)
    made = ConsentRevocation(
        id=new_id(),
        consent_id=row.id,
        revoked_at=acting.now,
        by=by,
        how=how,
        recorded_by=acting.actor.user_id,
    )
    acting.ring.put(made, reason=reason.strip() or None)
    acting.session.add(made)
    acting.session.flush()
    acting.session.refresh(row, ["revocation"])
    stopped = tuple(stop_for_revocation(acting, each) for each in _resting_on(acting, row.id))
    acting.note("consent.revoke", "consent", [row.id, row.client_id], count=1)
    for each in stopped:
        note_event(acting.as_system(), acting.session.get_one(ReferralEvent, each.event_id))
    return Revoked(consent_id=row.id, is_new=True, stopped=stopped)


def _resting_on(acting: Acting, consent_id: str) -> list[Referral]:
    query = select(Referral).where(Referral.consent_id == consent_id, Referral.status.in_(LIVE_WITH_RECEIVER))
    query = query.order_by(Referral.id).with_for_update(key_share=True)
    return list(acting.session.scalars(query.execution_options(populate_existing=True)))
