"""What the clocks of many referrals run by, read with a constant number of statements."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.tables import Agency
from directory.referrals.business_time import BusinessCalendar
from directory.referrals.clocks import ClockFacts, HandoffClock
from directory.referrals.rows import as_calendar
from directory.referrals.tables import Appointment, ContactAttempt, Referral, ReferralEvent
from directory.referrals.tables_clients import Client
from directory.referrals.tables_consents import Consent
from directory.referrals.tables_doors import ReminderSent
from directory.referrals.tables_handoffs import Handoff

Row = TypeVar("Row", Agency, Client, Consent)


@dataclass(frozen=True, slots=True)
class Clocked:
    """One referral's clock facts, its receiver's working time, and the reminders it has had."""

    facts: ClockFacts
    calendar: BusinessCalendar
    given: frozenset[str]
    handoff_owners: dict[str, str | None]


def clocked(session: Session, rows: Sequence[Referral]) -> dict[str, Clocked]:
    """By referral id; a constant number of statements however many there are."""
    ids = [each.id for each in rows]
    agencies = _by_id(
        session, Agency, {each.from_agency_id for each in rows} | {each.to_agency_id for each in rows}
    )
    clients = _by_id(session, Client, {each.client_id for each in rows})
    consents = _by_id(session, Consent, {each.consent_id for each in rows})
    visits = _visits(session, ids)
    questions = _questions(session, ids)
    tries = _tries(session, ids)
    handoffs = _handoffs(session, ids)
    given = _given(session, ids)
    found = {}
    for row in rows:
        receiver = agencies.get(row.to_agency_id or "")
        client, consent, visit = (
            clients[row.client_id],
            consents.get(row.consent_id or ""),
            visits.get(row.id),
        )
        sender = agencies[row.from_agency_id]
        own = handoffs[row.id]
        facts = ClockFacts(
            id=row.id,
            state=row.status,
            priority="urgent" if row.priority == "urgent" else "routine",
            answer_hours=_answer_hours(receiver, row.priority),
            sent_at=row.sent_at,
            first_viewed_at=row.first_viewed_at,
            info_requested_at=row.info_requested_at,
            questions=questions[row.id],
            accepted_at=row.accepted_at,
            waitlisted_at=row.waitlisted_at,
            review_on=row.review_on,
            appointment_at=visit.starts_at if visit else None,
            appointment_set_at=visit.made_at if visit else None,
            no_show_at=row.no_show_at,
            no_show_attempts=sum(row.no_show_at is not None and at >= row.no_show_at for at in tries[row.id]),
            in_service_at=row.connected_at,
            withdrawal_requested_at=row.withdrawal_requested_at,
            consent_ends_at=consent_ends_at(consent),
            consent_revoked_at=consent.revocation.revoked_at if consent and consent.revocation else None,
            handoffs=tuple(
                HandoffClock(each.id, each.ended_at, each.follow_up_due, each.follow_up_at)
                for each in own
                if each.ended_at is not None
            ),
            do_not_contact=client.do_not_contact,
            client_agreed=bool(client.contact_preference),
            client_zone=client.timezone or sender.timezone,
            sender_zone=sender.timezone,
        )
        owners = {each.id: each.initiated_by for each in own}
        found[row.id] = Clocked(facts, as_calendar(receiver), given[row.id], owners)
    return found


def _answer_hours(receiver: Agency | None, priority: str) -> int | None:
    """What the receiver promises of its own."""
    if receiver is None:
        return None
    return receiver.response_sla.get("urgent" if priority == "urgent" else "routine")


def consent_ends_at(row: Consent | None) -> dt.datetime | None:
    """The end of a consent's last day, in the client's zone."""
    if row is None or row.expires_on is None:
        return None
    after = row.expires_on + dt.timedelta(days=1)
    return dt.datetime.combine(after, dt.time(), ZoneInfo(row.timezone)).astimezone(dt.UTC)


def _by_id(session: Session, kind: type[Row], ids: Iterable[str | None]) -> dict[str, Row]:
    wanted = {each for each in ids if each}
    return {each.id: each for each in session.scalars(select(kind).where(kind.id.in_(wanted)))}


def _visits(session: Session, ids: Sequence[str]) -> dict[str, Appointment]:
    query = select(Appointment).where(Appointment.referral_id.in_(ids), Appointment.status == "set")
    return {each.referral_id: each for each in session.scalars(query.order_by(Appointment.made_at))}


def _questions(
    session: Session, ids: Sequence[str]
) -> defaultdict[str, tuple[tuple[dt.datetime, dt.datetime], ...]]:
    """The spans in which a question was open and was answered."""
    query = (
        select(ReferralEvent.referral_id, ReferralEvent.event, ReferralEvent.at)
        .where(ReferralEvent.referral_id.in_(ids), ReferralEvent.event.in_(("request_info", "supply_info")))
        .order_by(ReferralEvent.referral_id, ReferralEvent.position)
    )
    asked: dict[str, dt.datetime] = {}
    found: defaultdict[str, tuple[tuple[dt.datetime, dt.datetime], ...]] = defaultdict(tuple)
    for referral_id, event, at in session.execute(query):
        if event == "request_info":
            asked[referral_id] = at
        elif referral_id in asked:
            found[referral_id] += ((asked.pop(referral_id), at),)
    return found


def _tries(session: Session, ids: Sequence[str]) -> defaultdict[str, list[dt.datetime]]:
    query = select(ContactAttempt.referral_id, ContactAttempt.at).where(ContactAttempt.referral_id.in_(ids))
    found: defaultdict[str, list[dt.datetime]] = defaultdict(list)
    for referral_id, at in session.execute(query):
        found[referral_id].append(at)
    return found


def _handoffs(session: Session, ids: Sequence[str]) -> defaultdict[str, list[Handoff]]:
    query = select(Handoff).where(Handoff.referral_id.in_(ids), Handoff.status == "completed")
    found: defaultdict[str, list[Handoff]] = defaultdict(list)
    for each in session.scalars(query.order_by(Handoff.created_at)):
        found[each.referral_id].append(each)
    return found


def _given(session: Session, ids: Sequence[str]) -> defaultdict[str, frozenset[str]]:
    query = select(ReminderSent.referral_id, ReminderSent.dedupe_key).where(ReminderSent.referral_id.in_(ids))
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for referral_id, key in session.execute(query):
        found[referral_id] |= {key}
    return found
