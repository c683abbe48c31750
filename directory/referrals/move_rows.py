"""The 77 moves of a referral as data: from which state to which, by what event, by whom.

Every row is a legal `Task.status` move of HL7 SDOHCC STU3; the tests hold the table to that, to the BSeR
transitions and to the project's own fact file. A new move is one row here and, if its event is new, one in
`event_rows.py`. (Deleting a draft is no move: the row is gone, see `transitions.decide_deletion`.)
"""

from typing import Literal, NamedTuple

from directory.referrals.states import State

Actor = Literal["sender_worker", "sender_supervisor", "receiver_worker", "client", "system"]
"""What somebody is *to this referral* (`actors.py` tells it from their role and side)."""
Event = Literal[
    "send",
    "request_info",
    "supply_info",
    "accept",
    "decline",
    "withdraw",
    "expire",
    "waitlist",
    "schedule",
    "reschedule",
    "schedule_next",
    "record_no_show",
    "cancel_appointment",
    "record_connected",
    "progress_note",
    "pause",
    "close_successful",
    "close_unsuccessful",
    "request_withdrawal",
    "confirm_withdrawal",
    "consent_revoked",
    "void",
]


class MoveRow(NamedTuple):
    """One move of the table."""

    id: str
    from_state: State
    to_state: State
    event: Event
    actors: tuple[Actor, ...]


_SENDER: tuple[Actor, ...] = ("sender_worker",)
_RECEIVER: tuple[Actor, ...] = ("receiver_worker",)
_SUPERVISOR: tuple[Actor, ...] = ("sender_supervisor",)
_CLIENT: tuple[Actor, ...] = ("client",)
_SYSTEM: tuple[Actor, ...] = ("system",)

MOVES: tuple[MoveRow, ...] = (
    MoveRow("R01", "draft", "sent", "send", _SENDER),
    MoveRow("R02", "sent", "info_requested", "request_info", _RECEIVER),
    MoveRow("R03", "info_requested", "sent", "supply_info", _SENDER),
    MoveRow("R04", "sent", "accepted", "accept", _RECEIVER),
    MoveRow("R05", "info_requested", "accepted", "accept", _RECEIVER),
    MoveRow("R06", "sent", "declined", "decline", _RECEIVER),
    MoveRow("R07", "info_requested", "declined", "decline", _RECEIVER),
    MoveRow("R08", "sent", "withdrawn", "withdraw", _SENDER),
    MoveRow("R09", "info_requested", "withdrawn", "withdraw", _SENDER),
    MoveRow("R10", "sent", "expired", "expire", _SYSTEM),
    MoveRow("R11", "info_requested", "expired", "expire", _SYSTEM),
    MoveRow("R12", "accepted", "waitlisted", "waitlist", _RECEIVER),
    MoveRow("R13", "accepted", "scheduled", "schedule", _RECEIVER),
    MoveRow("R14", "waitlisted", "scheduled", "schedule", _RECEIVER),
    MoveRow("R15", "no_show", "scheduled", "schedule", _RECEIVER),
    MoveRow("R16", "appt_cancelled", "scheduled", "schedule", _RECEIVER),
    MoveRow("R17", "scheduled", "scheduled", "reschedule", _RECEIVER),
    MoveRow("R18", "in_service", "scheduled", "schedule_next", _RECEIVER),
    MoveRow("R19", "scheduled", "no_show", "record_no_show", _RECEIVER),
    MoveRow("R20", "scheduled", "appt_cancelled", "cancel_appointment", _RECEIVER),
    MoveRow("R21", "no_show", "appt_cancelled", "cancel_appointment", _RECEIVER),
    MoveRow("R22", "in_service", "appt_cancelled", "cancel_appointment", _RECEIVER),
    MoveRow("R23", "accepted", "in_service", "record_connected", _RECEIVER),
    MoveRow("R24", "waitlisted", "in_service", "record_connected", _RECEIVER),
    MoveRow("R25", "scheduled", "in_service", "record_connected", _RECEIVER),
    MoveRow("R26", "in_service", "in_service", "progress_note", _RECEIVER),
    MoveRow("R27", "scheduled", "waitlisted", "pause", _RECEIVER),
    MoveRow("R28", "in_service", "waitlisted", "pause", _RECEIVER),
    MoveRow("R29", "accepted", "completed", "close_successful", _RECEIVER),
    MoveRow("R30", "scheduled", "completed", "close_successful", _RECEIVER),
    MoveRow("R31", "in_service", "completed", "close_successful", _RECEIVER),
    MoveRow("R32", "withdrawal_requested", "completed", "close_successful", _RECEIVER),
    MoveRow("R33", "accepted", "unsuccessful", "close_unsuccessful", _RECEIVER),
    MoveRow("R34", "waitlisted", "unsuccessful", "close_unsuccessful", _RECEIVER),
    MoveRow("R35", "scheduled", "unsuccessful", "close_unsuccessful", _RECEIVER),
    MoveRow("R36", "no_show", "unsuccessful", "close_unsuccessful", _RECEIVER),
    MoveRow("R37", "appt_cancelled", "unsuccessful", "close_unsuccessful", _RECEIVER),
    MoveRow("R38", "in_service", "unsuccessful", "close_unsuccessful", _RECEIVER),
    MoveRow("R39", "withdrawal_requested", "unsuccessful", "close_unsuccessful", _RECEIVER),
    MoveRow("R40", "accepted", "withdrawal_requested", "request_withdrawal", _SENDER),
    MoveRow("R41", "waitlisted", "withdrawal_requested", "request_withdrawal", _SENDER),
    MoveRow("R42", "scheduled", "withdrawal_requested", "request_withdrawal", _SENDER),
    MoveRow("R43", "no_show", "withdrawal_requested", "request_withdrawal", _SENDER),
    MoveRow("R44", "appt_cancelled", "withdrawal_requested", "request_withdrawal", _SENDER),
    MoveRow("R45", "in_service", "withdrawal_requested", "request_withdrawal", _SENDER),
    MoveRow("R46", "withdrawal_requested", "withdrawn", "confirm_withdrawal", ("receiver_worker", "system")),
    MoveRow("R47", "sent", "withdrawn", "consent_revoked", _SYSTEM),
    MoveRow("R48", "info_requested", "withdrawn", "consent_revoked", _SYSTEM),
    MoveRow("R49", "accepted", "withdrawn", "consent_revoked", _SYSTEM),
    MoveRow("R50", "waitlisted", "withdrawn", "consent_revoked", _SYSTEM),
    MoveRow("R51", "scheduled", "withdrawn", "consent_revoked", _SYSTEM),
    MoveRow("R52", "no_show", "withdrawn", "consent_revoked", _SYSTEM),
    MoveRow("R53", "appt_cancelled", "withdrawn", "consent_revoked", _SYSTEM),
    MoveRow("R54", "in_service", "withdrawn", "consent_revoked", _SYSTEM),
    MoveRow("R55", "withdrawal_requested", "withdrawn", "consent_revoked", _SYSTEM),
    MoveRow("R56", "draft", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R57", "sent", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R58", "info_requested", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R59", "accepted", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R60", "waitlisted", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R61", "scheduled", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R62", "no_show", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R63", "appt_cancelled", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R64", "in_service", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R65", "withdrawal_requested", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R66", "completed", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R67", "unsuccessful", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R68", "declined", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R69", "withdrawn", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R70", "expired", "entered_in_error", "void", _SUPERVISOR),
    MoveRow("R71", "sent", "withdrawn", "withdraw", _CLIENT),
    MoveRow("R72", "info_requested", "withdrawn", "withdraw", _CLIENT),
    MoveRow("R73", "accepted", "withdrawal_requested", "request_withdrawal", _CLIENT),
    MoveRow("R74", "waitlisted", "withdrawal_requested", "request_withdrawal", _CLIENT),
    MoveRow("R75", "scheduled", "withdrawal_requested", "request_withdrawal", _CLIENT),
    MoveRow("R76", "no_show", "in_service", "record_connected", _RECEIVER),
    MoveRow("R77", "appt_cancelled", "in_service", "record_connected", _RECEIVER),
)
