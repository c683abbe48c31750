"""The sixteen states of a referral: what each means, who acts next, and what other standards call it.

`task_status` is FHIR `Task.status` as HL7 SDOHCC STU3 allows it for referrals; `business_status` is the
number of the BSeR and IHE 360X referral status (None: that model has no status of its own for it).
"""

from dataclasses import dataclass
from typing import Literal

from directory.phrases import N_, Phrase

State = Literal[
    "draft",
    "sent",
    "info_requested",
    "accepted",
    "waitlisted",
    "scheduled",
    "no_show",
    "appt_cancelled",
    "in_service",
    "withdrawal_requested",
    "completed",
    "unsuccessful",
    "declined",
    "withdrawn",
    "expired",
    "entered_in_error",
]
Owner = Literal["sender", "receiver", "nobody"]
"""Which side has to act next."""


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state. `label` fits a badge, `meaning` is one plain sentence (both message ids)."""

    code: State
    label: str
    meaning: str
    owner: Owner
    task_status: str
    business_status: str | None
    terminal: bool = False


_ROWS = (
    StateRow("draft", N_("Draft"), N_("It is being written. Nothing has left."), "sender", "draft", None),
    StateRow(
        "sent", N_("Sent"), N_("They can see it. We wait for an answer."), "receiver", "requested", "2.0"
    ),
    StateRow(
        "info_requested",
        N_("Question asked"),
        N_("They asked a question. The clock is paused."),
        "sender",
        "requested",
        "2.0",
    ),
    StateRow("accepted", N_("Accepted"), N_("A named worker has taken it."), "receiver", "accepted", "3.0"),
    StateRow(
        "waitlisted",
        N_("On the waitlist"),
        N_("They said yes, but there is no opening yet."),
        "receiver",
        "on-hold",
        None,
    ),
    StateRow(
        "scheduled",
        N_("Appointment set"),
        N_("A first or next visit is set."),
        "receiver",
        "in-progress",
        "5.1.1",
    ),
    StateRow(
        "no_show",
        N_("Visit missed"),
        N_("The visit did not happen. Someone should reach out."),
        "receiver",
        "in-progress",
        "5.1.2",
    ),
    StateRow(
        "appt_cancelled",
        N_("Visit cancelled"),
        N_("There is no visit set right now."),
        "receiver",
        "in-progress",
        "5.1.3",
    ),
    StateRow(
        "in_service", N_("Connected"), N_("The person was met or served."), "receiver", "in-progress", "5.1.4"
    ),
    StateRow(
        "withdrawal_requested",
        N_("Asked to stop"),
        N_("The sender or the person asked to stop."),
        "receiver",
        "in-progress",
        "5.2",
    ),
    StateRow(
        "completed",
        N_("Completed"),
        N_("The person got the service."),
        "nobody",
        "completed",
        "7.0",
        terminal=True,
    ),
    StateRow(
        "unsuccessful",
        N_("Closed without service"),
        N_("It ended, and the person did not get the service."),
        "sender",
        "failed",
        None,
        terminal=True,
    ),
    StateRow("declined", N_("Declined"), N_("They said no."), "sender", "rejected", "4.0", terminal=True),
    StateRow(
        "withdrawn", N_("Withdrawn"), N_("It was stopped."), "nobody", "cancelled", "6.0", terminal=True
    ),
    StateRow(
        "expired", N_("No answer"), N_("No answer came in time."), "sender", "cancelled", "6.0", terminal=True
    ),
    StateRow(
        "entered_in_error",
        N_("Entered by mistake"),
        N_("It was a mistake. It is kept but no longer counts."),
        "nobody",
        "entered-in-error",
        None,
        terminal=True,
    ),
)
STATES: dict[State, StateRow] = {each.code: each for each in _ROWS}
TERMINAL: frozenset[State] = frozenset(each.code for each in _ROWS if each.terminal)
LIVE: frozenset[State] = frozenset(STATES) - TERMINAL
"""States in which something is still due; with `draft`."""
BEFORE_ANSWER: frozenset[State] = frozenset({"sent", "info_requested"})
AFTER_ACCEPTANCE: frozenset[State] = frozenset(
    {
        "accepted",
        "waitlisted",
        "scheduled",
        "no_show",
        "appt_cancelled",
        "in_service",
        "withdrawal_requested",
        "completed",
        "unsuccessful",
    }
)
"""States that only an accepted referral reaches (HMIS 4.20 result 1, unless it closed without service)."""

Priority = Literal["routine", "urgent"]
PRIORITIES: dict[Priority, str] = {"routine": N_("Routine"), "urgent": N_("Urgent")}
"""There is no third: a crisis is not a referral (`transitions.read_priority`)."""


def state_label(state: State) -> Phrase:
    """What a badge says."""
    return Phrase(STATES[state].label)
