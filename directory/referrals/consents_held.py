"""Taking the locks of a disclosure and asking the gate whether the referral's fields may go out at all."""

from directory.referrals.acting import Acting
from directory.referrals.gate import ask, ground_of
from directory.referrals.ledger import consents_of
from directory.referrals.sides import find
from directory.referrals.tables import Referral


def may_open(acting: Acting, peeked: Referral, *, channel: str) -> Referral:
    """The referral's row, locked with its consents. Raises `DisclosureRefused` when its fields may not go out
    by that channel."""
    consents = consents_of(acting.session, peeked.client_id, peeked.from_agency_id, lock=True, share=True)
    row = find(acting.session, peeked.id, lock=True)
    decision = ask(
        acting, row, consents, fields=row.shared_fields, ground=ground_of(acting, row), channel=channel
    )
    if not decision.allow:
        raise decision.refusal()
    return row
