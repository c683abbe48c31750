"""Whom a consent may name: agencies on the network, and the listed organization that a draft is for."""

from directory.accounts.agencies import agencies
from directory.referrals.acting import Acting
from directory.referrals.gate import recipient_of
from directory.referrals.tables import Referral


def places(acting: Acting, draft: Referral | None) -> dict[str, str]:
    """Id to name, the draft's receiver first where it is not on the network."""
    own = acting.actor.agency_id
    found = {each.id: each.name for each in agencies(acting.session) if each.id != own}
    if draft is not None and draft.to_agency_id is None and draft.to_organization_id is not None:
        receiver = recipient_of(acting, draft)
        found = {receiver.id: receiver.name, **found}
    return found
