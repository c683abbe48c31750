"""When somebody is reminded, told, or the clock runs out: one row per stage.

Anchored elsewhere: two business days to answer, and two of grace (Wyoming CommuniCare, Hawaii No Wrong
Door). The other numbers are this project's. A mail says only that something waits; the sentences here are
for signed-in pages.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from directory.phrases import N_
from directory.referrals.states import LIVE, STATES, Priority, State

Recipient = Literal[
    "receiver_intake",
    "receiver_worker",
    "receiver_supervisor",
    "sender_worker",
    "sender_supervisor",
    "handoff_owner",
    "provider_staff",
    "client",
]
Unit = Literal["business_hours", "business_days", "hours", "days"]
Condition = Literal["always", "not_viewed", "recovery_open", "not_followed_up"]


class Amount(NamedTuple):
    """How long: `Amount(2, "business_days")`."""

    number: int
    unit: Unit


AT_ONCE = Amount(0, "hours")


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One stage: in these `states`, so long after (`before`: ahead of) the moment `anchor` of the referral.

    `urgent` or `routine` None: not for that priority. `every`: again each time that amount has passed.
    `paused`: the time in which a question was open does not count. `attempt`: which try of a recovery this
    stage asks for. `promised`: a receiver that says in how many hours it answers has that instead of the
    amounts here, and for `grace` that much longer.
    """

    stage: str
    sentence: str
    recipients: tuple[Recipient, ...]
    anchor: str
    states: frozenset[State]
    routine: Amount | None
    urgent: Amount | Literal["same"] | None = "same"
    condition: Condition = "always"
    before: bool = False
    every: bool = False
    paused: bool = False
    attempt: int = 0
    promised: bool = False
    grace: bool = False

    @property
    def trigger(self) -> str:
        """What the stages of one thing have in common."""
        return self.stage.rstrip("_0123456789")

    def amount(self, priority: Priority) -> Amount | None:
        """How long, for a referral of that priority."""
        return self.routine if priority == "routine" or self.urgent == "same" else self.urgent


def _only(*states: State) -> frozenset[State]:
    return frozenset(states)


def _hours(number: int) -> Amount:
    return Amount(number, "business_hours")


def _days(number: int) -> Amount:
    return Amount(number, "business_days")


def _calendar_days(number: int) -> Amount:
    return Amount(number, "days")


_NEW = N_("A new referral is waiting.")
_NOT_SEEN = N_("Nobody has opened this referral yet.")
_NO_ANSWER = N_("This referral still has no answer.")
_QUESTION = N_("They asked a question and wait for your answer.")
_NO_VISIT = N_("It was accepted, but no visit is set.")
_MISSED = N_("The person missed a visit. Please reach out.")
_OUTCOME = N_("Please say how it is going, or how it ended.")
_ENDING = N_("The consent ends soon.")

CLOCKS: tuple[ClockRow, ...] = (
    ClockRow("sent", _NEW, ("receiver_intake",), "sent_at", _only("sent"), AT_ONCE),
    ClockRow(
        "sent_call",
        N_("A new urgent referral is waiting. Please call."),
        ("receiver_intake",),
        "sent_at",
        _only("sent"),
        None,
        AT_ONCE,
    ),
    ClockRow(
        "not_viewed_1",
        _NOT_SEEN,
        ("receiver_intake",),
        "sent_at",
        _only("sent"),
        _days(1),
        _hours(2),
        condition="not_viewed",
        paused=True,
    ),
    ClockRow(
        "not_viewed_2",
        _NOT_SEEN,
        ("receiver_supervisor",),
        "sent_at",
        _only("sent"),
        _days(2),
        _hours(4),
        condition="not_viewed",
        paused=True,
    ),
    ClockRow(
        "no_response_1",
        _NO_ANSWER,
        ("receiver_intake",),
        "sent_at",
        _only("sent"),
        _days(2),
        _days(1),
        paused=True,
        promised=True,
    ),
    ClockRow(
        "no_response_2",
        N_("No answer yet. Here are other places to try."),
        ("sender_worker",),
        "sent_at",
        _only("sent"),
        _days(4),
        _days(1),
        paused=True,
        promised=True,
        grace=True,
    ),
    ClockRow(
        "question_1", _QUESTION, ("sender_worker",), "info_requested_at", _only("info_requested"), _days(1)
    ),
    ClockRow(
        "question_2", _QUESTION, ("sender_worker",), "info_requested_at", _only("info_requested"), _days(2)
    ),
    ClockRow("accepted_1", _NO_VISIT, ("receiver_worker",), "accepted_at", _only("accepted"), _days(2)),
    ClockRow("accepted_2", _NO_VISIT, ("receiver_supervisor",), "accepted_at", _only("accepted"), _days(5)),
    ClockRow(
        "waitlist_review",
        N_("Today is the day to look at this waitlist place again."),
        ("receiver_worker",),
        "review_at",
        _only("waitlisted"),
        AT_ONCE,
    ),
    ClockRow(
        "waitlist_month",
        N_("The person is still on the waitlist."),
        ("sender_worker",),
        "waitlisted_at",
        _only("waitlisted"),
        _calendar_days(30),
        every=True,
    ),
    ClockRow(
        "appointment_1",
        N_("You have a visit in two days."),
        ("client",),
        "appointment_at",
        _only("scheduled"),
        Amount(48, "hours"),
        before=True,
    ),
    ClockRow(
        "appointment_2",
        N_("You have a visit soon."),
        ("client",),
        "appointment_at",
        _only("scheduled"),
        Amount(3, "hours"),
        before=True,
    ),
    ClockRow("no_show_1", _MISSED, ("receiver_worker",), "no_show_at", _only("no_show"), AT_ONCE, attempt=1),
    ClockRow(
        "no_show_told",
        N_("The person missed a visit."),
        ("sender_worker",),
        "no_show_at",
        _only("no_show"),
        AT_ONCE,
    ),
    ClockRow(
        "no_show_2",
        _MISSED,
        ("receiver_worker",),
        "no_show_at",
        _only("no_show"),
        _days(1),
        condition="recovery_open",
        attempt=2,
    ),
    ClockRow(
        "no_show_3",
        _MISSED,
        ("receiver_worker",),
        "no_show_at",
        _only("no_show"),
        _days(2),
        condition="recovery_open",
        attempt=3,
    ),
    *(
        ClockRow(
            f"outcome_{number}",
            _OUTCOME,
            ("receiver_worker",),
            "in_service_at",
            _only("in_service"),
            _calendar_days(days),
        )
        for number, days in ((1, 14), (2, 30), (3, 60))
    ),
    *(
        ClockRow(
            f"consent_ending_{number}",
            _ENDING,
            ("sender_worker",),
            "consent_ends_at",
            LIVE,
            _calendar_days(days),
            before=True,
        )
        for number, days in ((1, 14), (2, 3))
    ),
    ClockRow(
        "consent_revoked",
        N_("The person took their consent back. Nothing more may be shared."),
        ("receiver_worker", "sender_worker"),
        "consent_revoked_at",
        frozenset(STATES) - {"draft"},
        AT_ONCE,
    ),
    ClockRow(
        "stop_asked",
        N_("The sender or the person asked to stop. Please confirm."),
        ("receiver_worker",),
        "withdrawal_requested_at",
        _only("withdrawal_requested"),
        AT_ONCE,
    ),
)
HANDOFF_CLOCKS: tuple[ClockRow, ...] = tuple(
    ClockRow(
        f"follow_up_{number}",
        N_("Please check if the person connected."),
        ("handoff_owner",),
        anchor,
        frozenset(STATES) - {"entered_in_error"},
        AT_ONCE,
        condition="not_followed_up",
    )
    for number, anchor in ((1, "follow_up_due"), (2, "follow_up_overdue"))
)
"""For each completed handoff: 24 h after it (or when its worker said), and when 72 h have passed."""

ANSWER_WITHIN: dict[str, Amount] = {"urgent": _days(1), "routine": _days(2)}
"""The answer that is promised where the receiver says nothing of its own (`Agency.response_sla`)."""
ANSWER_GRACE: dict[str, Amount] = {"urgent": AT_ONCE, "routine": _days(2)}
"""So much later the sender is told that there is no answer."""


def answer_within(priority: Priority, own_hours: int | None) -> Amount:
    """Within how long an answer is promised. `own_hours`: what the receiver says of itself."""
    return ANSWER_WITHIN[priority] if own_hours is None else _hours(own_hours)


EXPIRES_AFTER = _days(10)
"""After so long without an answer a referral expires; likewise a question that nobody answers."""
WITHDRAWAL_CONFIRMED_AFTER = _days(2)
"""A withdrawal asked for counts as confirmed after this, so that nobody is kept waiting."""
CAPACITY_STALE_AFTER = _calendar_days(7)
"""A statement of capacity that is older is shown as unknown, and its provider asked again."""
QUIET_FROM, QUIET_UNTIL = 21, 8
"""Hours of the recipient's clock between which nobody is disturbed."""
