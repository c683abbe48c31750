"""Referrals as two outside forms know them: HMIS 4.20 and California's closed-loop referral report.

Without anything that tells who the person is, unless `person_id` is given by a caller that may. Neither
claims to be a whole submission: HMIS vendors add their own columns, and DHCS publishes its list of closure
reasons elsewhere.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from directory.phrases import N_, Phrase
from directory.referrals.reasons import hmis_result, reason_label
from directory.referrals.states import AFTER_ACCEPTANCE, State

Extract = dict[str, str]
"""One line: column to text, "" for nothing. Columns are in the order of the tables below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRow:
    """One referral for an extract. `hmis_event` is the HMIS event type a worker chose (the code, as text)."""

    id: str
    state: State
    sent_at: dt.datetime | None
    state_since: dt.datetime
    accepted_at: dt.datetime | None = None
    connected_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    reason: str | None = None
    hmis_event: str = ""
    location: str = ""
    """Where the person was sent, as the agency reports it (its HMIS project id)."""
    person_id: str = ""


HMIS_COLUMNS = (
    "EventID",
    "PersonalID",
    "EventDate",
    "Event",
    "LocationCrisisOrPHHousing",
    "ReferralResult",
    "ResultDate",
)
"""HMIS 4.20 Coordinated Entry Event: date, event type, location, result, date of result."""
CLOSED_LOOP_COLUMNS = ("ReferralID", "ReferralStatus", "StatusDate", "LoopClosureReason")
"""DHCS closed-loop referral (in force from 2025-07-01): status, date of status update, reason for loop
closure."""

CLOSED_LOOP_STATUS: Mapping[State, str] = {
    "sent": "Pending",
    "info_requested": "Pending",
    "accepted": "Accepted",
    "waitlisted": "Accepted",
    "scheduled": "Accepted",
    "no_show": "Accepted",
    "appt_cancelled": "Accepted",
    "withdrawal_requested": "Accepted",
    "in_service": "Services Received",
    "completed": "Services Received",
    "unsuccessful": "Closed",
    "declined": "Declined",
    "withdrawn": "Closed",
    "expired": "Closed",
}
"""Our states in the words of a closed-loop report: `Services Received` once the provider says that service
began."""
_NO_ANSWER = N_("No answer came in time.")


def is_reported(row: ExtractRow) -> bool:
    """Whether a referral belongs in an extract: it was sent, and it was no mistake."""
    return row.sent_at is not None and row.state in CLOSED_LOOP_STATUS


def hmis_row(row: ExtractRow, zone: dt.tzinfo) -> Extract:
    """One HMIS event; dates are local to `zone`. The result stays empty until there is one."""
    result = hmis_result(row.state, row.reason)
    said_at = _hmis_result_at(row) if result is not None else None
    return {
        "EventID": row.id,
        "PersonalID": row.person_id,
        "EventDate": _date(row.sent_at, zone),
        "Event": row.hmis_event,
        "LocationCrisisOrPHHousing": row.location,
        "ReferralResult": "" if result is None else str(result),
        "ResultDate": _date(said_at, zone),
    }


def _hmis_result_at(row: ExtractRow) -> dt.datetime | None:
    ended = row.state not in AFTER_ACCEPTANCE or row.state == "unsuccessful"
    return row.closed_at if ended else row.accepted_at or row.connected_at


def closed_loop_row(row: ExtractRow, zone: dt.tzinfo) -> dict[str, str | Phrase]:
    """One line of the closed-loop report; the reason is a phrase, and empty while the loop is open."""
    reason: str | Phrase = ""
    if row.state == "expired":
        reason = Phrase(_NO_ANSWER)
    elif row.reason and row.closed_at is not None:
        reason = reason_label(row.state, row.reason)
    return {
        "ReferralID": row.id,
        "ReferralStatus": CLOSED_LOOP_STATUS[row.state],
        "StatusDate": _date(row.state_since, zone),
        "LoopClosureReason": reason,
    }


def _date(moment: dt.datetime | None, zone: dt.tzinfo) -> str:
    return "" if moment is None else moment.astimezone(zone).date().isoformat()
