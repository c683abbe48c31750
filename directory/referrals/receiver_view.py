"""What a receiver sees of a referral: the one builder, whatever the channel (page, link, API, file, print).

Each opening asks the gate again, is a disclosure and a line in the audit. Once a referral has ended, or
consent is gone, a receiver who had accepted keeps what they relied on (42 CFR 2.31(a)(6)) and sees nothing
newer; one who had not sees that it ended, and nothing else.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from directory.accounts import tables as accounts
from directory.phrases import Phrase
from directory.referrals.acting import Acting
from directory.referrals.consent import RecipientPayload, disclosable_view, kept_view
from directory.referrals.decision import Decision
from directory.referrals.gate import ask, ground_of, keep_disclosure, recipient_of, values_of
from directory.referrals.history import add_event, note_event
from directory.referrals.ledger import consents_of
from directory.referrals.rows import as_consent, as_text, receiver_id, texts_of
from directory.referrals.sides import Part, find, part_as
from directory.referrals.states import TERMINAL, State
from directory.referrals.tables import Referral, ReferralEvent
from directory.referrals.tables_consents import Consent
from directory.referrals.transitions import Button, buttons


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverView:
    """One referral in its receiver's eyes.

    `payload` holds the information with the 2.32 notice and the scope, which every channel has to carry;
    None: nothing may be shown but that the referral was there (`tombstone`). `kept`: what they relied on,
    nothing newer. Moments are aware.
    """

    referral_id: str
    state: State
    version: int
    closed_at: dt.datetime | None
    tombstone: bool = False
    kept: bool = False
    refusals: tuple[Phrase, ...] = ()
    """Why there is no more, in the gate's words."""
    payload: RecipientPayload | None = None
    sent_at: dt.datetime | None = None
    answer_due_at: dt.datetime | None = None
    sender_agency: str = ""
    sender_worker: str = ""
    receiver_agency: str = ""
    service: Mapping[str, Any] | None = None
    """The listing as it was."""
    buttons: tuple[Button, ...] = ()
    is_own_request: bool = False
    """The person asked by themself: what is written here, they read."""


def open_referral(acting: Acting, referral_id: str, *, channel: str | None = None) -> ReceiverView:
    """The referral as its receiver may see it now; writes the disclosure, the first look and the audit.

    `channel`: what carries it (`web`, `link`, `api`, `csv`, `print`; default: the actor's). Raises
    `RecordNotFound`, `AccessRefused`; a refusal of the gate is no error but a view with less in it.
    """
    peeked = find(acting.session, referral_id)
    part = part_as(acting, peeked, "receiver")
    consents = consents_of(acting.session, peeked.client_id, peeked.from_agency_id, lock=True, share=True)
    row = find(acting.session, referral_id, lock=True)
    if row.status in TERMINAL:
        return _ended(acting, row, part)
    ground = ground_of(acting, row)
    decision = ask(acting, row, consents, fields=row.shared_fields, ground=ground, channel=channel)
    if not decision.allow:
        return _ended(acting, row, part, decision)
    payload = disclosable_view(values_of(acting, row), decision, receiver_id(row))
    acting.ring.put(row, handed_over=as_text(payload.information))
    keep_disclosure(acting, row, decision, ground)
    line = _first_look(acting, row)
    acting.session.flush()
    if line is not None:
        note_event(acting, line)
    acting.note("referral.open", "referral", [row.id], outcome="shown")
    return _view(acting, row, part, payload=payload)


def _first_look(acting: Acting, row: Referral) -> ReferralEvent | None:
    """The receiver's first look, once; it changes nobody's version."""
    if row.first_viewed_at is not None:
        return None
    row.first_viewed_at = acting.now
    acting.session.flush()
    return add_event(
        acting, row, "viewed", "receiver_worker", from_status=row.status, version_before=row.version
    )


def _ended(acting: Acting, row: Referral, part: Part, decision: Decision | None = None) -> ReceiverView:
    """What is left: what they relied on if they had accepted, else that it was there."""
    refusals = decision.sentences if decision else ()
    if row.accepted_at is None or row.status == "entered_in_error":
        acting.note("referral.open", "referral", [row.id], outcome="tombstone")
        return ReceiverView(
            referral_id=row.id,
            state=row.status,
            version=row.version,
            closed_at=row.closed_at,
            tombstone=True,
            refusals=refusals,
        )
    payload = _kept_payload(acting, row)
    acting.note("referral.open", "referral", [row.id], outcome="kept")
    return _view(acting, row, part, payload=payload, kept=True, refusals=refusals)


def _kept_payload(acting: Acting, row: Referral) -> RecipientPayload:
    """What last left, with the notice and the scope that went along."""
    sender = acting.session.get_one(accounts.Agency, row.from_agency_id)
    stored = acting.session.get(Consent, row.consent_id) if row.consent_id else None
    consent = as_consent(acting.ring, stored) if stored else None
    kept = texts_of(acting.ring, row, "handed_over")
    part2 = sender.part2_program != "no" and not row.self_referral
    return kept_view(kept, consent, row.basis, recipient_of(acting, row), part2=part2)


def _view(
    acting: Acting,
    row: Referral,
    part: Part,
    *,
    payload: RecipientPayload,
    kept: bool = False,
    refusals: tuple[Phrase, ...] = (),
) -> ReceiverView:
    worker = acting.session.get(accounts.User, row.from_user_id) if row.from_user_id else None
    return ReceiverView(
        referral_id=row.id,
        state=row.status,
        version=row.version,
        closed_at=row.closed_at,
        kept=kept,
        refusals=refusals,
        payload=payload,
        sent_at=row.sent_at,
        answer_due_at=row.answer_due_at,
        sender_agency=acting.session.get_one(accounts.Agency, row.from_agency_id).name,
        sender_worker=worker.name if worker else "",
        receiver_agency=recipient_of(acting, row).name,
        service=row.snapshot,
        buttons=buttons(row.status, *part),
        is_own_request=row.self_referral,
    )
