"""What a move writes beside the status: visits, words, promises. One row per event; for the door alone."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy import func, select

from directory.accounts import tables as accounts
from directory.accounts.tables import new_id
from directory.referrals.acting import Acting
from directory.referrals.business_time import date_in
from directory.referrals.check_in_rows import DAYS
from directory.referrals.move_rows import Event
from directory.referrals.payloads import MovePayload
from directory.referrals.tables import Appointment, CheckIn, Message, Referral
from directory.referrals.tables_clients import Client


class Given(NamedTuple):
    """What an effect works with. `visit`: the one that was set before the move."""

    acting: Acting
    row: Referral
    payload: MovePayload
    side: str
    visit: Appointment | None


def write_message(acting: Acting, row: Referral, side: str, kind: str, text: str) -> Message:
    """One message, sealed. The referral's row is locked by the caller."""
    last = acting.session.scalar(select(func.max(Message.position)).where(Message.referral_id == row.id))
    made = Message(
        id=new_id(),
        referral_id=row.id,
        position=(last or 0) + 1,
        side=side,
        kind=kind,
        user_id=acting.actor.user_id,
        agency_id=acting.actor.agency_id,
        at=acting.now,
    )
    acting.ring.put(made, body=text.strip())
    acting.session.add(made)
    return made


def _question(given: Given) -> None:
    write_message(given.acting, given.row, given.side, "question", given.payload.text)


def _answer(given: Given) -> None:
    write_message(given.acting, given.row, given.side, "answer", given.payload.text)


def _note(given: Given) -> None:
    write_message(given.acting, given.row, given.side, "note", given.payload.text)


def _accept(given: Given) -> None:
    acting, row, payload = given.acting, given.row, given.payload
    row.accepted_by = acting.actor.user_id
    acting.ring.put(row, accepting_worker=worker_of(acting, payload), named_contact=payload.named_contact)
    row.next_step_due = payload.next_step_due


def worker_of(acting: Acting, payload: MovePayload) -> str:
    """Who takes it on: as given, else the one who is signed in."""
    user = acting.session.get(accounts.User, acting.actor.user_id) if acting.actor.user_id else None
    return payload.accepting_worker.strip() or (user.name if user else "")


def _wait(given: Given) -> None:
    row, payload = given.row, given.payload
    row.expected, row.position, row.review_on = payload.expected or None, payload.position, payload.review_on
    if given.visit is not None and given.visit.status == "set":
        _end(given, given.visit, "cancelled")


def _visit(given: Given) -> None:
    acting, visit = given.acting, given.payload.appointment
    if visit is None:
        raise ValueError("a visit that is set has a time")
    old = given.visit
    if old is not None and old.status == "set":
        _end(given, old, "moved")
    made = Appointment(
        id=new_id(),
        referral_id=given.row.id,
        starts_at=visit.starts_at,
        timezone=visit.timezone,
        modality=visit.modality,
        client_told=visit.client_told,
        status="set",
        replaces_id=old.id if old is not None else None,
        made_by=acting.actor.user_id,
        made_at=acting.now,
    )
    acting.ring.put(made, place=visit.place, contact=visit.contact)
    acting.session.add(made)


def _miss(given: Given) -> None:
    given.row.recovery_due = given.payload.recovery_due
    if given.visit is not None:
        _end(given, given.visit, "missed")


def _cancel(given: Given) -> None:
    if given.visit is not None:
        given.visit.cancelled_by, given.visit.reason = given.payload.cancelled_by, given.payload.reason
        _end(given, given.visit, "cancelled")


def _end(given: Given, visit: Appointment, status: str) -> None:
    visit.status, visit.ended_at = status, given.acting.now


def _connect(given: Given) -> None:
    acting, row = given.acting, given.row
    row.connected_by = row.connected_by or given.payload.modality
    if given.visit is not None and given.visit.status == "set" and given.visit.starts_at <= acting.now:
        _end(given, given.visit, "kept")
    plan_check_ins(given.acting, given.row)


def plan_check_ins(acting: Acting, row: Referral) -> None:
    """Once, for a person who agreed to be asked; the days are counted in their own zone."""
    client = acting.session.get_one(Client, row.client_id)
    is_first = row.connected_at is not None and not _planned(acting, row)
    if not (client.wants_check_ins and is_first and row.connected_at):
        return
    sender = acting.session.get_one(accounts.Agency, row.from_agency_id)
    met = date_in(client.timezone or sender.timezone, row.connected_at)
    acting.session.add_all(
        CheckIn(
            id=new_id(),
            referral_id=row.id,
            from_agency_id=row.from_agency_id,
            days=days,
            due_on=met + dt.timedelta(days=days),
        )
        for days in DAYS
    )


def _planned(acting: Acting, row: Referral) -> bool:
    query = select(CheckIn.id).where(CheckIn.referral_id == row.id).limit(1)
    return acting.session.scalar(query) is not None


def _close(given: Given) -> None:
    given.row.outcome_on = given.payload.outcome_on
    if given.visit is not None and given.visit.status == "set":
        past = given.visit.starts_at <= given.acting.now
        _end(given, given.visit, "kept" if past and given.row.status == "completed" else "cancelled")
    if given.row.connected_at is not None and given.row.status != "entered_in_error":
        plan_check_ins(given.acting, given.row)


EFFECTS: Mapping[Event, Callable[[Given], None]] = {
    "request_info": _question,
    "supply_info": _answer,
    "accept": _accept,
    "waitlist": _wait,
    "pause": _wait,
    "schedule": _visit,
    "reschedule": _visit,
    "schedule_next": _visit,
    "record_no_show": _miss,
    "cancel_appointment": _cancel,
    "record_connected": _connect,
    "progress_note": _note,
    "close_successful": _close,
    "close_unsuccessful": _close,
    "confirm_withdrawal": _close,
    "consent_revoked": _close,
    "void": _close,
}
"""Events that write nothing else are not in it."""


def apply(event: Event, given: Given) -> None:
    """Writes what the event writes beside the status."""
    effect = EFFECTS.get(event)
    if effect is not None:
        effect(given)
