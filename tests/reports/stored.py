"""Plain rows of reports written into the tables, so that loading them must give the same rows again."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.key_files import new_key
from directory.accounts.keys import KeyRing
from directory.accounts.tables import Agency, new_id
from directory.database import Base
from directory.referrals.handoffs import Warmth
from directory.referrals.metric_rows import ReferralRow
from directory.referrals.outcomes import StateSpan
from directory.referrals.states import LIVE, TERMINAL, State
from directory.referrals.tables import Appointment, ContactAttempt, Referral, ReferralEvent
from directory.referrals.tables_clients import Client
from directory.referrals.tables_handoffs import Handoff

START = dt.datetime(2026, 7, 1, 4, tzinfo=dt.UTC)
"""Midnight of 1 July in New York."""
NOW = dt.datetime(2026, 11, 18, 15, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
SENT_STATES = tuple(sorted(LIVE - {"draft"} | TERMINAL))
REASONS = {
    "completed": ("services_received",),
    "unsuccessful": ("no_capacity", "moved", "duplicate", "not_eligible_after_intake"),
    "declined": ("no_capacity", "not_eligible", "safety", "client_conflict"),
    "withdrawn": ("found_other_help", None),
}


@dataclass
class Kept:
    """An agency of its own for each batch of rows; nothing is ever deleted."""

    sessions: sessionmaker[Session]
    ring: KeyRing = field(default_factory=lambda: KeyRing([new_key()]))

    def agency(self, name: str = "", **given: Any) -> str:
        """A new agency's id."""
        key = new_id()
        row = Agency(id=key, name=name or key, timezone="America/New_York", created_at=NOW, **given)
        with self.sessions.begin() as session:
            session.add(row)
        return key

    def store(
        self, rows: Iterable[ReferralRow], agency_id: str, paths: dict[str, "Path"] | None = None
    ) -> None:
        """Writes what would be loaded as these rows."""
        with self.sessions.begin() as session:
            client = Client(id=new_id(), agency_id=agency_id, created_at=NOW, changed_at=NOW)
            self.ring.put(client, name="Alex Quillfeather")
            session.add(client)
            session.flush()
            # a referral comes after the one it follows
            for row in sorted(rows, key=lambda each: (each.continues_id is not None, each.id)):
                session.add(_referral(row, client.id, agency_id))
                session.flush()
                session.add_all(self._happened(row, agency_id, (paths or {}).get(row.id)))

    def _happened(self, row: ReferralRow, agency_id: str, path: "Path | None") -> list[Base]:
        return [
            *_events(row, path),
            *_attempts(row),
            *self._visits(row),
            *_handoffs(row, agency_id),
        ]

    def _visits(self, row: ReferralRow) -> list[Base]:
        sent = row.sent_at or NOW
        outcome = {"attended": "kept", "no_show": "missed", "cancelled": "cancelled", None: "set"}
        found = []
        if row.first_visit is not None or row.further_services:
            found = [
                self._visit(row.id, "moved", sent, sent),
                self._visit(row.id, outcome[row.first_visit], row.connected_at or sent, sent + HOUR),
            ]
        later = [
            self._visit(row.id, "kept", at, sent + (2 + number) * HOUR)
            for number, at in enumerate(row.further_services)
        ]
        return [*later, *found]

    def _visit(self, referral_id: str, status: str, starts_at: dt.datetime, made_at: dt.datetime) -> Base:
        made = Appointment(
            id=new_id(),
            referral_id=referral_id,
            starts_at=starts_at,
            timezone="America/New_York",
            modality="in_person",
            client_told="phone",
            status=status,
            made_at=made_at,
        )
        self.ring.put(made, place="4040 Market Street", contact="Pat")
        return made


def _referral(row: ReferralRow, client_id: str, agency_id: str) -> Referral:
    return Referral(
        id=row.id,
        client_id=client_id,
        from_agency_id=agency_id,
        to_agency_id=row.receiver_id or None,
        needs=list(row.needs),
        area=row.area or None,
        priority=row.priority,
        status=row.state,
        sent_at=row.sent_at,
        responded_at=row.responded_at,
        accepted_at=row.accepted_at,
        scheduled_at=row.sent_at if row.ever_scheduled else None,
        connected_at=row.connected_at,
        closed_at=row.closed_at,
        reason=row.reason,
        continues_id=row.continues_id,
        created_at=row.sent_at or NOW,
        changed_at=row.sent_at or NOW,
    )


@dataclass(frozen=True)
class Path:
    """States that a referral went through, the first entered when it was sent."""

    states: tuple[State, ...]
    steps: tuple[int, ...]
    """Hours in each but the last."""

    def moments(self, sent_at: dt.datetime) -> list[dt.datetime]:
        """When each state was entered."""
        found = [sent_at]
        for hours in self.steps:
            found.append(found[-1] + hours * HOUR)
        return found

    def spans(self, row: ReferralRow) -> list[StateSpan]:
        """How long it was in each."""
        at = self.moments(row.sent_at or NOW)
        ends: list[dt.datetime | None] = [*at[1:], None]
        return [
            StateSpan(row.id, state, since, until)
            for state, since, until in zip(self.states, at, ends, strict=True)
            if state not in TERMINAL
        ]


def _events(row: ReferralRow, path: Path | None) -> list[Base]:
    if path is None or row.sent_at is None:
        return []
    steps: list[tuple[State, State, dt.datetime]] = []
    before: State = "draft"
    for state, at in zip(path.states, path.moments(row.sent_at), strict=True):
        steps += [(before, before, at), (before, state, at)]
        before = state
    if row.last_event_at is not None:
        steps.append((before, before, row.last_event_at))
    return [_event(row, number, step) for number, step in enumerate(steps, 1)]


def _event(row: ReferralRow, position: int, step: tuple[State, State, dt.datetime]) -> Base:
    before, after, at = step
    return ReferralEvent(
        id=new_id(),
        referral_id=row.id,
        position=position,
        event="message" if before == after else "move",
        from_status=before,
        to_status=after,
        actor="system" if after in TERMINAL and not row.closed_by_person else "receiver_worker",
        role="caseworker",
        at=at,
        version_before=1,
        version_after=1,
        channel="web",
    )


def _attempts(row: ReferralRow) -> list[Base]:
    sent = row.sent_at or NOW
    tries = [(sent, "no_answer")]
    if row.first_contact_at is not None:
        tries += [(row.first_contact_at + DAY, "reached"), (row.first_contact_at, "reached")]
    return [
        ContactAttempt(
            id=new_id(), referral_id=row.id, at=at, method="phone", outcome=outcome, recorded_at=at
        )
        for at, outcome in tries
    ]


def _handoffs(row: ReferralRow, agency_id: str) -> list[Base]:
    sent = row.sent_at or NOW

    def made(status: str, warmth: Warmth, *, met: bool, in_time: bool) -> Base:
        return Handoff(
            id=new_id(),
            referral_id=row.id,
            from_agency_id=agency_id,
            status=status,
            method="in_person",
            warmth=warmth,
            client_met_receiving_contact=met,
            ended_at=sent,
            follow_up_at=sent + (72 if in_time else 73) * HOUR,
            created_at=sent,
            changed_at=sent,
        )

    done = [
        made(
            "completed",
            "cold" if number else row.warmth,
            met=number < row.handoffs_met,
            in_time=number < row.follow_ups_in_time,
        )
        for number in range(row.handoffs_completed)
    ]
    return [made("failed", "cold", met=True, in_time=True), *done]


# --- any rows -----------------------------------------------------------------------------------------

_hours = st.integers(1, 60 * 24).map(lambda each: each * HOUR)


@st.composite
def histories(draw: st.DrawFn, receivers: tuple[str, ...]) -> tuple[ReferralRow, Path]:
    """A referral sent about the third quarter of 2026, and the way it went."""
    sent = START + draw(st.integers(-20 * 24, 110 * 24)) * HOUR
    live = [each for each in SENT_STATES if each not in TERMINAL]
    states = tuple(draw(st.lists(st.sampled_from(live), max_size=3)))
    states = (
        "sent",
        *(each for each, before in zip(states, ("sent", *states), strict=False) if each != before),
    )
    last = draw(st.sampled_from(SENT_STATES))
    states = states if states[-1] == last else (*states, last)
    path = Path(states, tuple(draw(st.integers(0, 500)) for _ in states[1:]))
    state = path.states[-1]
    ended = path.moments(sent)[-1]
    connected = sent + draw(_hours) if draw(st.booleans()) else None
    handoffs = draw(st.integers(0, 3))
    later = draw(st.lists(_hours, max_size=3, unique=True)) if connected is not None else []
    row = ReferralRow(
        id=draw(st.uuids(version=4)).hex,
        state=state,
        receiver_id=draw(st.sampled_from(receivers)),
        needs=tuple(draw(st.lists(st.sampled_from(("detox", "housing", "outpatient")), unique=True))),
        area=draw(st.sampled_from(("", "PA/Philadelphia", "NJ/Camden"))),
        priority=draw(st.sampled_from(("routine", "urgent"))),
        sent_at=sent,
        responded_at=sent + draw(_hours) if draw(st.booleans()) else None,
        accepted_at=sent + draw(_hours) if draw(st.booleans()) else None,
        first_contact_at=sent + draw(_hours) if draw(st.booleans()) else None,
        ever_scheduled=draw(st.booleans()),
        first_visit=draw(st.sampled_from(("attended", "no_show", "cancelled", None))),
        connected_at=connected,
        further_services=tuple(sorted(connected + each for each in later)) if connected else (),
        closed_at=ended if state in TERMINAL else None,
        closed_by_person=state not in TERMINAL or draw(st.booleans()),
        reason=draw(st.sampled_from(REASONS[state])) if state in REASONS else None,
        warmth=draw(st.sampled_from(("warm", "assisted", "cold"))) if handoffs else "cold",
        handoffs_completed=handoffs,
        handoffs_met=draw(st.integers(0, handoffs)),
        follow_ups_in_time=draw(st.integers(0, handoffs)),
        last_event_at=ended + draw(_hours),
    )
    return row, path
