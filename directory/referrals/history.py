"""The history of a referral: append-only rows, counted without a gap, each with its digest in the audit."""

import hashlib

from sqlalchemy import func, select

from directory.accounts.tables import new_id
from directory.database import to_json
from directory.referrals.acting import Acting
from directory.referrals.move_rows import Actor
from directory.referrals.states import State
from directory.referrals.tables import Referral, ReferralEvent


def add_event(
    acting: Acting,
    row: Referral,
    event: str,
    actor: Actor,
    *,
    from_status: State,
    version_before: int,
    reason: str | None = None,
    text: str = "",
    consent_id: str | None = None,
    idempotency_key: str = "",
) -> ReferralEvent:
    """One line. The referral's row is locked by the caller, so that no two get the same position."""
    last = acting.session.scalar(
        select(func.max(ReferralEvent.position)).where(ReferralEvent.referral_id == row.id)
    )
    made = ReferralEvent(
        id=new_id(),
        referral_id=row.id,
        position=(last or 0) + 1,
        event=event,
        from_status=from_status,
        to_status=row.status,
        actor=actor,
        user_id=acting.actor.user_id,
        agency_id=acting.actor.agency_id,
        role=acting.actor.role,
        at=acting.now,
        reason=reason,
        version_before=version_before,
        version_after=row.version,
        channel=acting.channel,
        request_id=acting.request_id,
        idempotency_key=idempotency_key or None,
        consent_id=consent_id,
    )
    acting.ring.put(made, body=text.strip() or None)
    acting.session.add(made)
    acting.session.flush()
    return made


def digest(row: ReferralEvent) -> str:
    """SHA-256 of what the line says, its sealed text apart: that may be sealed anew."""
    told = [
        row.id,
        row.referral_id,
        row.position,
        row.event,
        row.from_status,
        row.to_status,
        row.actor,
        row.user_id,
        row.agency_id,
        row.at.isoformat(timespec="microseconds"),
        row.reason,
        row.version_before,
        row.version_after,
        row.channel,
        row.consent_id,
    ]
    return hashlib.sha256(to_json(told).encode()).hexdigest()


def note_event(acting: Acting, row: ReferralEvent) -> None:
    """The line in the audit: ids, and the digest of the line as it was written."""
    acting.note(f"referral.{row.event}", "referral", [row.referral_id, row.id, digest(row)], count=1)
