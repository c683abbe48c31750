"""What a look shows: enough of one referral to put something right, and nothing to press."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from directory.accounts import tables as accounts
from directory.referrals.acting import Acting
from directory.referrals.client_fields import ClientFields, opened
from directory.referrals.disclosure_lists import Shown, disclosures_on
from directory.referrals.gate import recipient_of
from directory.referrals.rows import OpenedVisit, texts_of, visits_of
from directory.referrals.tables import Message, Referral, ReferralEvent
from directory.referrals.tables_clients import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """One referral as it is looked at. Lists are the oldest first; texts are opened."""

    row: Referral
    client: ClientFields
    details: Mapping[str, str]
    sender: str
    receiver: str
    events: tuple[tuple[ReferralEvent, str], ...]
    messages: tuple[tuple[Message, str], ...]
    visits: tuple[OpenedVisit, ...]
    disclosures: Shown


def looked_at(acting: Acting, row: Referral) -> LookedAt:
    """The referral's content. Rights, time and audit are `break_glass.open_look`'s."""
    session, ring = acting.session, acting.ring

    def of(kind: type[Any], order: Any, column: str) -> tuple[tuple[Any, str], ...]:
        found = session.scalars(select(kind).where(kind.referral_id == row.id).order_by(order))
        return tuple((each, ring.get(each, column) or "") for each in found)

    return LookedAt(
        row=row,
        client=opened(ring, session.get_one(Client, row.client_id)),
        details=texts_of(ring, row, "details"),
        sender=session.get_one(accounts.Agency, row.from_agency_id).name,
        receiver=recipient_of(acting, row).name,
        events=of(ReferralEvent, ReferralEvent.position, "body"),
        messages=of(Message, Message.position, "body"),
        visits=visits_of(acting, row),
        disclosures=disclosures_on(session, row.id),
    )
