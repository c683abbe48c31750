"""The incident register of an agency: reported, judged, told, closed.

Supervisors write it (`incidents.write`). Another agency's incident is as absent as one that is not there. The
audit has each deed under `incident.`, by ids alone.
"""

import datetime as dt
from dataclasses import dataclass

from directory.accounts.tables import new_id
from directory.errors import QueryInvalid, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need
from directory.referrals.bases import reason_given
from directory.referrals.incident_register import line_of, own, today_of
from directory.referrals.incident_rules import (
    FACTORS,
    KINDS,
    RECIPIENTS,
    Assessment,
    Judged,
    may_close,
)
from directory.referrals.tables_incidents import Incident, IncidentAssessment, IncidentNotice

WRITE = "incidents.write"
MOST_PEOPLE = 10_000_000
LONGEST = 4000
Wrong = dict[str, list[Phrase | str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody reports. `people_count` as it was typed; empty: not known."""

    discovered_on: dt.date | None
    happened_on: dt.date | None = None
    kind: str
    people_count: str = ""
    description: str


def report(acting: Acting, given: Report) -> Incident:
    """Writes an incident down; its clocks run from the day it was discovered. Raises `QueryInvalid`."""
    actor = need(acting.actor, WRITE)
    wrong: Wrong = {}
    _check_day(wrong, "discovered_on", given.discovered_on, today_of(acting))
    _check_happened(wrong, given, today_of(acting))
    if given.kind not in KINDS:
        wrong["kind"] = [N_("Please choose one.")]
    if not reason_given(given.description):
        wrong["description"] = [N_("Please write what happened, in at least 20 letters.")]
    count = _count(wrong, given.people_count)
    if wrong or given.discovered_on is None or actor.agency_id is None or actor.user_id is None:
        raise _invalid(wrong)
    made = Incident(
        id=new_id(),
        agency_id=actor.agency_id,
        discovered_on=given.discovered_on,
        happened_on=given.happened_on,
        kind=given.kind,
        people_count=count,
        reported_by=actor.user_id,
        created_at=acting.now,
    )
    acting.ring.put(made, description=given.description.strip()[:LONGEST])
    acting.session.add(made)
    acting.session.flush()
    acting.note("incident.report", "incident", [made.id])
    return made


def assess(acting: Acting, incident_id: str, judged: Assessment, people_count: str) -> None:
    """Adds an assessment, which counts from now on; `people_count` as it was typed.

    Raises `RecordNotFound`, `TransitionRefused` (`incident_is_closed`), `QueryInvalid` for a factor without
    an answer or a sentence.
    """
    row = _open(acting, incident_id)
    wrong: Wrong = {}
    for factor in FACTORS:
        found = judged.get(factor.code, Judged(None, ""))
        if found.is_low is None:
            wrong[f"{factor.code}_risk"] = [N_("Please choose one.")]
        if not reason_given(found.words):
            wrong[factor.code] = [N_("Please write why, in at least 20 letters.")]
    count = _count(wrong, people_count)
    if wrong:
        raise _invalid(wrong)
    made = IncidentAssessment(
        id=new_id(),
        incident_id=row.id,
        people_count=count,
        assessed_by=acting.actor.user_id or "",
        assessed_at=acting.now,
        **{f"{each.code}_is_low": judged[each.code].is_low for each in FACTORS},
    )
    acting.ring.put(made, **{each.code: judged[each.code].words.strip()[:LONGEST] for each in FACTORS})
    acting.session.add(made)
    row.people_count = count
    acting.session.flush()
    acting.note("incident.assess", "incident", [row.id, made.id], count=1)


def note_notice(acting: Acting, incident_id: str, recipient: str, told_on: dt.date | None) -> None:
    """Writes down that somebody was told on that day. Raises as `assess` does."""
    row = _open(acting, incident_id)
    wrong: Wrong = {}
    if recipient not in RECIPIENTS:
        wrong["told"] = [N_("Please choose one.")]
    _check_day(wrong, "told_on", told_on, today_of(acting))
    if told_on is not None and told_on < row.discovered_on:
        wrong["told_on"] = [N_("This is before the day it was discovered.")]
    if wrong or told_on is None:
        raise _invalid(wrong)
    made = IncidentNotice(
        id=new_id(),
        incident_id=row.id,
        recipient=recipient,
        told_on=told_on,
        noted_by=acting.actor.user_id or "",
        noted_at=acting.now,
    )
    acting.session.add(made)
    acting.session.flush()
    acting.note("incident.note_notice", "incident", [row.id, made.id], count=1)


def close(acting: Acting, incident_id: str) -> None:
    """Nothing more is to be done; a second time changes nothing.

    Raises `RecordNotFound`, `TransitionRefused` (`incident_has_open_tasks`).
    """
    row = own(acting, WRITE, incident_id, lock=True)
    if row.closed_at is None:
        line = line_of(acting, row)
        if not may_close(line.facts, line.clocks):
            raise TransitionRefused(
                "incident_has_open_tasks",
                N_("Close it when the risk is judged, the number is known and everybody is told."),
            )
        row.closed_at = acting.now
        acting.session.flush()
    acting.note("incident.close", "incident", [row.id])


# --- parts ------------------------------------------------------------------------------------------


def _open(acting: Acting, incident_id: str) -> Incident:
    row = own(acting, WRITE, incident_id, lock=True)
    if row.closed_at is not None:
        raise TransitionRefused("incident_is_closed", N_("This incident is closed."))
    return row


def _check_day(wrong: Wrong, name: str, day: dt.date | None, today: dt.date) -> None:
    if day is None:
        wrong[name] = [N_("Please give a day.")]
    elif day > today:
        wrong[name] = [N_("This day is still to come.")]


def _check_happened(wrong: Wrong, given: Report, today: dt.date) -> None:
    if given.happened_on is None:
        return
    _check_day(wrong, "happened_on", given.happened_on, today)
    if given.discovered_on is not None and given.happened_on > given.discovered_on:
        wrong["happened_on"] = [N_("It cannot be discovered before it happened.")]


def _count(wrong: Wrong, typed: str) -> int | None:
    """A number of people as it was typed; None for nothing."""
    text = typed.strip().replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MOST_PEOPLE):
        wrong["people_count"] = [N_("Please give a whole number, or leave it empty.")]
        return None
    return int(text)


def _invalid(wrong: Wrong) -> QueryInvalid:
    return QueryInvalid(Phrase(N_("Please check what you wrote.")), wrong)
