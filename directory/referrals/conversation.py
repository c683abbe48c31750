"""Messages and tries to reach the client: what is written on a referral without moving it."""

import datetime as dt
from typing import get_args

from directory.accounts.tables import new_id
from directory.errors import QueryInvalid, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting
from directory.referrals.consent import disclosable_view
from directory.referrals.effects import write_message
from directory.referrals.gate import ask, ground_of, keep_disclosure, values_of
from directory.referrals.history import add_event, note_event
from directory.referrals.ledger import consents_of
from directory.referrals.move_facts import AttemptOutcome
from directory.referrals.move_rows import Actor
from directory.referrals.rows import as_text, receiver_id
from directory.referrals.sides import find, parts_of
from directory.referrals.states import TERMINAL
from directory.referrals.tables import ContactAttempt, Message, Referral, ReferralEvent

METHODS = ("phone", "text", "email", "mail", "in_person", "video")
LONGEST = 4000


def post_message(acting: Acting, referral_id: str, text: str) -> Message:
    """A message to the other side. The sender's is a disclosure, so the gate is asked.

    Raises `DisclosureRefused`, `QueryInvalid`, `TransitionRefused` when the referral is a draft or has ended.
    """
    if not text.strip() or len(text) > LONGEST:
        raise QueryInvalid(Phrase(N_("Please write a few words.")), {"text": [N_("is empty or too long")]})
    peeked = find(acting.session, referral_id)
    side = parts_of(acting, peeked, write=True)[0][1]
    consents = consents_of(acting.session, peeked.client_id, peeked.from_agency_id, lock=True, share=True)
    row = find(acting.session, referral_id, lock=True)
    if row.status == "draft" or row.status in TERMINAL:
        raise TransitionRefused("referral_closed", N_("Nobody reads messages on this referral now."))
    made = write_message(acting, row, side, "message", text)
    acting.session.flush()
    consent_id = None
    if side == "sender":
        ground = ground_of(acting, row)
        fields = {*row.shared_fields, "messages"}
        decision = ask(acting, row, consents, fields=fields, ground=ground)
        left = disclosable_view(values_of(acting, row), decision, receiver_id(row)).information
        row.shared_fields = sorted(fields)
        acting.ring.put(row, handed_over=as_text(left))
        consent_id = keep_disclosure(acting, row, decision, ground).consent_id
    line = _line(acting, row, "message", side, consent_id)
    note_event(acting, line)
    return made


def log_attempt(
    acting: Acting,
    referral_id: str,
    *,
    method: str,
    outcome: str,
    at: dt.datetime | None = None,
    note: str = "",
) -> ContactAttempt:
    """A try to reach the client, by either side. `at`: when it was (default: now, never ahead)."""
    if method not in METHODS or outcome not in get_args(AttemptOutcome):
        raise QueryInvalid(Phrase(N_("Please say how you tried and what came of it.")))
    moment = at or acting.now
    if moment > acting.now:
        raise QueryInvalid(Phrase(N_("A try cannot lie ahead.")), {"at": [N_("lies ahead")]})
    row = find(acting.session, referral_id, lock=True)
    side = parts_of(acting, row, write=True)[0][1]
    if row.status == "draft":
        raise TransitionRefused("not_sent", N_("This was not sent yet."))
    made = ContactAttempt(
        id=new_id(),
        referral_id=row.id,
        at=moment,
        method=method,
        outcome=outcome,
        user_id=acting.actor.user_id,
        agency_id=acting.actor.agency_id,
        recorded_at=acting.now,
    )
    acting.ring.put(made, note=note.strip() or None)
    acting.session.add(made)
    note_event(acting, _line(acting, row, "attempt", side, None))
    return made


def _line(acting: Acting, row: Referral, event: str, side: str, consent_id: str | None) -> ReferralEvent:
    actors: dict[str, Actor] = {"receiver": "receiver_worker", "sender": "sender_worker"}
    return add_event(
        acting,
        row,
        event,
        "client" if acting.actor.role == "client" else actors[side],
        from_status=row.status,
        version_before=row.version,
        consent_id=consent_id,
    )
