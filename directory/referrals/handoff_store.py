"""Warm handoffs as they happen: planned, saved field by field during the call, ended, followed up.

The screen numbers its saves and gives each an id. A save that arrives twice is written once; one that arrives
late (a lost line) changes nothing that a later one has set. Ending one is a save too.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from sqlalchemy import select

from directory.accounts.tables import new_id
from directory.errors import QueryInvalid, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals import handoffs as pure
from directory.referrals.acting import Acting, need, note_refusal
from directory.referrals.gate import ask, ground_of, keep_disclosure
from directory.referrals.handoff_rows import PLAIN, SEALED, as_handoff, write_handoff
from directory.referrals.handoffs import HandoffEvent, decide_handoff, problems, record_follow_up
from directory.referrals.history import add_event, note_event
from directory.referrals.information import fields_of
from directory.referrals.ledger import consents_of
from directory.referrals.sides import find, not_found, parts_of
from directory.referrals.strikes import strike
from directory.referrals.tables import Appointment, Referral, ReferralEvent
from directory.referrals.tables_consents import Consent
from directory.referrals.tables_handoffs import Handoff, HandoffSave

SAVED = frozenset({*PLAIN, *SEALED, "introduced_by", "received_by", "shared"})
"""Fields that a save may carry: of `handoffs.Handoff`, with its types."""
MOST_STEPS = 10**6
"""Of one handoff: no screen saves more often."""
ENDED: tuple[pure.HandoffState, ...] = ("completed", "failed", "cancelled")
_CHOICES = {
    "method": get_args(pure.Method),
    "failure_reason": (*get_args(pure.FailureReason), *get_args(pure.CancelReason), None),
}


def plan(
    acting: Acting, referral_id: str, method: pure.Method, *, planned_for: dt.datetime | None = None
) -> Handoff:
    """A new handoff, to be tried now or at `planned_for`. Needs `handoffs.record` and a part in the referral.

    Raises `TransitionRefused` for a draft, `QueryInvalid` for an unknown method.
    """
    need(acting.actor, "handoffs.record")
    row = referral_with_locks(acting, referral_id)
    if row.status == "draft":
        raise TransitionRefused("not_sent", N_("Please send the referral first."))
    _check({"method": method})
    made = Handoff(
        id=new_id(),
        referral_id=row.id,
        from_agency_id=row.from_agency_id,
        status="planned",
        method=method,
        planned_for=planned_for,
        initiated_by=acting.actor.user_id,
        shared=[],
        warmth="cold",
        created_at=acting.now,
        changed_at=acting.now,
    )
    acting.session.add(made)
    acting.session.flush()
    acting.note("handoff.plan", "handoff", [made.id, row.id], count=1)
    return made


def save(acting: Acting, handoff_id: str, changes: Mapping[str, Any], *, save_id: str, step: int) -> Handoff:
    """Keeps what was entered so far. `save_id`: made by the screen, up to 64 characters; `step`: 1, 2, 3 …

    Raises `TransitionRefused` for what the consent does not cover (`scope_exceeded:…`) and for a handoff that
    has ended; `QueryInvalid` for fields or values that are none.
    """
    _check_save(save_id, step)
    row, referral = locked(acting, handoff_id)
    if _is_known(acting, row, save_id):
        return row
    if row.status in ENDED:
        raise TransitionRefused("handoff_closed", N_("This handoff has ended. Please begin a new one."))
    found = _merged(acting, row, changes, step)
    _refuse_beyond_consent(acting, found, referral)
    write_handoff(acting.ring, row, found, acting.now)
    acting.session.flush()
    keep_save(acting, row, changes, save_id, step)
    acting.note("handoff.save", "handoff", [row.id, referral.id], count=1)
    return row


def finish(
    acting: Acting,
    handoff_id: str,
    event: HandoffEvent,
    changes: Mapping[str, Any] | None = None,
    *,
    save_id: str,
    step: int,
) -> Handoff:
    """`attempt`, `complete`, `fail` or `cancel`, with the last fields. The follow-up falls due by itself.

    Raises `TransitionRefused` with every field to mend. What was said goes into the accounting of
    disclosures.
    """
    _check_save(save_id, step)
    row, referral = locked(acting, handoff_id)
    if _is_known(acting, row, save_id):
        return row
    found = _merged(acting, row, changes or {}, step)
    decided = decide_handoff(found, event, acting.now, consented=consented(acting, referral))
    write_handoff(acting.ring, row, decided, acting.now)
    acting.session.flush()
    keep_save(acting, row, changes or {}, save_id, step)
    if decided.shared and event != "attempt":
        _disclose_words(acting, referral, decided.shared)
    line = note_in_history(acting, referral, f"handoff_{decided.state}", decided.failure_reason)
    strike(acting, referral)
    note_event(acting, line)
    acting.note(f"handoff.{event}", "handoff", [row.id, referral.id], count=1)
    return row


def note_in_history(
    acting: Acting, referral: Referral, event: str, reason: str | None = None
) -> ReferralEvent:
    """A line about a handoff in the referral's history, which both sides read."""
    return add_event(
        acting,
        referral,
        event,
        "receiver_worker" if acting.actor.agency_id == referral.to_agency_id else "sender_worker",
        from_status=referral.status,
        version_before=referral.version,
        reason=reason,
    )


def follow_up(acting: Acting, handoff_id: str, result: str) -> Handoff:
    """Writes down whether the person connected. Raises `TransitionRefused` (`follow_up_not_due`, …)."""
    row, referral = locked(acting, handoff_id)
    decided = record_follow_up(as_handoff(acting.ring, row), result, acting.now)
    row.follow_up_at, row.follow_up_by = decided.follow_up_at, acting.actor.user_id
    acting.ring.put(row, follow_up_result=decided.follow_up_result.strip())
    row.changed_at = acting.now
    acting.session.flush()
    acting.note("handoff.follow_up", "handoff", [row.id, referral.id], count=1)
    return row


def due_follow_ups(acting: Acting, *, mine: bool = False, limit: int = 50) -> list[Handoff]:
    """The own agency's completed handoffs whose follow-up has fallen due, the oldest first: tasks."""
    actor = need(acting.actor, "handoffs.record")
    query = select(Handoff).where(
        Handoff.from_agency_id == actor.agency_id,
        Handoff.follow_up_due <= acting.now,
        Handoff.follow_up_at.is_(None),
        Handoff.status == "completed",
    )
    if mine:
        query = query.where(Handoff.initiated_by == actor.user_id)
    found = list(acting.session.scalars(query.order_by(Handoff.follow_up_due, Handoff.id).limit(limit)))
    acting.note("handoff.list_due", "handoff", [each.id for each in found])
    return found


def handoffs_of(acting: Acting, referral_id: str) -> list[pure.Handoff]:
    """A referral's handoffs, the oldest first. Not audited: part of a page that is."""
    query = select(Handoff).where(Handoff.referral_id == referral_id).order_by(Handoff.created_at, Handoff.id)
    return [as_handoff(acting.ring, each) for each in acting.session.scalars(query)]


def _merged(acting: Acting, row: Handoff, changes: Mapping[str, Any], step: int) -> pure.Handoff:
    """The handoff with the changes, but for fields that a later save has set already."""
    _check(changes)
    query = select(HandoffSave.fields).where(HandoffSave.handoff_id == row.id, HandoffSave.step > step)
    later = {name for names in acting.session.scalars(query) for name in names}
    taken = {name: value for name, value in changes.items() if name not in later}
    if "appointment_id" in taken and taken["appointment_id"] is not None:
        visit = acting.session.get(Appointment, taken["appointment_id"])
        if visit is None or visit.referral_id != row.referral_id:
            raise not_found()
    if "shared" in taken:
        taken["shared"] = frozenset(taken["shared"])
    return replace(as_handoff(acting.ring, row), **taken)


def _check(changes: Mapping[str, Any]) -> None:
    unknown = set(changes) - SAVED
    wrong = {name for name, allowed in _CHOICES.items() if name in changes and changes[name] not in allowed}
    if unknown or wrong:
        fields = {name: [Phrase(N_("Please choose one of the answers listed."))] for name in unknown | wrong}
        raise QueryInvalid(Phrase(N_("Please check what you entered.")), fields)


def _check_save(save_id: str, step: int) -> None:
    if not save_id or len(save_id) > 64 or not 1 <= step <= MOST_STEPS:
        raise QueryInvalid(Phrase(N_("This form has no key. Please open it again.")))


def _is_known(acting: Acting, row: Handoff, save_id: str) -> bool:
    query = select(HandoffSave.id).where(HandoffSave.handoff_id == row.id, HandoffSave.save_id == save_id)
    return acting.session.scalar(query) is not None


def keep_save(acting: Acting, row: Handoff, changes: Mapping[str, Any], save_id: str, step: int) -> None:
    """Remembers a save, so that it is written once and nothing older overwrites it."""
    acting.session.add(
        HandoffSave(
            id=new_id(),
            handoff_id=row.id,
            save_id=save_id,
            step=step,
            fields=sorted(changes),
            version_after=row.version,
            saved_at=acting.now,
        )
    )
    acting.session.flush()


# --- the referral -----------------------------------------------------------------------------------


def referral_with_locks(acting: Acting, referral_id: str) -> Referral:
    """The referral, locked after its client's consents, for whoever has a part in it."""
    peeked = find(acting.session, referral_id)
    parts_of(acting, peeked)
    consents_of(acting.session, peeked.client_id, peeked.from_agency_id, lock=True, share=True)
    return find(acting.session, referral_id, lock=True)


def locked(acting: Acting, handoff_id: str) -> tuple[Handoff, Referral]:
    """Both rows, locked; if the actor has a part in the referral and may record handoffs."""
    need(acting.actor, "handoffs.record")
    known = acting.session.get(Handoff, handoff_id)
    if known is None:
        raise not_found()
    referral = referral_with_locks(acting, known.referral_id)
    query = select(Handoff).where(Handoff.id == handoff_id).with_for_update(key_share=True)
    row = acting.session.scalars(query.execution_options(populate_existing=True)).one()
    return row, referral


def consented(acting: Acting, referral: Referral) -> frozenset[str]:
    """Categories that may be spoken of now; none without a consent that holds."""
    consents = consents_of(acting.session, referral.client_id, referral.from_agency_id)
    ground = ground_of(acting, referral)
    decision = ask(acting, referral, consents, fields=referral.shared_fields, ground=ground, channel="web")
    consent = acting.session.get(Consent, decision.consent_id) if decision.consent_id else None
    return frozenset(consent.categories) if decision.allow and consent else decision.categories


def _refuse_beyond_consent(acting: Acting, found: pure.Handoff, referral: Referral) -> None:
    if not found.shared:
        return
    for code, field, phrase in problems(found, "attempt", acting.now, consented=consented(acting, referral)):
        raise TransitionRefused(code, phrase, {field: [phrase]})


def _disclose_words(acting: Acting, referral: Referral, shared: frozenset[str]) -> None:
    """What was said is a disclosure like any other, by voice. Where the gate refuses, it was said all the
    same: the audit keeps that, with the reasons."""
    consents = consents_of(acting.session, referral.client_id, referral.from_agency_id)
    ground = ground_of(acting, referral)
    fields = fields_of(shared)
    decision = ask(acting, referral, consents, fields=fields, ground=ground, channel="web")
    if decision.allow:
        keep_disclosure(acting, referral, replace(decision, channel="voice"), ground)
        acting.session.flush()
    else:
        note_refusal(acting, "handoff.disclose", "handoff", [referral.id], decision.codes)
