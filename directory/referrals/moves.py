"""The one door: every change of a referral's status goes through `move` (DESIGN rule 5).

    acting = Acting(session, ring, actor, now, channel="web")
    moved = move(acting, referral_id, "accept", MovePayload(…), expected_version=3, idempotency_key=key)
    session.commit()

It locks (client, consents, referral: always in that order), asks the pure `transitions.decide_move`, and the
gate where information leaves, and writes status, version, history, disclosure, reminders, mail and audit
together. Drafts are made and changed in `drafts.py`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

from sqlalchemy import select

from directory.referrals import replays
from directory.referrals.acting import Acting
from directory.referrals.clock_facts import clocked
from directory.referrals.clocks import answer_due, expires_at, withdrawal_confirms_at
from directory.referrals.consent import disclosable_view
from directory.referrals.decision import Decision
from directory.referrals.effects import Given, apply, worker_of
from directory.referrals.event_rows import EVENTS
from directory.referrals.gate import ActorRole, Ground, ask, ground_of, keep_disclosure, values_of
from directory.referrals.history import add_event, note_event
from directory.referrals.ledger import consents_of
from directory.referrals.move_facts import Attempt, GivenFacts, MoveFacts
from directory.referrals.move_rows import Actor, Event
from directory.referrals.notices import readers_for, tell, tell_of_move
from directory.referrals.payloads import PLAIN, Moved, MovePayload, canonical
from directory.referrals.rows import (
    as_attempts,
    as_text,
    as_view,
    as_visit,
    live_visit,
    receiver_calendar,
    receiver_id,
)
from directory.referrals.sides import Part, actor_for, find, parts_of, second_person
from directory.referrals.states import STATES, TERMINAL
from directory.referrals.strikes import strike
from directory.referrals.tables import (
    LIVE_WITH_RECEIVER,
    Appointment,
    ContactAttempt,
    Referral,
    ReferralEvent,
)
from directory.referrals.tables_clients import Client
from directory.referrals.tables_consents import Consent
from directory.referrals.transitions import Move, decide_move

NOTHING = MovePayload()
GATED: frozenset[Event] = frozenset(event for event, row in EVENTS.items() if row.gate != "never")
"""Events by which information leaves the sender."""
BY_CLOCK: frozenset[Event] = frozenset({"expire", "confirm_withdrawal"})
DECIDERS: Mapping[str, ActorRole] = {"supervisor": "supervisor", "client": "client", "system": "system"}
_AS_GIVEN = tuple(each.name for each in fields(GivenFacts))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, by whom."""

    acting: Acting
    event: Event
    payload: MovePayload = NOTHING
    expected_version: int | None = None
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is, with its locks held."""

    row: Referral
    actor: Actor
    part: Part
    visit: Appointment | None
    ground: Ground = PLAIN
    fields: frozenset[str] = frozenset()
    decision: Decision | None = None


def move(
    acting: Acting,
    referral_id: str,
    event: Event,
    payload: MovePayload = NOTHING,
    *,
    expected_version: int | None = None,
    idempotency_key: str = "",
) -> Moved:
    """Makes a move, or says why not; the caller commits.

    Raises `RecordNotFound` (404, also for another agency's), `AccessRefused` (403), `TransitionRefused` (409;
    422 where `fields` say what to mend; code `changed_meanwhile` for another version, `live_referral_exists`
    with the first id in `details`), `DisclosureRefused` (409, 403, 503), `RequestDiffers` (422).
    The same `idempotency_key` with the same request answers the same again and does nothing.
    """
    asked = _Asked(acting, event, payload, expected_version, idempotency_key)
    consents = _lock(asked, referral_id)
    row = find(acting.session, referral_id, lock=True)
    parts = parts_of(acting, row, write=True)
    request = canonical([referral_id, event, payload])
    if (before := replays.answered(acting, idempotency_key, request)) is not None:
        return Moved(**before)
    actor, part = actor_for(row, event, parts)
    found = _with_decision(asked, _Found(row, actor, part, live_visit(acting.session, row)), consents)
    decided = decide_move(as_view(row), event, actor, _facts(asked, found), acting.now)
    moved = _write(asked, found, decided)
    replays.keep(acting, idempotency_key, request, asdict(moved))
    if payload.restriction_reviewed and found.decision is not None:
        acting.note("referral.limits_reviewed", "referral", [row.id], count=1)
    note_event(acting, acting.session.get_one(ReferralEvent, moved.event_id))
    return moved


def stop_for_revocation(acting: Acting, row: Referral) -> Moved:
    """The move that follows from a consent taken back. The caller (`revocation.py`) holds the locks, and
    appends the line to the audit (`history.note_event`) when all of them are written."""
    asked = _Asked(acting.as_system(), "consent_revoked")
    found = _Found(row, "system", ("platform", "sender"), live_visit(acting.session, row))
    facts = MoveFacts(zone=receiver_calendar(acting.session, row).timezone, consent_revoked=True)
    decided = decide_move(as_view(row), "consent_revoked", "system", facts, acting.now)
    return _write(asked, found, replace(decided, reason="consent_revoked"))


def _lock(asked: _Asked, referral_id: str) -> Sequence[Consent]:
    """Locks what the gate will read, before the referral: nobody takes a consent back until this ends."""
    if asked.event not in GATED:
        return ()
    session = asked.acting.session
    peeked = find(session, referral_id)
    parts_of(asked.acting, peeked, write=True)
    client = select(Client).where(Client.id == peeked.client_id).with_for_update(key_share=True)
    session.scalars(client.execution_options(populate_existing=True)).one()
    return consents_of(session, peeked.client_id, peeked.from_agency_id, lock=True)


def _with_decision(asked: _Asked, found: _Found, consents: Sequence[Consent]) -> _Found:
    """Asks the gate where the event lets information out. An answer to a question opens messages."""
    acting, payload, row = asked.acting, asked.payload, found.row
    if asked.event not in GATED:
        return found
    ground = ground_of(acting, row) if payload.ground is None else decided_by(acting, payload.ground)
    more = payload.share_fields | {"messages"} if asked.event == "supply_info" else frozenset()
    wanted = more | set(row.shared_fields)
    decision = ask(
        acting, row, consents, fields=wanted, ground=ground, restriction_reviewed=payload.restriction_reviewed
    )
    return replace(found, ground=ground, fields=wanted, decision=decision)


def decided_by(acting: Acting, ground: Ground) -> Ground:
    """The ground as this actor decides it: nobody says their own role."""
    return replace(ground, decided_by=DECIDERS.get(acting.actor.role, "worker"))


def _facts(asked: _Asked, found: _Found) -> MoveFacts:
    acting, event, payload, row = asked.acting, asked.event, asked.payload, found.row
    given = {each: getattr(payload, each) for each in _AS_GIVEN}
    clocks = clocked(acting.session, [row])[row.id] if event in BY_CLOCK else None
    second = second_person(acting.session, row, payload.second_person) if event == "void" else ""
    return MoveFacts(
        **given,
        zone=receiver_calendar(acting.session, row).timezone,
        actor_id=acting.actor.user_id or "",
        expected_version=asked.expected_version,
        idempotency_key=asked.idempotency_key,
        disclosure=found.decision,
        shares_new=event == "supply_info",  # an answer is information: the gate is always asked
        live_referral_id=live_referral(acting, row) if event == "send" else None,
        accepting_worker=worker_of(acting, payload),
        live_appointment=as_visit(acting.ring, found.visit) if found.visit else None,
        attempts=_attempts(acting, row) if event == "close_unsuccessful" else (),
        expires_at=expires_at(clocks.facts, clocks.calendar) if clocks else None,
        withdrawal_confirms_at=withdrawal_confirms_at(clocks.facts, clocks.calendar) if clocks else None,
        own_link=acting.own_referral_id == row.id,
        second_person=second,
    )


def _attempts(acting: Acting, row: Referral) -> tuple[Attempt, ...]:
    query = select(ContactAttempt).where(ContactAttempt.referral_id == row.id)
    return as_attempts(acting.session.scalars(query))


def live_referral(acting: Acting, row: Referral) -> str | None:
    """The id of the client's other live referral for this service. A send has the client's row locked."""
    query = select(Referral.id).where(
        Referral.client_id == row.client_id,
        Referral.service_id == row.service_id,
        Referral.status.in_(LIVE_WITH_RECEIVER),
        Referral.id != row.id,
    )
    return acting.session.scalar(query.limit(1))


def _write(asked: _Asked, found: _Found, decided: Move) -> Moved:
    """Everything that the move is but its line in the audit, which comes last."""
    acting, payload, row = asked.acting, asked.payload, found.row
    from_status = row.status
    row.status, row.version, row.changed_at = decided.to_state, decided.version_after, acting.now
    row.turn = STATES[row.status].owner
    for name, moment in decided.sets.items():
        setattr(row, name, moment)
    if decided.to_state in TERMINAL:
        row.reason = decided.reason
    apply(asked.event, Given(acting, row, payload, found.part[1], found.visit))
    if found.decision is not None:
        _hand_over(asked, found, found.decision)
    if asked.event == "send" and row.continues_id is not None:
        acting.session.get_one(Referral, row.continues_id).turn = "nobody"
    acting.session.flush()
    line = add_event(
        acting,
        row,
        asked.event,
        found.actor,
        from_status=from_status,
        version_before=decided.version_before,
        reason=decided.reason,
        text=payload.text,
        consent_id=found.decision.consent_id if found.decision else None,
        idempotency_key=asked.idempotency_key,
    )
    if found.decision is not None and found.decision.alerts:
        tell(acting, readers_for(acting.session, row, "sender_supervisor"), f"{line.id}:alert")
    known = clocked(acting.session, [row])[row.id]
    row.answer_due_at = answer_due(known.facts, known.calendar)
    strike(acting, row, known)
    tell_of_move(acting, row, asked.event, line.id)
    at = acting.now.astimezone(dt.UTC).isoformat()
    return Moved(referral_id=row.id, status=row.status, version=row.version, event_id=line.id, at=at)


def _hand_over(asked: _Asked, found: _Found, decision: Decision) -> None:
    """The disclosure row, and what left: that is what a receiver keeps who relied on it."""
    acting, row = asked.acting, found.row
    row.consent_id, row.basis = decision.consent_id, found.ground.basis
    row.shared_fields = sorted(found.fields)
    if asked.payload.restriction_reviewed:
        row.restriction_reviewed_at = acting.now
    acting.session.flush()  # an answer is a message by now, and messages are among what leaves
    left = disclosable_view(values_of(acting, row), decision, receiver_id(row)).information
    acting.ring.put(row, basis_facts=as_text(found.ground.as_values()), handed_over=as_text(left))
    keep_disclosure(acting, row, decision, found.ground)
