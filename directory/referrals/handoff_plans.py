"""Handoffs that lie ahead: planned by the sender's side, seen by both; and what the receiver says of them.

Both sides see when and how, and who of the two agencies is there; nothing here tells about the person.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from directory.accounts.tables import new_id
from directory.errors import QueryInvalid, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals import handoffs as pure
from directory.referrals.acting import Acting, need
from directory.referrals.handoff_rows import as_handoff, write_handoff
from directory.referrals.handoff_store import ENDED, keep_save, note_in_history, plan, referral_with_locks
from directory.referrals.handoffs import HandoffState, Method, Worker, plan_problems
from directory.referrals.history import note_event
from directory.referrals.notices import readers_for, tell
from directory.referrals.sides import find, not_found, part_as
from directory.referrals.states import TERMINAL
from directory.referrals.tables import Referral
from directory.referrals.tables_handoffs import Handoff, HandoffSave

RECEIVERS_LEAD = 1000
"""So many saves of a screen that is open at the sender's change nothing of what the receiver said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedHandoff:
    """What the receiver's side sees of a handoff. Moments are aware."""

    id: str
    state: HandoffState
    method: Method
    planned_for: dt.datetime | None
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    introduced_by: Worker | None
    received_by: Worker | None


def plan_ahead(
    acting: Acting,
    referral_id: str,
    method: Method,
    planned_for: dt.datetime | None,
    *,
    introduced_by: Worker | None,
    received_by: Worker | None = None,
) -> Handoff:
    """A handoff that lies ahead. Needs `handoffs.record` and a sender's part in the referral; the receiver is
    told that something waits.

    Raises `QueryInvalid` with fields, `TransitionRefused` for a draft and for what has ended.
    """
    row = referral_with_locks(acting, referral_id)
    part_as(acting, row, "sender")
    if row.status in TERMINAL:
        raise TransitionRefused("referral_closed", N_("This referral has ended."))
    made = plan(acting, referral_id, method, planned_for=planned_for)
    planned = pure.Handoff(
        id=made.id,
        referral_id=row.id,
        method=method,
        planned_for=planned_for,
        introduced_by=introduced_by,
        received_by=received_by,
    )
    _refuse(plan_problems(planned, acting.now))
    write_handoff(acting.ring, made, planned, acting.now)
    acting.session.flush()
    line = note_in_history(acting, row, "handoff_planned")
    if row.to_agency_id is not None:
        tell(acting, readers_for(acting.session, row, "receiver_worker"), f"{line.id}:handoff")
    note_event(acting, line)
    return made


def _refuse(found: Iterable[tuple[str, str, Phrase]]) -> None:
    fields: dict[str, list[Phrase | str]] = {}
    for _, field, phrase in found:
        fields.setdefault(field, []).append(phrase)
    if fields:
        raise QueryInvalid(next(iter(fields.values()))[0], fields)


def say_received(acting: Acting, referral_id: str, handoff_id: str, name: str, role: str = "") -> Handoff:
    """The receiver's side names who receives, or received, the person. What a screen still open at the
    sender's holds does not overwrite it.

    Needs `referrals.answer` over it. Raises `RecordNotFound`, `QueryInvalid` for no name,
    `TransitionRefused` once the handoff has ended: then the receiver records the meeting itself.
    """
    peeked = find(acting.session, referral_id)
    part_as(acting, peeked, "receiver", write=True)
    need(acting.actor, "handoffs.record")
    row = referral_with_locks(acting, referral_id)
    query = select(Handoff).where(Handoff.id == handoff_id, Handoff.referral_id == row.id)
    made = acting.session.scalars(query.with_for_update(key_share=True)).one_or_none()
    if made is None:
        raise not_found()
    if made.status in ENDED:
        raise TransitionRefused("handoff_closed", N_("This handoff has ended. Please begin a new one."))
    if not name.strip():
        sentence = Phrase(N_("Please name who received the person."))
        raise QueryInvalid(sentence, {"received_by": [sentence]})
    _write_receiver(acting, made, Worker(name.strip()[:200], role.strip()[:200], acting.actor.user_id))
    acting.note("handoff.received", "handoff", [made.id, row.id], count=1)
    return made


def _write_receiver(acting: Acting, made: Handoff, worker: Worker) -> None:
    known = as_handoff(acting.ring, made)
    changed = replace(known, received_by=worker)
    write_handoff(acting.ring, made, changed, acting.now)
    acting.session.flush()
    last = acting.session.scalar(select(func.max(HandoffSave.step)).where(HandoffSave.handoff_id == made.id))
    step = (last or 0) + RECEIVERS_LEAD
    keep_save(acting, made, {"received_by": worker}, new_id(), step)


def handoffs_for_receiver(acting: Acting, row: Referral) -> tuple[SharedHandoff, ...]:
    """A referral's handoffs as its receiver sees them, the oldest first; none where they never accepted and
    it has ended. The caller has made sure that it is the receiver. Not audited: part of a page that is."""
    if row.status == "entered_in_error" or (row.status in TERMINAL and row.accepted_at is None):
        return ()
    query = select(Handoff).where(Handoff.referral_id == row.id).order_by(Handoff.created_at, Handoff.id)
    known = (as_handoff(acting.ring, each) for each in acting.session.scalars(query))
    return tuple(
        SharedHandoff(
            id=each.id,
            state=each.state,
            method=each.method,
            planned_for=each.planned_for,
            started_at=each.started_at,
            ended_at=each.ended_at,
            introduced_by=each.introduced_by,
            received_by=each.received_by,
        )
        for each in known
    )
