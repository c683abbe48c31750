"""A warm handoff: a record of its own, many per referral (R2). Its warmth is derived, never typed.

The minimum for *warm*: at the same time, with the person there, and the one who received them named. AHRQ
and ONDCP describe a transfer in the presence of the person; anything less is `assisted` or `cold`. A
handoff can fail while the referral goes on, and a referral can be accepted with no handoff.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from directory.errors import TransitionRefused
from directory.phrases import N_, Phrase

HandoffState = Literal["planned", "attempted", "completed", "failed", "cancelled"]
Method = Literal["in_person", "phone_three_way", "video", "accompanied_visit", "written_only"]
Warmth = Literal["warm", "assisted", "cold"]
FailureReason = Literal["no_answer", "client_left", "receiver_unavailable", "declined", "technical"]
CancelReason = Literal["client_asked", "place_asked", "worker_asked", "other_way"]
HandoffEvent = Literal["attempt", "complete", "fail", "cancel"]

METHODS: dict[Method, str] = {
    "in_person": N_("In person"),
    "phone_three_way": N_("Three-way phone call"),
    "video": N_("Video call"),
    "accompanied_visit": N_("Going there together"),
    "written_only": N_("In writing only"),
}
SYNCHRONOUS: frozenset[Method] = frozenset({"in_person", "phone_three_way", "video", "accompanied_visit"})
"""Methods in which everyone is there at the same time."""
FAILURES: dict[FailureReason, str] = {
    "no_answer": N_("Nobody answered"),
    "client_left": N_("The person had to leave"),
    "receiver_unavailable": N_("The place had nobody free"),
    "declined": N_("The person or the place said no"),
    "technical": N_("The call did not work"),
}
CANCELLATIONS: dict[CancelReason, str] = {
    "client_asked": N_("The person asked for it"),
    "place_asked": N_("The place asked for it"),
    "worker_asked": N_("Our worker cannot be there"),
    "other_way": N_("They met in another way"),
}
WARMTHS: dict[Warmth, str] = {
    "warm": N_("Warm: they met while the person was there"),
    "assisted": N_("Assisted: a worker spoke for the person"),
    "cold": N_("Cold: information only"),
}
HANDOFF_LABELS: dict[HandoffState, str] = {
    "planned": N_("Planned"),
    "attempted": N_("Tried"),
    "completed": N_("Done"),
    "failed": N_("Did not work"),
    "cancelled": N_("Cancelled"),
}
HANDOFF_MOVES: dict[tuple[HandoffState, HandoffEvent], HandoffState] = {
    ("planned", "attempt"): "attempted",
    ("planned", "cancel"): "cancelled",
    ("attempted", "complete"): "completed",
    ("attempted", "fail"): "failed",
    ("attempted", "cancel"): "cancelled",
}
"""Every move of a handoff; what ended stays ended, a new try is a new handoff."""
FOLLOW_UP_DEFAULT = dt.timedelta(hours=24)
FOLLOW_UP_LATEST = dt.timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody named in a handoff: a user of the network (`user_id`) or just a name and what they do."""

    name: str
    role: str = ""
    user_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """One handoff as it stands. Moments are aware. `shared` are information categories that were spoken of.

    `understanding` and `next_step` are in the person's own words; the caller stores them encrypted.
    """

    id: str
    referral_id: str
    state: HandoffState = "planned"
    method: Method
    planned_for: dt.datetime | None = None
    initiated_by: str = ""
    introduced_by: Worker | None = None
    received_by: Worker | None = None
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    client_present: bool | None = None
    client_spoke: bool | None = None
    client_met_receiving_contact: bool | None = None
    interpreter: bool | None = None
    location_type: str = ""
    shared: frozenset[str] = frozenset()
    understanding: str = ""
    next_step: str = ""
    transport_arranged: bool | None = None
    appointment_id: str | None = None
    failure_reason: FailureReason | CancelReason | None = None
    """Why it failed, or was cancelled."""
    follow_up_due: dt.datetime | None = None
    follow_up_at: dt.datetime | None = None
    follow_up_result: str = ""


def warmth(handoff: Handoff) -> Warmth:
    """How warm it was. Only a completed one is more than cold."""
    if handoff.state != "completed" or handoff.method not in SYNCHRONOUS:
        return "cold"
    return "warm" if handoff.client_present and handoff.received_by is not None else "assisted"


def shared_outside_consent(shared: Iterable[str], consented: Iterable[str]) -> tuple[str, ...]:
    """Categories that were spoken of but not agreed to, sorted. The screen checks *before* they are said."""
    return tuple(sorted(set(shared) - set(consented)))


def follow_up_due(ended_at: dt.datetime) -> dt.datetime:
    """When to ask whether the person connected, unless the worker sets another time (72 h at the latest)."""
    return ended_at + FOLLOW_UP_DEFAULT


def decide_handoff(
    handoff: Handoff, event: HandoffEvent, now: dt.datetime, *, consented: Iterable[str] = ()
) -> Handoff:
    """The handoff after `event`, which already carries what was entered; its `state` is the old one.

    `consented` are the categories of the live consent. Raises `TransitionRefused` (`handoff_move_unknown`,
    or the first of `problems`), with every field to mend.
    """
    to_state = HANDOFF_MOVES.get((handoff.state, event))
    if to_state is None:
        raise TransitionRefused("handoff_move_unknown", N_("That cannot be done with this handoff now."))
    stamped = _stamped(handoff, event, now)
    found = list(problems(stamped, event, now, consented=consented))
    if found:
        fields: dict[str, list[Phrase | str]] = {}
        for _, field, phrase in found:
            fields.setdefault(field, []).append(phrase)
        raise TransitionRefused(found[0][0], found[0][2], fields)
    return replace(stamped, state=to_state)


def _stamped(handoff: Handoff, event: HandoffEvent, now: dt.datetime) -> Handoff:
    if event == "attempt":
        return replace(handoff, started_at=handoff.started_at or now)
    if event not in {"complete", "fail"}:
        return handoff
    ended = handoff.ended_at or now
    due = handoff.follow_up_due or (follow_up_due(ended) if event == "complete" else None)
    return replace(handoff, ended_at=ended, follow_up_due=due)


def problems(
    handoff: Handoff, event: HandoffEvent, now: dt.datetime, *, consented: Iterable[str] = ()
) -> Iterable[tuple[str, str, Phrase]]:
    """(code, field, sentence) of everything that keeps `event` from happening; also for saving as one
    goes."""
    for category in shared_outside_consent(handoff.shared, consented):
        message = N_("The consent does not cover something that was marked as shared.")
        yield f"scope_exceeded:{category}", "shared", Phrase(message)
    if event == "fail" and handoff.failure_reason not in FAILURES:
        yield "failure_reason_missing", "failure_reason", Phrase(N_("Please say why it did not work."))
    if event == "cancel" and handoff.failure_reason not in CANCELLATIONS:
        yield "cancel_reason_missing", "failure_reason", Phrase(N_("Please say why it is cancelled."))
    if handoff.started_at and handoff.ended_at and not handoff.started_at <= handoff.ended_at <= now:
        yield "times_wrong", "ended_at", Phrase(N_("Please check when it began and ended."))
    if event == "complete":
        yield from _completion_problems(handoff)


def _completion_problems(handoff: Handoff) -> Iterable[tuple[str, str, Phrase]]:
    if handoff.introduced_by is None or not handoff.introduced_by.name.strip():
        yield "introduced_by_missing", "introduced_by", Phrase(N_("Please say who introduced the person."))
    if handoff.method in SYNCHRONOUS:
        if handoff.received_by is None or not handoff.received_by.name.strip():
            yield "received_by_missing", "received_by", Phrase(N_("Please name who received the person."))
        if handoff.client_present is None:
            yield "presence_missing", "client_present", Phrase(N_("Please say if the person was there."))
    if not handoff.client_present and (handoff.client_spoke or handoff.client_met_receiving_contact):
        message = N_("Someone who was not there cannot have spoken or met anyone.")
        yield "presence_contradicted", "client_present", Phrase(message)
    ended, due = handoff.ended_at, handoff.follow_up_due
    if ended and due and not ended < due <= ended + FOLLOW_UP_LATEST:
        yield "follow_up_too_late", "follow_up_due", Phrase(N_("Please follow up within 72 hours."))


def plan_problems(handoff: Handoff, now: dt.datetime) -> Iterable[tuple[str, str, Phrase]]:
    """(code, field, sentence) of what a plan lacks: when, and who of the sender's side is there."""
    if handoff.planned_for is None or handoff.planned_for <= now:
        yield "plan_not_ahead", "planned_for", Phrase(N_("Please give a time that lies ahead."))
    if handoff.introduced_by is None or not handoff.introduced_by.name.strip():
        yield "introduced_by_missing", "introduced_by", Phrase(N_("Please say who introduces the person."))


def record_follow_up(handoff: Handoff, result: str, now: dt.datetime) -> Handoff:
    """The handoff with its follow-up done; only a completed one, and once. Raises `TransitionRefused`."""
    if handoff.state != "completed" or handoff.follow_up_at is not None:
        raise TransitionRefused("follow_up_not_due", N_("There is no follow-up to record."))
    if not result.strip():
        message = N_("Please say how it went.")
        raise TransitionRefused("follow_up_result_missing", message, {"follow_up_result": [message]})
    return replace(handoff, follow_up_at=now, follow_up_result=result)
