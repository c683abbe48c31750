"""The incident register of an agency as it is read: which clocks run, what is late, what was judged.

Supervisors and privacy officers read it. Another agency's incident is as absent as one that is not there.
Each reading is a line of the audit, with ids alone.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from directory.accounts.tables import Agency, User
from directory.referrals.acting import Acting, need
from directory.referrals.business_time import date_in
from directory.referrals.incident_rules import (
    FACTORS,
    Assessment,
    Clock,
    IncidentFacts,
    Judged,
    asks_for_media,
    clocks,
    is_low_risk,
    may_close,
)
from directory.referrals.names import names_of
from directory.referrals.sides import not_found
from directory.referrals.tables_incidents import Incident, IncidentAssessment, IncidentNotice

READ = "incidents.read"
MOST = 200
"""Incidents of a list; those that are open come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAssessment:
    """An assessment with its words opened."""

    judged: Assessment
    is_low: bool
    people_count: int | None
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """An incident in a list, without its words."""

    row: Incident
    facts: IncidentFacts
    clocks: tuple[Clock, ...]

    @property
    def is_late(self) -> bool:
        """Is something open whose day is over?"""
        return any(each.is_late and each.done_on is None for each in self.clocks)

    @property
    def next_due(self) -> dt.date | None:
        """The last day of what is due first; None where nothing is."""
        return min((each.due_on for each in self.clocks if each.done_on is None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """Everything about one. `assessments`: the newest first."""

    line: IncidentLine
    description: str
    reported_by: str
    assessments: Sequence[PastAssessment]
    notices: Sequence[tuple[IncidentNotice, str]]
    """With who noted it, by day."""
    asks_for_media: bool
    may_close: bool


def register(acting: Acting) -> list[IncidentLine]:
    """The own agency's incidents: open ones first, of those the late and then the ones due first."""
    actor = need(acting.actor, READ)
    query = (
        select(Incident)
        .where(Incident.agency_id == actor.agency_id)
        .order_by(Incident.closed_at.is_not(None), Incident.discovered_on.desc(), Incident.id)
        .limit(MOST)
    )
    rows = acting.session.scalars(query).all()
    ids = [each.id for each in rows]
    judged, told = _assessments(acting, ids), _notices(acting, ids)
    found = [_line(acting, row, judged[row.id], told[row.id]) for row in rows]
    acting.note("incident.list", "incident", ids)
    return sorted(found, key=_order)


def read(acting: Acting, incident_id: str) -> IncidentPage:
    """One with its words. Raises `RecordNotFound` for another agency's as for none."""
    row = own(acting, READ, incident_id)
    judged, told = _assessments(acting, [row.id])[row.id], _notices(acting, [row.id])[row.id]
    names = names_of(
        acting.session,
        User,
        [row.reported_by, *(each.assessed_by for each in judged), *(each.noted_by for each in told)],
    )
    line = _line(acting, row, judged, told)
    page = IncidentPage(
        line=line,
        description=acting.ring.get(row, "description") or "",
        reported_by=names.get(row.reported_by, ""),
        assessments=[_past(acting, each, names) for each in judged],
        notices=[(each, names.get(each.noted_by, "")) for each in told],
        asks_for_media=asks_for_media(line.facts),
        may_close=row.closed_at is None and may_close(line.facts, line.clocks),
    )
    acting.note("incident.read", "incident", [row.id])
    return page


def line_of(acting: Acting, row: Incident) -> IncidentLine:
    """Where one stands today. Not audited: part of a deed that is."""
    judged, told = _assessments(acting, [row.id]), _notices(acting, [row.id])
    return _line(acting, row, judged[row.id], told[row.id])


def own(acting: Acting, right: str, incident_id: str, *, lock: bool = False) -> Incident:
    """An incident of the own agency. Raises `AccessRefused`, `RecordNotFound`."""
    actor = need(acting.actor, right)
    query = select(Incident).where(Incident.id == incident_id, Incident.agency_id == actor.agency_id)
    row = acting.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise not_found()
    return row


def today_of(acting: Acting) -> dt.date:
    """The day at the actor's agency."""
    return date_in(_zone(acting), acting.now)


def _zone(acting: Acting) -> str:
    return acting.session.get_one(Agency, acting.actor.agency_id).timezone


def _assessments(acting: Acting, ids: Sequence[str]) -> defaultdict[str, list[IncidentAssessment]]:
    query = (
        select(IncidentAssessment)
        .where(IncidentAssessment.incident_id.in_(ids))
        .order_by(IncidentAssessment.assessed_at.desc(), IncidentAssessment.id)
    )
    found: defaultdict[str, list[IncidentAssessment]] = defaultdict(list)
    for each in acting.session.scalars(query):
        found[each.incident_id].append(each)
    return found


def _notices(acting: Acting, ids: Sequence[str]) -> defaultdict[str, list[IncidentNotice]]:
    query = (
        select(IncidentNotice)
        .where(IncidentNotice.incident_id.in_(ids))
        .order_by(IncidentNotice.told_on, IncidentNotice.noted_at, IncidentNotice.id)
    )
    found: defaultdict[str, list[IncidentNotice]] = defaultdict(list)
    for each in acting.session.scalars(query):
        found[each.incident_id].append(each)
    return found


def _judged(acting: Acting, row: IncidentAssessment) -> Assessment:
    return {
        each.code: Judged(getattr(row, f"{each.code}_is_low"), acting.ring.get(row, each.code) or "")
        for each in FACTORS
    }


def _past(acting: Acting, row: IncidentAssessment, names: Mapping[str, str]) -> PastAssessment:
    judged = _judged(acting, row)
    return PastAssessment(
        judged=judged,
        is_low=is_low_risk(judged),
        people_count=row.people_count,
        by=names.get(row.assessed_by, ""),
        at=row.assessed_at,
    )


def _line(
    acting: Acting,
    row: Incident,
    judged: Sequence[IncidentAssessment],
    told: Iterable[IncidentNotice],
) -> IncidentLine:
    """`judged`: the newest first; the clock of judging stops with the first one."""
    first_told: dict[str, dt.date] = {}
    for each in told:
        first_told[each.recipient] = min(each.told_on, first_told.get(each.recipient, each.told_on))
    facts = IncidentFacts(
        discovered_on=row.discovered_on,
        people_count=row.people_count,
        assessed_on=date_in(_zone(acting), judged[-1].assessed_at) if judged else None,
        is_low=bool(judged) and is_low_risk(_judged(acting, judged[0])),
        notices=first_told,
    )
    return IncidentLine(row=row, facts=facts, clocks=clocks(facts, today_of(acting)))


def _order(line: IncidentLine) -> tuple[bool, bool, dt.date, int, str]:
    last = line.next_due or dt.date.max
    return (
        line.row.closed_at is not None,
        not line.is_late,
        last if line.row.closed_at is None else dt.date.max,
        -line.row.discovered_on.toordinal(),
        line.row.id,
    )
