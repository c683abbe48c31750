"""Referring again what did not work out: a new draft says what it continues; the ended one stays ended."""

from directory.referrals.acting import Acting, need
from directory.referrals.chains import ended_referral, linked
from directory.referrals.clients import own_client
from directory.referrals.drafts import create_draft
from directory.referrals.payloads import DraftFields
from directory.referrals.rows import texts_of
from directory.referrals.sides import find, part_as
from directory.referrals.tables import Referral


def refer_again(acting: Acting, referral_id: str, *, listing_id: str | None = None) -> Referral:
    """A draft with the same client, needs, words and shared fields, for `listing_id` or a place still to be
    found; the one that is there already where somebody was quicker. Needs `referrals.send`.

    Raises `RecordNotFound`, `ListingNotFound`, `TransitionRefused` (`not_ended`).
    """
    need(acting.actor, "referrals.send")
    peeked = find(acting.session, referral_id)
    part_as(acting, peeked, "sender", write=True)
    own_client(acting, peeked.client_id, "referrals.send", lock=True)
    row = ended_referral(acting, referral_id, peeked.client_id)
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
