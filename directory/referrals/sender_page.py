"""One referral in its sender's eyes: what was written, its history, visits, handoffs, who saw what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from directory.referrals import check_ins, handoffs, own_link
from directory.referrals.acting import Acting
from directory.referrals.chains import Linked, linked
from directory.referrals.client_fields import ClientFields, opened
from directory.referrals.consent_record import Consent
from directory.referrals.disclosure_lists import Shown, disclosures_on
from directory.referrals.gate import recipient_of
from directory.referrals.handoff_store import handoffs_of
from directory.referrals.ledger import consents_of
from directory.referrals.rows import OpenedVisit, as_consent, texts_of, visits_of
from directory.referrals.sides import find, part_as
from directory.referrals.tables import ContactAttempt, Message, Referral, ReferralEvent
from directory.referrals.tables_clients import Client
from directory.referrals.tables_doors import PersonLink
from directory.referrals.transitions import Button, buttons


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderPage:
    """All that the page of a referral shows. Lists are the oldest first; texts are opened."""

    row: Referral
    client: ClientFields
    details: Mapping[str, str]
    receiver: str
    accepting_worker: str
    named_contact: str
    consents: tuple[Consent, ...]
    """The client's, the newest first."""
    events: tuple[tuple[ReferralEvent, str], ...]
    """(line, what was written with it)."""
    messages: tuple[tuple[Message, str], ...]
    visits: tuple[OpenedVisit, ...]
    attempts: tuple[tuple[ContactAttempt, str], ...]
    handoffs: tuple[handoffs.Handoff, ...]
    disclosures: Shown
    buttons: tuple[Button, ...]
    came_before: Linked | None
    """The referral that this one continues."""
    came_after: Linked | None
    """The one that continues it."""
    own_link: PersonLink | None
    """The private link of the person that opens now."""
    check_ins: tuple[int, ...]
    """Days (30, 90) of check-ins that are due."""


def sender_page(acting: Acting, referral_id: str) -> SenderPage:
    """The page, in a constant number of statements and one line of the audit. Needs `referrals.read_sent`.

    Raises `RecordNotFound`, also for the receiver, whose view is `receiver_view.open_referral`.
    """
    row = find(acting.session, referral_id)
    part = part_as(acting, row, "sender")
    session, ring = acting.session, acting.ring

    def of(kind: type[Any], order: Any) -> list[Any]:
        return list(session.scalars(select(kind).where(kind.referral_id == row.id).order_by(order)))

    consents = consents_of(session, row.client_id, row.from_agency_id)
    before, after = linked(session, row)
    found = SenderPage(
        row=row,
        client=opened(ring, session.get_one(Client, row.client_id)),
        details=texts_of(ring, row, "details"),
        receiver=recipient_of(acting, row).name,
        accepting_worker=ring.get(row, "accepting_worker") or "",
        named_contact=ring.get(row, "named_contact") or "",
        consents=tuple(as_consent(ring, each) for each in consents),
        events=tuple(
            (each, ring.get(each, "body") or "") for each in of(ReferralEvent, ReferralEvent.position)
        ),
        messages=tuple((each, ring.get(each, "body") or "") for each in of(Message, Message.position)),
        visits=visits_of(acting, row),
        attempts=tuple(
            (each, ring.get(each, "note") or "") for each in of(ContactAttempt, ContactAttempt.at)
        ),
        handoffs=tuple(handoffs_of(acting, row.id)),
        disclosures=disclosures_on(session, row.id),
        buttons=buttons(row.status, *part),
        came_before=before,
        came_after=after,
        own_link=own_link.link_of(acting, row),
        check_ins=check_ins.due_of(acting, row),
    )
    acting.note("referral.read", "referral", [row.id])
    return found
