"""`/api/v1/…/handoffs`: warm handoffs, recorded as they happen or afterwards."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from flask import Response
from flask_smorest import Blueprint

from directory.accounts.tables import new_id
from directory.referrals import handoff_store
from directory.referrals.acting import Acting
from directory.referrals.handoff_rows import as_handoff
from directory.referrals.handoff_screen import next_step
from directory.referrals.handoffs import HandoffEvent, warmth
from directory.referrals.tables_handoffs import Handoff
from directory.web.api.asking import answer, body, deed, once, route
from directory.web.api.client_shapes import moment_of
from directory.web.api.referral_answers import HandoffState
from directory.web.api.referral_schemas import FollowUp, HandoffContent, HandoffMade
from directory.web.api.referral_shapes import handoff_of

blueprint = Blueprint("api_handoffs", __name__, url_prefix="/api/v1", description="Warm handoffs.")
STEPS: Mapping[str, tuple[HandoffEvent, ...]] = {
    "planned": (),
    "attempted": ("attempt",),
    "completed": ("attempt", "complete"),
    "failed": ("attempt", "fail"),
}
"""State that a new handoff is to have, and the events that lead there."""
SUMMARIES: Mapping[HandoffEvent, str] = {
    "attempt": "Begin a planned handoff",
    "complete": "Complete a handoff",
    "fail": "Say that a handoff did not work",
    "cancel": "Cancel a handoff",
}


def _shape(work: Acting, row: Handoff) -> dict[str, Any]:
    known = as_handoff(work.ring, row)
    return {
        "id": known.id,
        "state": known.state,
        "warmth": warmth(known),
        "follow_up_due": moment_of(known.follow_up_due),
        "at": moment_of(work.now),
    }


@route(
    blueprint,
    "POST",
    "/referrals/<key:referral_id>/handoffs",
    "handoffs.record",
    answers=HandoffState,
    takes=HandoffMade,
    status=201,
    keyed=True,
    summary="Record a handoff",
)
def add_handoff(referral_id: str) -> Response:
    """Planned, begun, or as it went. Its warmth is derived from what is said about it, never typed."""
    given = body(HandoffMade)
    with deed("handoff.plan", "referral", referral_id) as work:
        made = once(work, given, lambda: _recorded(work, referral_id, given))
    return answer(made, 201)


def _recorded(work: Acting, referral_id: str, given: dict[str, Any]) -> dict[str, Any]:
    changes = handoff_of(given)
    row = handoff_store.plan(work, referral_id, given["method"], planned_for=given.get("planned_for"))
    events = STEPS[given["state"]]
    for step, event in enumerate(events, start=1):
        handoff_store.finish(work, row.id, event, changes, save_id=new_id(), step=step)
    if not events and changes:
        handoff_store.save(work, row.id, changes, save_id=new_id(), step=1)
    return _shape(work, row)


def _finisher(event: HandoffEvent) -> Callable[[str], Response]:
    def make(handoff_id: str) -> Response:
        given = body(HandoffContent)
        with deed(f"handoff.{event}", "handoff", handoff_id) as work:
            made = once(work, given, lambda: _finished(work, handoff_id, event, given))
        return answer(made)

    make.__doc__ = "With what is known by then; the consent has to cover what was said."
    return make


def _finished(work: Acting, handoff_id: str, event: HandoffEvent, given: dict[str, Any]) -> dict[str, Any]:
    step = next_step(work, handoff_id)
    row = handoff_store.finish(work, handoff_id, event, handoff_of(given), save_id=new_id(), step=step)
    return _shape(work, row)


for each in get_args(HandoffEvent):
    route(
        blueprint,
        "POST",
        f"/handoffs/<key:handoff_id>/{each}",
        "handoffs.record",
        answers=HandoffState,
        takes=HandoffContent,
        keyed=True,
        summary=SUMMARIES[each],
        endpoint=f"handoff_{each}",
    )(_finisher(each))


@route(
    blueprint,
    "POST",
    "/handoffs/<key:handoff_id>/follow-up",
    "handoffs.record",
    answers=HandoffState,
    takes=FollowUp,
    keyed=True,
    summary="Whether the person connected",
)
def add_follow_up(handoff_id: str) -> Response:
    """Asked a day or so after the handoff."""
    given = body(FollowUp)
    with deed("handoff.follow_up", "handoff", handoff_id) as work:
        made = once(
            work,
            given,
            lambda: _shape(work, handoff_store.follow_up(work, handoff_id, given["result"])),
        )
    return answer(made)
